import type { TokenProbability } from './events.js';
import { type Fields, isObject, textIn } from './fields.js';

type Token = TokenProbability['alternatives'][number];

/** Reads a list of tokens with `token`, `logprob`, `bytes` and `top_logprobs`; undefined if it is no list, or empty. */
export function readProbabilities(list: unknown): readonly TokenProbability[] | undefined {
  const tokens = Array.isArray(list) ? list.filter(isObject) : [];
  if (tokens.length === 0) return undefined;
  return tokens.map((token) => ({
    ...readToken(token),
    alternatives: Array.isArray(token.top_logprobs) ? token.top_logprobs.filter(isObject).map(readToken) : [],
  }));
}

function readToken({ token, logprob, bytes }: Fields): Token {
  return {
    token: textIn(token),
    logprob: typeof logprob === 'number' ? logprob : 0,
    ...(Array.isArray(bytes) ? { bytes: bytes.filter((byte) => typeof byte === 'number') } : {}),
  };
}

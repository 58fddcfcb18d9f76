import type { TokenProbability } from '../events.js';
import type { Fields } from '../fields.js';

type Token = TokenProbability['alternatives'][number];

/** The `logprobs` of a choice, null if none are told. */
export function writeProbabilities(tokens: readonly TokenProbability[] | undefined): Fields | null {
  if (tokens === undefined || tokens.length === 0) return null;
  const content = tokens.map(({ alternatives, ...token }) => ({
    ...writeToken(token),
    top_logprobs: alternatives.map(writeToken),
  }));
  return { content, refusal: null };
}

function writeToken({ token, logprob, bytes }: Token): Fields {
  return { token, logprob, bytes: bytes ?? null };
}

/**
 * The `logprobs` of a choice of the older text completions: lists, of which each has an entry a token.
 *
 * @param offset of the text that the tokens are, in what was told before it; characters
 */
export function writeFormerProbabilities(tokens: readonly TokenProbability[], offset: number): Fields | null {
  if (tokens.length === 0) return null;
  let place = offset;
  return {
    tokens: tokens.map(({ token }) => token),
    token_logprobs: tokens.map(({ logprob }) => logprob),
    top_logprobs: tokens.map(({ alternatives }) =>
      Object.fromEntries(alternatives.map(({ token, logprob }) => [token, logprob])),
    ),
    text_offset: tokens.map(({ token }) => {
      place += token.length;
      return place - token.length;
    }),
  };
}

import type { ErrorKind } from './dialect.js';

/**
 * A chat's answer, whatever its wire format: what a dialect's codec turns into bytes and back.
 *
 * In order: `start`; any number of `thinking`, `text`, `toolCall` and `toolArguments`; then `finish`; or `error` at any
 * place after `start`, last. Calls are numbered from 0 in the order in which they begin; the arguments of several may
 * come by turns.
 */
export type ChatEvent =
  | {
      readonly type: 'start';
      /** As the connection calls it that answers. */
      readonly model: string;
    }
  | { readonly type: 'text'; readonly text: string; readonly logprobs?: readonly TokenProbability[] | undefined }
  | { readonly type: 'thinking'; readonly text: string }
  /** Anthropic's proof of the thoughts before it. */
  | { readonly type: 'signature'; readonly signature: string }
  | { readonly type: 'toolCall'; readonly index: number; readonly id: string; readonly name: string }
  /** The next piece of the JSON of a call's arguments. */
  | { readonly type: 'toolArguments'; readonly index: number; readonly json: string }
  | {
      readonly type: 'finish';
      readonly reason: FinishReason;
      /** The text that ended the answer, where the server tells. */
      readonly stopSequence?: string | undefined;
      /** Undefined where the server doesn't tell. */
      readonly usage: Usage | undefined;
    }
  | { readonly type: 'error'; readonly kind: ErrorKind; readonly message: string };

/**
 * Why an answer ends: it was complete, its limit of tokens was reached, it calls tools and waits for their results, or
 * the provider withheld the rest.
 */
export type FinishReason = 'stop' | 'length' | 'tools' | 'filter';

/** Tokens read and written. */
export interface Usage {
  /** Those that came from a cache included. */
  readonly prompt: number;
  readonly answer: number;
  /** Of the prompt's. */
  readonly cached?: number | undefined;
  /** Of the answer's, those it thought. */
  readonly thinking?: number | undefined;
}

/** How likely a token was, as OpenAI and Ollama tell it (natural logarithms; the bytes of its UTF-8). */
export interface TokenProbability {
  readonly token: string;
  readonly logprob: number;
  readonly bytes?: readonly number[] | undefined;
  /** The likeliest tokens at this place. */
  readonly alternatives: readonly {
    readonly token: string;
    readonly logprob: number;
    readonly bytes?: readonly number[] | undefined;
  }[];
}

import type { ErrorKind } from '../../dialect.js';
import type { Fields } from '../../fields.js';
import { openaiError } from '../errors.js';
import { type StreamEvent, streamEvent } from './stream.js';

/** The codes that a failed response has (OpenAI's API reference, "Responses"; its Codex tells a full window by the last). */
const codes: Partial<Record<ErrorKind, string>> = {
  limited: 'rate_limit_exceeded',
  invalid: 'invalid_prompt',
  policy: 'invalid_prompt',
  tooLarge: 'invalid_prompt',
  tooLong: 'context_length_exceeded',
};

/** An error as a failed response holds it: `code` and `message`. */
export function responseError(kind: ErrorKind, message: string): Fields {
  return { code: codes[kind] ?? 'server_error', message };
}

/**
 * The event `error`. The API documents `code`, `message` and `param` beside its type; what it really sends has them in
 * `error`, and only by that do its official clients notice (`core/streaming` of openai-node). This has both.
 */
export function errorEvent(kind: ErrorKind, message: string): StreamEvent {
  return streamEvent({ type: 'error', ...responseError(kind, message), param: null, ...openaiError(kind, message) });
}

/**
 * What is written into a stream of this API that breaks off where nothing is known of its response.
 *
 * @param sequence the number of events before it
 */
export function streamedFailure(kind: ErrorKind, message: string, sequence = 0): string {
  return errorEvent(kind, message)(sequence);
}

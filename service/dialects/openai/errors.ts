import type { ErrorKind } from '../dialect.js';
import type { Fields } from '../fields.js';

const types: Readonly<Record<ErrorKind, string>> = {
  invalid: 'invalid_request_error',
  tooLong: 'invalid_request_error',
  policy: 'invalid_request_error',
  tooLarge: 'invalid_request_error',
  wrongType: 'invalid_request_error',
  unauthenticated: 'authentication_error',
  forbidden: 'permission_error',
  notFound: 'not_found_error',
  notAllowed: 'invalid_request_error',
  limited: 'rate_limit_error',
  upstream: 'api_error',
  timedOut: 'api_error',
  unavailable: 'api_error',
  internal: 'api_error',
};

/** The codes by which its clients tell errors apart. */
const codes: Partial<Record<ErrorKind, string>> = {
  unauthenticated: 'invalid_api_key',
  notFound: 'not_found',
  tooLong: 'context_length_exceeded',
  policy: 'content_filter',
  limited: 'rate_limit_exceeded',
};

/** An error as OpenAI's API tells it; its clients read `message`, `type`, `param` and `code`. */
export function openaiError(kind: ErrorKind, message: string): Fields {
  return { error: { message, type: types[kind], param: null, code: codes[kind] ?? null } };
}

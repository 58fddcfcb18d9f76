import { type ErrorKind, statusOf } from '../dialect.js';
import type { Fields } from '../fields.js';

const types: Readonly<Record<ErrorKind, string>> = {
  invalid: 'invalid_request_error',
  tooLong: 'invalid_request_error',
  policy: 'invalid_request_error',
  tooLarge: 'request_too_large',
  wrongType: 'invalid_request_error',
  unauthenticated: 'authentication_error',
  forbidden: 'permission_error',
  notFound: 'not_found_error',
  notAllowed: 'invalid_request_error',
  limited: 'rate_limit_error',
  upstream: 'api_error',
  timedOut: 'timeout_error',
  unavailable: 'overloaded_error',
  internal: 'api_error',
};

/** An error as Anthropic's API tells it, before an answer and inside of one (its documentation, "Errors"). */
export function anthropicError(kind: ErrorKind, message: string): Fields {
  return { type: 'error', error: { type: types[kind], message } };
}

/** The HTTP status of an error, as Anthropic's documentation has it ("Errors"): it has one of its own for "overloaded". */
export const anthropicStatusOf: Readonly<Record<ErrorKind, number>> = { ...statusOf, unavailable: 529 };

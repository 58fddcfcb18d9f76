import type { ErrorKind } from '../dialect.js';
import type { Fields } from '../fields.js';

const types: Readonly<Record<ErrorKind, string>> = {
  invalid: 'invalid_request_error',
  tooLarge: 'invalid_request_error',
  forbidden: 'permission_error',
  notFound: 'not_found_error',
  notAllowed: 'invalid_request_error',
  upstream: 'api_error',
  unavailable: 'api_error',
  internal: 'api_error',
};

/** An error as OpenAI's API tells it; its clients read `message`, `type`, `param` and `code`. */
export function openaiError(kind: ErrorKind, message: string): Fields {
  return { error: { message, type: types[kind], param: null, code: kind === 'notFound' ? 'not_found' : null } };
}

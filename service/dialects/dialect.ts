/** A wire format that applications speak to the broker and the broker to upstreams. */
export type Dialect = 'ollama' | 'openai' | 'anthropic';

/** What an error means, in terms that every dialect has a word for. `tooLong`: for the model's window. */
export type ErrorKind =
  | 'invalid'
  | 'tooLarge'
  | 'tooLong'
  | 'policy'
  | 'unauthenticated'
  | 'forbidden'
  | 'notFound'
  | 'notAllowed'
  | 'wrongType'
  | 'limited'
  | 'upstream'
  | 'timedOut'
  | 'unavailable'
  | 'internal';

/** The HTTP status of an error that is told before an answer began. */
export const statusOf: Readonly<Record<ErrorKind, number>> = {
  invalid: 400,
  tooLong: 400,
  policy: 400,
  unauthenticated: 401,
  forbidden: 403,
  notFound: 404,
  notAllowed: 405,
  tooLarge: 413,
  wrongType: 415,
  internal: 500,
  limited: 429,
  upstream: 502,
  timedOut: 504,
  unavailable: 503,
};

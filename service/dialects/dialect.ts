/** A wire format that applications speak to the broker and the broker to upstreams. */
export type Dialect = 'ollama' | 'openai';

/** What an error means, in terms that every dialect has a word for. */
export type ErrorKind =
  'invalid' | 'tooLarge' | 'forbidden' | 'notFound' | 'notAllowed' | 'upstream' | 'unavailable' | 'internal';

/** The HTTP status of an error that is told before an answer began. */
export const statusOf: Readonly<Record<ErrorKind, number>> = {
  invalid: 400,
  forbidden: 403,
  notFound: 404,
  notAllowed: 405,
  tooLarge: 413,
  internal: 500,
  upstream: 502,
  unavailable: 503,
};

import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';

/** Headers that applications in a page send: of the three APIs, of OpenAI's own library (x-stainless-…), and ours. */
const taken = [
  'accept',
  'anthropic-beta',
  'anthropic-dangerous-direct-browser-access',
  'anthropic-version',
  'authorization',
  'content-type',
  'idempotency-key',
  'openai-beta',
  'openai-organization',
  'openai-project',
  'user-agent',
  'x-api-key',
  'x-cloudtolocalllm-route',
  'x-requested-with',
  ...['arch', 'async', 'custom-poll-interval', 'helper', 'helper-method', 'lang', 'os', 'package-version'].map(
    stainless,
  ),
  ...['poll-helper', 'retry-count', 'runtime', 'runtime-version', 'timeout'].map(stainless),
].join(', ');

/** What of an answer's headers a page may read beside its type. */
const shown = [
  'retry-after',
  'x-cloudtolocalllm-attempts',
  'x-cloudtolocalllm-connection',
  'x-cloudtolocalllm-dropped',
  'x-cloudtolocalllm-estimated',
  'x-should-retry',
].join(', ');

const methods = 'GET, HEAD, POST, PUT, PATCH, DELETE';

/** How long a browser may remember what it was told beforehand. Seconds; Chromium keeps to two hours at most. */
const remembered = '7200';

/** What is said to a page that may come in, in every answer (Fetch, "CORS protocol"): never `*`, always itself. */
export function corsHeaders(origin: string): Readonly<Record<string, string>> {
  return { 'access-control-allow-origin': origin, 'access-control-expose-headers': shown, vary: 'origin' };
}

/** Whether a browser asks beforehand what a page may send. */
export function isPreflight(method: string | undefined, headers: IncomingHttpHeaders): boolean {
  return method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;
}

/**
 * What a browser is told that asks beforehand, for a page that may come in. A page from the net that asks something of
 * this machine is asked for more (WICG, "Private Network Access").
 */
export function preflightHeaders(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  return {
    'access-control-allow-methods': methods,
    'access-control-allow-headers': taken,
    'access-control-max-age': remembered,
    ...(headers['access-control-request-private-network'] === 'true'
      ? { 'access-control-allow-private-network': 'true' }
      : {}),
  };
}

function stainless(name: string): string {
  return `x-stainless-${name}`;
}

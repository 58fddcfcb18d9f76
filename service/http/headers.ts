import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';

/**
 * What of a request's headers an upstream gets. Everything else stays here: the application's own Authorization is not
 * for it, nor is what names the application or its user.
 */
const forwarded = ['accept', 'anthropic-beta', 'anthropic-version'] as const;

/** What of the headers goes on with a request that is handed through unread. */
const passed = [
  'accept',
  'accept-encoding',
  'anthropic-beta',
  'anthropic-version',
  'content-encoding',
  'content-length',
  'content-type',
  'idempotency-key',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'if-unmodified-since',
  'openai-beta',
  'range',
] as const;

/** Headers that speak of one hop, not of the answer (RFC 9110, 7.6.1; Keep-Alive and Proxy-Connection by old custom). */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Headers of an upstream's answer that are about itself or its origin, and would be wrong or harmful under ours. */
const upstreamsOwn = new Set(['alt-svc', 'date', 'server', 'set-cookie', 'strict-transport-security']);

/** What no header can hold (RFC 9110, 5.5). An upstream that sends UTF-8 has what is no byte any more when it was read. */
const unwritable = /[^\t\x20-\x7e\x80-\xff]/;

/** The headers that go to the upstream with a request. */
export function requestHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  // `curl -d` says it sends a form; what was read as JSON is passed on as JSON.
  // An answer is looked into on its way; compressed it couldn't be.
  const kept: Record<string, string> = { 'content-type': 'application/json', 'accept-encoding': 'identity' };
  for (const name of forwarded) {
    const value = headers[name];
    if (typeof value === 'string') kept[name] = value;
  }
  return kept;
}

/** The headers that go to the upstream with a request that is handed through unread. */
export function passedHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(
    passed.flatMap((name) => {
      const value = headers[name];
      return typeof value === 'string' ? [[name, value] as const] : [];
    }),
  );
}

/** The headers that go to the application with an upstream's answer. */
export function replyHeaders(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  const named = new Set((headers.connection ?? '').toLowerCase().split(/\s*,\s*/));
  const kept: OutgoingHttpHeaders = {};
  for (const [name, value] of Object.entries(headers)) {
    const mayPass = !hopByHop.has(name) && !upstreamsOwn.has(name) && !named.has(name);
    if (value === undefined || !mayPass || name.startsWith('access-control-')) continue;
    if (![value].flat().some((one) => unwritable.test(one))) kept[name] = value;
  }
  return kept;
}

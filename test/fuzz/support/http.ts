import fc from 'fast-check';
import { requests } from './corpus.ts';
import { mutatedJson } from './json.ts';
import { model } from './upstream.ts';

/** A request whose bytes are HTTP, whatever it says. */
export interface HttpRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

const paths = [
  ...new Set(requests.map(([path]) => path)),
  ...[
    '/',
    '/healthz',
    '/broker/status',
    '/api/tags',
    '/api/version',
    '/api/ps',
    '/v1/models',
    '/v1/models/model:latest',
  ],
  ...['/api/copy', '/api/delete', '/api/blobs/sha256:1', '/v1/files', '/v1', '/v1/', '/api', '/v1/messages/batches'],
];

/** Visible ASCII, which is all that a target may have; and what servers stumble over. */
const targetPart = fc.oneof(
  fc.constantFrom(
    '/',
    '//',
    '/..',
    '/.',
    '%00',
    '%2e%2e',
    '%2f',
    '%',
    '%zz',
    '%ff',
    '?',
    '#',
    '\\',
    ':',
    '*',
    ';',
    '@',
    '&a=b',
  ),
  fc.string({ unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)), maxLength: 12 }),
);

const target = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...paths) },
  fc.tuple(fc.constantFrom(...paths), targetPart).map(([path, more]) => path + more),
  fc.array(targetPart, { maxLength: 6 }).map((parts) => `/${parts.join('')}`),
  fc.constantFrom(
    '*',
    'http://127.0.0.1/api/tags',
    'http://evil.example/v1/models',
    'localhost:1',
    '/api/tags HTTP/1.0'.split(' ')[0] ?? '',
  ),
  fc.constantFrom(...paths).map((path) => `${path}?${'a'.repeat(3000)}`),
);

const methods = [
  'GET',
  'POST',
  'HEAD',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'TRACE',
  'PROPFIND',
  'SEARCH',
  'QUERY',
  'LINK',
];

const value = fc.string({
  unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
  maxLength: 30,
});

const header: fc.Arbitrary<readonly [string, string]> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .constantFrom('ollama', 'openai', 'anthropic', 'automatic', 'local', 'nobody', 'constructor', '__proto__', '')
      .map((route) => ['x-cloudtolocalllm-route', route] as const),
  },
  fc
    .constantFrom(
      'application/json',
      'text/plain',
      'multipart/form-data; boundary=a',
      ';',
      'a/b; c=\xe9',
      'application/json; charset=utf-16',
    )
    .map((type) => ['content-type', type] as const),
  fc
    .constantFrom('gzip', 'br', 'zstd', 'deflate', 'identity', 'gzip, gzip', ',', 'constructor')
    .map((coding) => ['content-encoding', coding] as const),
  fc.constantFrom('2023-06-01', 'x').map((version) => ['anthropic-version', version] as const),
  fc.constantFrom('100-continue', '200-ok').map((expected) => ['expect', expected] as const),
  fc
    .constantFrom('keep-alive', 'close', 'upgrade', 'keep-alive, te', 'content-length')
    .map((connection) => ['connection', connection] as const),
  fc.constantFrom('h2c', 'websocket').map((protocol) => ['upgrade', protocol] as const),
  fc.constantFrom('bytes=0-', 'bytes=-1', 'x').map((range) => ['range', range] as const),
  fc.constantFrom('https://evil.example', 'null', '').map((origin) => ['origin', origin] as const),
  fc.constantFrom('*/*', 'gzip', 'trailers').map((accepted) => ['te', accepted] as const),
  fc.tuple(
    fc.constantFrom('__proto__', 'constructor', 'x-a', 'cookie', 'authorization', 'accept', 'idempotency-key'),
    value,
  ),
);

const body = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom(...requests).chain(([, fields]) => mutatedJson(fc.constant({ ...fields, model }))),
  },
  fc.constantFrom('', '{}', 'null', '[]', '"', '{', '\0', '\uFEFF{}', '{"model":"model:latest"}'),
);

/** Requests of any kind; most are near to what is expected at their path. */
export const httpRequests: fc.Arbitrary<HttpRequest> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom(...requests).chain(([path, fields]) =>
      fc.record({
        method: fc.constant('POST'),
        target: fc.constant(path),
        headers: fc.array(header, { maxLength: 2 }),
        body: mutatedJson(fc.constant({ ...fields, model })),
      }),
    ),
  },
  fc.record({
    method: fc.oneof({ weight: 3, arbitrary: fc.constantFrom('GET', 'POST') }, fc.constantFrom(...methods)),
    target,
    headers: fc.array(header, { maxLength: 4 }),
    body,
  }),
);

/** As it goes over the wire. */
export function bytesOf({ method, target, headers, body }: HttpRequest): Buffer {
  const length = body === '' && method === 'GET' ? [] : [['content-length', String(Buffer.byteLength(body))] as const];
  const lines = [['host', '127.0.0.1'] as const, ...headers, ...length].map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([
    Buffer.from(`${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n`, 'latin1'),
    Buffer.from(body),
  ]);
}

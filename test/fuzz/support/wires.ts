import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import type { Wire } from '../../upstreams/wire.ts';
import { inPieces, mutatedBytes } from './bytes.ts';
import { answers } from './corpus.ts';
import { mutatedJson } from './json.ts';
import { mutatedStreams } from './streams.ts';
import { type Dialect, streamType } from './upstream.ts';

const zeros = Buffer.alloc(30 * 1024 * 1024);

/** 30 MiB that come as some kB. */
const bombs = { gzip: gzipSync(zeros), br: brotliCompressSync(zeros), deflate: deflateSync(zeros) } as const;

const compressions: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
  gzip: gzipSync,
  br: brotliCompressSync,
  deflate: deflateSync,
  identity: (bytes) => bytes,
};

const statusLine = fc.oneof(
  { weight: 8, arbitrary: fc.constant('HTTP/1.1 200 OK') },
  fc
    .constantFrom(
      201,
      204,
      206,
      301,
      304,
      400,
      401,
      403,
      404,
      408,
      413,
      418,
      422,
      451,
      500,
      502,
      503,
      529,
      599,
      600,
      999,
    )
    .map((status) => `HTTP/1.1 ${status} x`),
  fc.constantFrom(
    ...['HTTP/1.1 099 x', 'HTTP/1.1 101 Switching Protocols', 'HTTP/1.1 20 x', 'HTTP/1.1 2000 x', 'HTTP/1.1 200'],
    ...[
      'HTTP/1.0 200 OK',
      'HTTP/2 200',
      'HTTP/9.9 200 OK',
      'ICY 200 OK',
      'GET / HTTP/1.1',
      'hello',
      '',
      '\0',
      '{"error":"no"}',
    ],
  ),
);

/** What comes before the answer proper. */
const informational = fc.oneof(
  { weight: 12, arbitrary: fc.constant('') },
  fc
    .constantFrom('100 Continue', '102 Processing', '103 Early Hints', '199 x')
    .map((line) => `HTTP/1.1 ${line}\r\n\r\n`),
  fc.constant('HTTP/1.1 100 Continue\r\n\r\n'.repeat(2000)),
  fc.constantFrom('\r\n', ' ', '\0'),
);

const header = fc.oneof(
  fc
    .constantFrom('0', '-1', '1e999', 'NaN', 'Thu, 01 Jan 1970 00:00:00 GMT', '0x10', ' ')
    .map((time) => `retry-after: ${time}`),
  fc.constantFrom(
    ...[
      'x-a: ü€👋',
      'x-a: \x01',
      'x-a: \x7f',
      'x-a: a\0b',
      ': no name',
      'no colon',
      'x a: b',
      'x-a : b',
      ' folded',
      '__proto__: a',
    ],
    ...[
      'constructor: a',
      'connection: content-type',
      'connection: close, x-a',
      'trailer: x-a',
      'upgrade: h2c',
      'set-cookie: a=b',
    ],
    ...[
      'keep-alive: timeout=0',
      'keep-alive: timeout=x',
      'location: /',
      'www-authenticate: Basic',
      'content-range: bytes 0-1/2',
    ],
    ...['content-length: 5', 'content-length: -1', 'content-length: x', 'content-length: 99999999999999999999'],
    ...['transfer-encoding: chunked', 'transfer-encoding: xchunked', 'transfer-encoding: gzip, chunked'],
    ...['content-type: text/html', 'content-type: ', 'content-type: application/json', 'content-encoding: x'],
  ),
  fc.integer({ min: 1, max: 20 }).map((kilobytes) => `x-long: ${'a'.repeat(kilobytes * 1024)}`),
  fc
    .integer({ min: 1, max: 3000 })
    .map((count) => Array.from({ length: count }, (_, index) => `x-${index}: a`).join('\r\n')),
);

/** How a body's end is told. */
type Framed = (body: Buffer) => { readonly headers: readonly string[]; readonly body: Buffer };

const chunk = (body: Buffer, size = body.length.toString(16)): Buffer =>
  Buffer.concat([Buffer.from(`${size}\r\n`), body, Buffer.from('\r\n')]);
const lastChunk = Buffer.from('0\r\n\r\n');

const framed: fc.Arbitrary<Framed> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Framed>((body) => ({ headers: [`content-length: ${body.length}`], body })) },
  {
    weight: 4,
    arbitrary: fc.constant<Framed>((body) => ({
      headers: ['transfer-encoding: chunked'],
      body: body.length === 0 ? lastChunk : Buffer.concat([chunk(body), lastChunk]),
    })),
  },
  fc.constant<Framed>((body) => ({ headers: [], body })),
  fc
    .integer({ min: -20, max: 20 })
    .map((more): Framed => (body) => ({ headers: [`content-length: ${Math.max(0, body.length + more)}`], body })),
  fc
    .constantFrom('-1', 'x', '', 'ffffffffffffffffff', '1;ext', `5;${'e'.repeat(20_000)}`, '0', '00000001', ' 5')
    .map((size): Framed => (body) => ({ headers: ['transfer-encoding: chunked'], body: chunk(body, size) })),
  fc.constant<Framed>((body) => ({
    headers: ['transfer-encoding: chunked', `content-length: ${body.length}`],
    body: Buffer.concat([chunk(body), lastChunk]),
  })),
);

function body(dialect: Dialect): fc.Arbitrary<readonly [type: string, body: Buffer]> {
  const { streams, whole } = answers(dialect);
  const stream = mutatedStreams(streams).map((pieces) => [streamType(dialect), Buffer.concat([...pieces])] as const);
  const json = (text: string): readonly [string, Buffer] => ['application/json', Buffer.from(text)];
  return fc.oneof(
    { weight: 3, arbitrary: stream },
    { weight: 3, arbitrary: mutatedJson(whole).map(json) },
    mutatedJson(
      fc.constantFrom<unknown>(
        { error: 'server busy, please try again. maximum pending requests exceeded' },
        { error: { message: 'Loading model', type: 'unavailable_error', code: 503 } },
        { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } },
        { status: 'success' },
        { object: 'list', data: [{ embedding: [0.1], index: 0 }], embeddings: [[0.1]], embedding: [0.1], model: 'm' },
      ),
    ).map(json),
    fc.constant(['text/html', Buffer.from('<!DOCTYPE html>')] as const),
  );
}

/** What a server of a dialect may send: an answer with faults, in its HTTP or in what it says. */
export function wires(dialect: Dialect): fc.Arbitrary<Wire> {
  const coding = fc.oneof({ weight: 8, arbitrary: fc.constant('identity') }, fc.constantFrom('gzip', 'br', 'deflate'));
  const answer = fc
    .tuple(informational, statusLine, fc.array(header, { maxLength: 2 }), body(dialect), coding, framed, fc.nat(20))
    .map(([before, line, headers, [type, plain], encoding, frame, odd]) => {
      const packed = compressions[encoding]?.(plain) ?? plain;
      const bomb = encoding === 'identity' || odd > 3 ? packed : bombs[encoding];
      const { headers: framing, body: bytes } = frame(bomb);
      const coded = encoding === 'identity' ? [] : [`content-encoding: ${encoding}`];
      const lines = [line, `content-type: ${type}`, ...coded, ...framing, ...headers, 'connection: close', '', ''];
      return Buffer.concat([Buffer.from(before + lines.join('\r\n')), bytes]);
    });
  const then = fc.oneof<fc.WeightedArbitrary<Wire['then']>[]>(
    { weight: 40, arbitrary: fc.constant('ends') },
    { weight: 4, arbitrary: fc.constant('resets') },
    { weight: 1, arbitrary: fc.constant('stays') },
  );
  const bytes = fc.oneof({ weight: 3, arbitrary: answer }, mutatedBytes(answer));
  return fc.record({ pieces: inPieces(bytes), then });
}

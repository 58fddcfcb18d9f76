import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memoryOf } from '../../bench/memory.ts';
import { RunningBroker } from '../../support/broker.ts';
import { clients } from '../../support/clients.ts';
import { sentOverWire } from '../../support/wire.ts';
import { AnthropicStandIn } from '../../upstreams/anthropic.ts';
import { OllamaStandIn } from '../../upstreams/ollama.ts';
import { OpenaiStandIn } from '../../upstreams/openai.ts';
import { RawStandIn } from '../../upstreams/raw.ts';
import { releasing } from '../../support/releases.ts';
import type { StandIn } from '../../upstreams/server.ts';
import { fieldsIn, send } from './sending.ts';
import { zstdZeros } from './zstd.ts';

const release = releasing();
const model = 'model:latest';
const servers: Readonly<Record<string, StandIn>> = {
  ollama: new OllamaStandIn(),
  openai: new OpenaiStandIn(),
  anthropic: new AnthropicStandIn(),
};
let broker: RunningBroker;

beforeAll(async () => {
  const connections = [];
  for (const [kind, server] of Object.entries(servers)) {
    Object.assign(server, { models: [model] });
    connections.push({ id: kind, kind, url: (await server.start()).origin, token: { env: 'KEY' } });
  }
  broker = await RunningBroker.start({ config: { connections }, env: { KEY: 'sk-connection' } });
});
afterAll(async () => {
  await broker.release();
  for (const server of Object.values(servers)) await server.stop();
});

/** What its memory has grown by while something was done. MB */
async function growth(done: () => Promise<void>): Promise<number> {
  const memory = (): number => memoryOf(broker.process.pid ?? 0).own;
  const before = memory();
  await done();
  return memory() - before;
}

const posts = [
  ...['/api/chat', '/api/generate', '/api/embed', '/api/embeddings', '/api/show', '/api/pull'],
  ...['/v1/chat/completions', '/v1/completions', '/v1/responses', '/v1/embeddings'],
  ...['/v1/messages', '/v1/messages/count_tokens'],
];

/** The words of an error in its API's shape. */
function words(path: string, fields: unknown): string | undefined {
  const { anthropic, openai, ollama } = clients;
  const client = path.startsWith('/v1/messages') ? anthropic : path.startsWith('/v1/') ? openai : ollama;
  return client.error(fields as Readonly<Record<string, unknown>>);
}

describe('a body that is nested too deep', () => {
  const places: readonly ((inner: string) => string)[] = [
    (inner) => `{"model":"${model}","messages":[{"role":"user","content":"Hi"}],"max_tokens":5,"metadata":${inner}}`,
    (inner) => `{"model":"${model}","messages":${inner}}`,
    (inner) => inner,
  ];
  const depths: readonly (readonly [open: string, close: string, depth: number])[] = [
    ['[', ']', 10_000],
    ['{"a":', '}', 10_000],
    ['[', ']', 100_000],
    ['{"a":', '}', 100_000],
    // Without an end, as much as is read.
    ['[', '', 60 * 1024 * 1024],
  ];

  it.each(posts)('is refused at %s before it is read, wherever it would go', async (path) => {
    for (const route of Object.keys(servers)) {
      for (const [open, close, depth] of depths.slice(0, route === 'ollama' ? undefined : 4)) {
        for (const place of depth > 1e6 ? [places[2]] : places) {
          const body = Buffer.from(place?.(`${open.repeat(depth)}1${close.repeat(depth)}`) ?? '');
          const answer = await send(broker, 'POST', path, { body, headers: { 'x-cloudtolocalllm-route': route } });
          const told = [answer.status, words(path, fieldsIn(answer))];
          expect([path, route, ...told]).toEqual([path, route, 400, expect.stringContaining('512 levels deep')]);
        }
      }
    }
  });

  it('is handed through where it isn’t read', async () => {
    const body = Buffer.from(`{"model":"${model}","a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`);
    expect((await send(broker, 'POST', '/api/create', { body })).status).not.toBe(500);
  });
});

describe('a body of 1 GiB', () => {
  const gibibyte = 1024 ** 3;
  const piece = Buffer.alloc(1024 * 1024, ' ');

  it.each(posts)('is refused at %s as soon as its length is told', async (path) => {
    let sent = 0;
    function* pieces(): Generator<Buffer> {
      yield Buffer.from(`POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-length: ${gibibyte}\r\n\r\n`);
      for (; sent < gibibyte; sent += piece.length) yield piece;
    }
    const grown = await growth(async () => {
      const [answer] = await sentOverWire(broker.address, pieces());
      expect([answer?.status, words(path, JSON.parse(String(answer?.body)))]).toEqual([
        413,
        'the request is larger than 64 MiB',
      ]);
    });
    expect(sent).toBeLessThan(gibibyte / 8);
    expect(grown).toBeLessThan(100);
  });

  it('is refused without a length when more has come than is read', async () => {
    let sent = 0;
    function* pieces(): Generator<Buffer> {
      yield Buffer.from('POST /api/chat HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n');
      for (; sent < gibibyte; sent += piece.length) {
        yield Buffer.concat([Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n')]);
      }
    }
    const grown = await growth(async () => {
      const [answer] = await sentOverWire(broker.address, pieces());
      expect(answer?.status).toBe(413);
    });
    expect(sent).toBeLessThan(gibibyte / 4);
    expect(grown).toBeLessThan(200);
  });

  it.each<[encoding: string, body: () => Buffer]>([
    // One behind another, gzip's are one (RFC 1952, 2.2).
    ['gzip', () => Buffer.concat(Array<Buffer>(16).fill(gzipSync(Buffer.alloc(gibibyte / 16))))],
    ['br', () => brotliCompressSync(Buffer.alloc(gibibyte), { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } })],
    ['zstd', () => zstdZeros(gibibyte / (128 * 1024))],
  ])('compressed with %s to little is refused when it is larger than is read', async (encoding, body) => {
    const bytes = body();
    expect(bytes.length).toBeLessThan(2 * 1024 * 1024);
    const grown = await growth(async () => {
      const answer = await send(broker, 'POST', '/api/chat', {
        body: bytes,
        headers: { 'content-encoding': encoding },
      });
      expect([answer.status, fieldsIn(answer)]).toEqual([413, { error: 'the request is larger than 64 MiB' }]);
    });
    expect(grown).toBeLessThan(200);
  });
});

describe('names of a megabyte', () => {
  const long = 'x'.repeat(1024 * 1024);

  // What the server says of a model goes through as it is.
  it.each(posts.filter((path) => path !== '/api/show'))('at %s: are told shortened', async (path) => {
    const body = { model: long, messages: [], prompt: 'a', input: 'a', max_tokens: 5 };
    const answer = await send(broker, 'POST', path, { body, headers: { 'x-cloudtolocalllm-route': 'ollama' } });
    expect([path, answer.status, answer.bytes.length < 10_000]).toEqual([path, expect.any(Number), true]);
    expect(answer.status).toBeLessThan(500);
  });
});

describe('bytes that are no request, or more than one', () => {
  const good = 'GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n';
  const chat = (headers: string, body = '5\r\nhello\r\n0\r\n\r\n'): string =>
    `POST /api/chat HTTP/1.1\r\nhost: localhost\r\n${headers}\r\n\r\n${body}`;
  const huge = 'a'.repeat(1024 * 1024);

  // The first refusal closes the connection: what comes behind is never taken for a request.
  it.each<[what: string, bytes: string, statuses: readonly number[]]>([
    ['two lengths that differ', chat('content-length: 5\r\ncontent-length: 6', `hello${good}`), [400]],
    [
      'a length and a transfer coding',
      chat('content-length: 5\r\ntransfer-encoding: chunked', `0\r\n\r\n${good}`),
      [400],
    ],
    [
      'a transfer coding and a length',
      chat('transfer-encoding: chunked\r\ncontent-length: 5', `0\r\n\r\n${good}`),
      [400],
    ],
    ['an unknown transfer coding', chat('transfer-encoding: xchunked', good), [400]],
    ['chunked, but not last', chat('transfer-encoding: chunked, identity', good), [400]],
    ['a negative length', chat('content-length: -5', good), [400]],
    ['a length with a sign', chat('content-length: +5', good), [400]],
    ['a length in hexadecimal', chat('content-length: 0x5', good), [400]],
    ['a length that is too long', chat(`content-length: ${'9'.repeat(40)}`, good), [400]],
    ['a space before the colon', chat('content-length : 5', `hello${good}`), [400]],
    ['a folded header', chat('x-a: b\r\n content-length: 5', good), [400]],
    ['lines that end in LF alone', good.replaceAll('\r\n', '\n'), [400]],
    ['a header that ends in LF alone', chat('x-a: b\ncontent-length: 5', `hello${good}`), [400]],
    ['NUL in a header', chat('x-a: b\0c', good), [400]],
    ['a header without name', chat(': b', good), [400]],
    ['a chunk size that is none', chat('transfer-encoding: chunked', `x\r\nhello\r\n0\r\n\r\n${good}`), [400]],
    ['a negative chunk size', chat('transfer-encoding: chunked', `-5\r\nhello\r\n0\r\n\r\n${good}`), [400]],
    ['a chunk size without end', chat('transfer-encoding: chunked', `${'f'.repeat(40)}\r\nhello`), [400]],
    ['a chunk longer than it says', chat('transfer-encoding: chunked', `1\r\nhello\r\n0\r\n\r\n${good}`), [400]],
    ['a chunk extension of a megabyte', chat('transfer-encoding: chunked', `5;${huge}\r\nhello\r\n0\r\n\r\n`), [413]],
    ['a header of a megabyte', chat(`x-a: ${huge}`), [431]],
    ['10,000 headers', chat(Array.from({ length: 10_000 }, (_, index) => `x-${index}: a`).join('\r\n')), [431]],
    ['headers without end', `GET / HTTP/1.1\r\n${'x-a: b\r\n'.repeat(100_000)}`, [431]],
    ['a query of 100 kB', `GET /api/tags?${'a'.repeat(100_000)} HTTP/1.1\r\nhost: localhost\r\n\r\n`, [431]],
    ['no host', 'GET /api/tags HTTP/1.1\r\n\r\n', [400]],
    ['an unknown version', 'GET / HTTP/3.7\r\nhost: localhost\r\n\r\n', [400]],
    ['no HTTP', '\x16\x03\x01\x02\x00\x01', [400]],
    ['a path that is not ASCII', 'GET /api/tags/é HTTP/1.1\r\nhost: localhost\r\n\r\n', [400]],
    ['CONNECT', 'CONNECT evil.example:443 HTTP/1.1\r\nhost: localhost\r\n\r\n', []],
  ])('%s: refused', async (_what, bytes, statuses) => {
    const answers = await sentOverWire(broker.address, Buffer.from(bytes, 'latin1'), { ends: true });
    expect(answers.map(({ status }) => status)).toEqual(statuses);
    expect((await send(broker, 'GET', '/healthz')).status).toBe(200);
  });

  it.each<[what: string, target: string, method: string, status: number]>([
    ['an absolute target without a path', 'http://evil.example', 'POST', 405],
    ['an absolute target with .. in its path', 'http://evil.example/api/../x', 'GET', 400],
    ['two absolute targets', 'http://evil.example/http://evil.example/api/tags', 'GET', 404],
    ['the target *', '*', 'OPTIONS', 404],
    ['TRACE', '/api/tags', 'TRACE', 405],
    ['.. in a path', '/api/../broker/status', 'GET', 400],
    ['.. in a path, hidden', '/api/%2e%2e/broker/status', 'GET', 400],
    ['no UTF-8 in a path', '/api/tags/%ff%fe', 'GET', 400],
    ['an escape that is none in a path', '/api/%zz', 'GET', 400],
    ['a path that begins twice', '//api/tags', 'GET', 404],
    ['a wildcard as path', '/*/*', 'GET', 404],
    ['a pattern as path', '/:id(^\\d+$)', 'GET', 404],
  ])('%s: refused in its dialect', async (_what, target, method, status) => {
    const bytes = Buffer.from(`${method} ${target} HTTP/1.1\r\nhost: localhost\r\n\r\n`, 'latin1');
    const [answer] = await sentOverWire(broker.address, bytes);
    const told = JSON.parse(String(answer?.body)) as unknown;
    expect([answer?.status, told]).toEqual([status, { error: expect.any(String) as string }]);
  });

  it.each<[what: string, target: string, path: string]>([
    ['an absolute target', 'http://localhost/api/x?a=b', '/api/x?a=b'],
    ['NUL in a path', '/api/%00', '/api/%00'],
    ['a path of 10 kB', `/api/${'a'.repeat(10_000)}`, `/api/${'a'.repeat(10_000)}`],
  ])('%s: handed through as it is meant', async (_what, target, path) => {
    const server = new RawStandIn();
    await server.start();
    release(() => server.stop());
    const config = { connections: [{ id: 'raw', kind: 'ollama', url: server.origin }] };
    const other = await RunningBroker.start({ config });
    release(() => other.release());
    const [answer] = await sentOverWire(
      other.address,
      Buffer.from(`GET ${target} HTTP/1.1\r\nhost: localhost\r\n\r\n`),
    );
    expect([answer?.status, server.heads.map(({ url }) => url)]).toEqual([200, [path]]);
  });

  it('many good requests at once in one connection are all answered, in order', async () => {
    const paths = Array.from({ length: 100 }, (_, index) => (index % 2 === 0 ? '/healthz' : '/api/version'));
    const bytes = paths.map((path) => `GET ${path} HTTP/1.1\r\nhost: localhost\r\n\r\n`).join('');
    const last = 'GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n';
    const socket = connect(Number(new URL(broker.address).port), '127.0.0.1');
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.write(bytes + last);
    await once(socket, 'close');
    const bodies = Buffer.concat(chunks)
      .toString()
      .match(/\{.*?\}/g);
    const expected = [...paths, '/healthz'].map((path) =>
      path === '/healthz' ? '{"status":"ok"}' : '{"version":"0.33.0"}',
    );
    expect(bodies).toEqual(expected);
  });

  it('heads that never end keep nobody else waiting', async () => {
    const sockets: Socket[] = [];
    try {
      for (let index = 0; index < 500; index += 1) {
        const socket = connect(Number(new URL(broker.address).port), '127.0.0.1');
        socket.on('error', () => undefined);
        sockets.push(socket);
        await once(socket, 'connect');
        socket.write('POST /api/chat HTTP/1.1\r\nhost: localhost\r\nx-a: ');
      }
      const body = { model, messages: [{ role: 'user', content: 'Hi' }], stream: false };
      expect((await send(broker, 'POST', '/api/chat', { body })).status).toBe(200);
    } finally {
      for (const socket of sockets) socket.destroy();
    }
  });
});

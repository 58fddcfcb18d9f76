import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { memoryOf } from '../../bench/memory.ts';
import { type RunningBroker, within } from '../../support/broker.ts';
import { OpenaiStandIn } from '../../upstreams/openai.ts';
import { RawStandIn } from '../../upstreams/raw.ts';
import { model, serving } from '../pitfalls/asking.ts';
import { type Answer, begun, fieldsIn, opened, read, send, type Sent } from './sending.ts';

/** All bytes that there are, more than once: what takes them for text loses some. */
const binary = Buffer.from(Array.from({ length: 1000 }, (_, index) => index % 256));

const multipart = Buffer.concat([
  Buffer.from('--b\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\n'),
  binary,
  Buffer.from('\r\n--b\r\nContent-Disposition: form-data; name="model"\r\n\r\nwhisper-1\r\n--b--\r\n'),
]);

let ollama: RawStandIn;
let openai: RawStandIn;
let anthropic: RawStandIn;
let broker: RunningBroker;
const releases: (() => unknown)[] = [];

beforeAll(async () => {
  [ollama, openai, anthropic] = [new RawStandIn(), new RawStandIn(), new RawStandIn()];
  broker = await serving(
    {
      openai: [openai, { kind: 'openai', token: { env: 'OPENAI' } }],
      ollama: [ollama, { token: { env: 'OLLAMA' } }],
      anthropic: [anthropic, { kind: 'anthropic', token: { env: 'ANTHROPIC' } }],
    },
    (release) => releases.push(release as () => unknown),
    { env: { OPENAI: 'sk-openai', OLLAMA: 'sk-ollama', ANTHROPIC: 'sk-anthropic' } },
  );
});
afterAll(async () => {
  for (const release of releases.reverse()) await release();
});
beforeEach(() => {
  for (const server of [ollama, openai, anthropic]) server.heads.length = 0;
});

interface Told {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
}

describe('a request that no route of the broker’s own takes, and its answer, are handed on untouched:', () => {
  const big = { 'content-type': 'application/octet-stream' };

  it.each<[what: string, method: string, path: string, sent: Sent, told: Told]>([
    ['a query as it is spelt', 'GET', '/v1/files?after=a%2Fb&q=%C3%BC+1&x', {}, { body: '{"data":[]}' }],
    ['a path as it is spelt', 'GET', '/v1/files/file%20a%2Fb/content', {}, { body: binary, headers: big }],
    ['bytes', 'PUT', '/v1/files/1', { body: binary, headers: big }, { status: 201, body: binary, headers: big }],
    [
      'multipart',
      'POST',
      '/v1/audio/transcriptions',
      { body: multipart, headers: { 'content-type': 'multipart/form-data; boundary=b' } },
      { body: '{"text":"Hello"}' },
    ],
    ['JSON as it is spelt', 'PATCH', '/v1/x', { body: Buffer.from('{ "a" : 1.0, "a" : 2 }') }, { body: ' { } ' }],
    ['what isn’t JSON', 'POST', '/api/x', { body: Buffer.from('{"model":') }, { body: 'so what' }],
    ['a deletion', 'DELETE', '/v1/models/ft:mine', {}, { body: '{"deleted":true}' }],
    ['a deletion with a body', 'DELETE', '/api/x', { body: { id: 1 } }, { status: 204 }],
    ['no body at all', 'POST', '/v1/batches/1/cancel', {}, { body: '{}' }],
    [
      'a range',
      'GET',
      '/v1/files/1/content',
      { headers: { range: 'bytes=2-4', 'if-range': '"7"' } },
      { status: 206, body: 'cde', headers: { 'content-range': 'bytes 2-4/9', etag: '"7"', 'accept-ranges': 'bytes' } },
    ],
    [
      'what the client has already',
      'GET',
      '/v1/files/1/content',
      { headers: { 'if-none-match': '"7"' } },
      { status: 304, headers: { etag: '"7"' } },
    ],
    ['a redirect', 'GET', '/v1/files/2', {}, { status: 307, headers: { location: 'https://elsewhere.example/x' } }],
    ['an error in JSON', 'POST', '/api/x', { body: {} }, { status: 400, body: '{"error":"no"}' }],
    ['an error in words', 'GET', '/api/x', {}, { status: 404, body: '404 page not found' }],
    ['an error of the server’s', 'GET', '/v1/x', {}, { status: 503, body: '{}', headers: { 'retry-after': '7' } }],
    [
      'a web page',
      'GET',
      '/v1/x',
      {},
      { status: 502, body: '<!DOCTYPE html>', headers: { 'content-type': 'text/html' } },
    ],
    [
      'what is compressed, both ways',
      'POST',
      '/v1/x',
      { body: gzipSync('{}'), headers: { 'content-encoding': 'gzip', 'accept-encoding': 'gzip' } },
      { body: gzipSync('{"a":1}'), headers: { 'content-encoding': 'gzip' } },
    ],
    ['what has headers of its own', 'GET', '/v1/x', {}, { headers: { 'x-request-id': '7', 'openai-version': '2' } }],
  ])('%s: %s %s', async (_what, method, path, sent, told) => {
    const server = path.startsWith('/v1') ? openai : ollama;
    const bodies: Buffer[] = [];
    server.serve = (request, response) => {
      void request.toArray().then((chunks: Buffer[]) => {
        bodies.push(Buffer.concat(chunks));
        response.writeHead(told.status ?? 200, told.headers).end(told.body);
      });
    };
    const direct = await send({ address: server.origin }, method, path, sent);
    const through = await send(broker, method, path, sent);

    const ofConnection = ['host', 'connection', 'authorization', 'user-agent'];
    const heads = server.heads.map((head) => ({ ...head, headers: without(head.headers, ofConnection) }));
    expect(heads).toHaveLength(2);
    expect(heads[1]).toEqual(heads[0]);
    expect(bodies[1]).toEqual(bodies[0]);

    const { 'x-cloudtolocalllm-connection': by, ...headers } = without(through.headers, [
      ...['connection', 'keep-alive', 'date', 'x-accel-buffering'],
    ]);
    expect(by).toBe(path.startsWith('/v1') ? 'openai' : 'ollama');
    expect({ ...through, headers }).toEqual({
      ...direct,
      headers: without(direct.headers, ['connection', 'keep-alive', 'date']),
    });
  });

  it.each(['/api/x', '/v1/x'])('the head alone: HEAD %s', async (path) => {
    for (const server of [ollama, openai]) {
      server.serve = (_request, response) => response.writeHead(200, { 'content-length': '123456' }).end();
    }
    const { status, headers, bytes, cut } = await send(broker, 'HEAD', path);
    expect([status, headers['content-length'], bytes.length, cut]).toEqual([200, '123456', 0, false]);
  });

  it('an upload whose length isn’t known', async () => {
    const body: Buffer[] = [];
    openai.serve = (request, response) => {
      request.on('data', (chunk: Buffer) => body.push(chunk)).on('end', () => response.end());
    };
    const sent = opened(broker, 'POST', '/v1/files');
    for (let start = 0; start < binary.length; start += 100) sent.write(binary.subarray(start, start + 100));
    const head = once(sent, 'response');
    sent.end();
    const [answer] = (await head) as [IncomingMessage];
    await read(answer);
    expect(Buffer.concat(body)).toEqual(binary);
  });

  it('each piece as it comes', async () => {
    const lines = new Lines();
    ollama.serve = (_request, response) => {
      lines.to(response);
    };
    const answer = await begun(broker, 'POST', '/api/x', { body: {} });
    for (const line of ['one', 'two', 'three']) {
      const next = once(answer, 'data');
      lines.write(line);
      expect(String((await within(next, () => `“${line}” does not come`))[0])).toBe(line);
    }
    lines.end();
    await read(answer);
  });

  it('a refusal that comes before the upload is read, and what its application sends behind that', async () => {
    openai.serve = (request, response) => {
      response.writeHead(request.method === 'POST' ? 413 : 200).end(`${request.method} answered`);
    };
    const { hostname, port } = new URL(broker.address);
    const socket = connect(Number(port), hostname);
    // Node's own clients send no more once they are answered.
    socket.write('POST /v1/files HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10000000\r\n\r\n');
    socket.write(Buffer.alloc(10_000_000));
    socket.write('GET /v1/files HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
    const [, first, second] = String(Buffer.concat(await socket.toArray())).split(/^HTTP\/1.1 /m);
    expect([first, second]).toEqual([
      expect.stringMatching(/^413[^]*POST answered/) as string,
      expect.stringMatching(/^200[^]*GET answered/) as string,
    ]);
  });
});

describe('a request goes', () => {
  const anthropicVersion = { 'anthropic-version': '2023-06-01' };

  it.each<[path: string, headers: Record<string, string>, to: string, credentials: Record<string, string>]>([
    ['/api/me', {}, 'ollama', { authorization: 'Bearer sk-ollama' }],
    ['/v1/files', {}, 'openai', { authorization: 'Bearer sk-openai' }],
    ['/v1/files', anthropicVersion, 'anthropic', { 'x-api-key': 'sk-anthropic', ...anthropicVersion }],
    ['/v1/messages/batches', {}, 'anthropic', { 'x-api-key': 'sk-anthropic', ...anthropicVersion }],
    [
      '/v1/files',
      { 'anthropic-version': '2099-01-01', 'anthropic-beta': 'files-api' },
      'anthropic',
      { 'x-api-key': 'sk-anthropic', 'anthropic-version': '2099-01-01', 'anthropic-beta': 'files-api' },
    ],
  ])('%s %j to %s, with its token and not the application’s', async (path, headers, to, credentials) => {
    const own = { authorization: 'Bearer sk-application', 'x-api-key': 'sk-application', cookie: 'a=b', ...headers };
    for (const server of [ollama, openai, anthropic]) {
      server.serve = (_request, response) => response.end();
    }
    const answer = await send(broker, 'GET', path, { headers: own });
    expect(answer.headers['x-cloudtolocalllm-connection']).toBe(to);
    const [head] = { ollama, openai, anthropic }[to]?.heads ?? [];
    expect(head?.headers).toEqual({
      ...{ host: expect.any(String) as string, connection: 'keep-alive', 'user-agent': 'CloudToLocalLLM' },
      ...credentials,
    });
  });

  it.each(['/api/../broker/status', '/v1/%2e%2E/x', '/api/x/..%2f..%2fy', '/v1/./x', '/api/x\\..\\y'])(
    'nowhere that its path only seems to lead to: %s',
    async (path) => {
      const answer = await send(broker, 'GET', path);
      expect([answer.status, String(answer.bytes)]).toEqual([400, expect.stringContaining('must not hold')]);
      expect([...ollama.heads, ...openai.heads]).toEqual([]);
    },
  );

  it('to no other connection when its own is down', async ({ onTestFinished }) => {
    const [first, other] = [new RawStandIn(), new RawStandIn()];
    const two = await serving({ first: [first], other: [other] }, onTestFinished);
    await first.stop();
    const answer = await send(two, 'POST', '/api/x', { body: {} });
    expect([answer.status, fieldsIn(answer)]).toEqual([502, { error: expect.stringContaining('first: ') as string }]);
    expect(other.heads).toEqual([]);
  });

  it('to nobody where no connection speaks its API', async ({ onTestFinished }) => {
    const alone = await serving({ provider: [new OpenaiStandIn()] }, onTestFinished);
    for (const [path, headers, words] of [
      ['/api/me', {}, 'is an Ollama server'],
      ['/v1/files', anthropicVersion, 'speaks Anthropic’s API'],
    ] as const) {
      const answer = await send(alone, 'GET', path, { headers });
      expect([answer.status, String(answer.bytes)]).toEqual([404, expect.stringContaining(words)]);
    }
  });
});

/** Pieces of so many bytes make a transfer of 200 MB. */
const pieceSize = 64 * 1024;
const pieces = 3052;
const size = pieceSize * pieces;

/** What a broker may take of memory more than before. Megabytes. */
const most = 60;

describe('a transfer of 200 MB', () => {
  const own = (): number => memoryOf(broker.process.pid ?? 0).own;

  /** Pieces that differ, and look at the broker's memory now and then. */
  function* source(seen: number[]): Generator<Buffer> {
    for (let index = 0; index < pieces; index += 1) {
      const piece = Buffer.alloc(pieceSize, index % 251);
      piece.writeUInt32LE(index);
      if (index % 100 === 0) seen.push(own());
      yield piece;
    }
  }

  const digest = (): string => {
    const hash = createHash('sha256');
    for (const piece of source([])) hash.update(piece);
    return hash.digest('hex');
  };

  it.each([true, false])('up arrives whole and costs no memory (length known: %s)', async (known) => {
    const before = own();
    const seen: number[] = [];
    const hash = createHash('sha256');
    openai.serve = (request, response) => {
      request.on('data', (chunk: Buffer) => hash.update(chunk)).on('end', () => response.end('taken'));
    };
    const sent = opened(broker, 'POST', '/v1/files', { headers: known ? { 'content-length': String(size) } : {} });
    const head = once(sent, 'response');
    await pipeline(Readable.from(source(seen)), sent);
    const [answer] = (await head) as [IncomingMessage];
    expect(String((await read(answer)).bytes)).toBe('taken');
    expect(hash.digest('hex')).toBe(digest());
    expect(Math.max(...seen) - before).toBeLessThan(most);
  });

  it.each([true, false])('down arrives whole and costs no memory (length known: %s)', async (known) => {
    const before = own();
    const seen: number[] = [];
    openai.serve = (_request, response) => {
      if (known) response.setHeader('content-length', size);
      void pipeline(Readable.from(source(seen)), response);
    };
    const answer = await begun(broker, 'GET', '/v1/files/1/content');
    const hash = createHash('sha256');
    for await (const chunk of answer) hash.update(chunk as Buffer);
    expect([answer.complete, hash.digest('hex')]).toEqual([true, digest()]);
    expect(Math.max(...seen) - before).toBeLessThan(most);
  });

  it('up goes no faster than the server takes it', async () => {
    const before = own();
    const taking = new Promise<IncomingMessage>((resolve) => {
      openai.serve = (request, response) => {
        request.pause().on('end', () => response.end('taken'));
        resolve(request);
      };
    });
    const sent = opened(broker, 'POST', '/v1/files', { headers: { 'content-length': String(size) } });
    const head = once(sent, 'response');
    let told = 0;
    const all = pipeline(
      counted(source([]), (count) => (told = count)),
      sent,
    );
    const request = await taking;
    expect(await stalled(() => told)).toBeLessThan(size / 2);
    expect(own() - before).toBeLessThan(most);
    request.resume();
    await all;
    expect(String((await read(((await head) as [IncomingMessage])[0])).bytes)).toBe('taken');
  });

  it('down goes no faster than the application takes it', async () => {
    const before = own();
    let told = 0;
    openai.serve = (_request, response) => {
      void pipeline(
        counted(source([]), (count) => (told = count)),
        response,
      );
    };
    const answer = await begun(broker, 'GET', '/v1/files/1/content');
    expect(await stalled(() => told)).toBeLessThan(size / 2);
    expect(own() - before).toBeLessThan(most);
    let length = 0;
    for await (const chunk of answer) length += (chunk as Buffer).length;
    expect(length).toBe(size);
  });
});

describe('a transfer ends', () => {
  const atRest = (): Promise<unknown> => broker.until(({ requestsInFlight }) => requestsInFlight === 0);

  it('for the server when its application leaves in the middle of an upload', async () => {
    const gone = new Promise<boolean>((resolve) => {
      openai.serve = (request) => {
        request.resume().once('close', () => {
          resolve(!request.complete);
        });
      };
    });
    const sent = opened(broker, 'POST', '/v1/files', { headers: { 'content-length': '1000000' } });
    sent.on('error', () => undefined);
    sent.write(Buffer.alloc(100_000));
    await broker.until(() => openai.heads.length > 0);
    sent.destroy();
    expect(await within(gone, () => 'the upload goes on')).toBe(true);
    await atRest();
  });

  it('for the server when its application leaves in the middle of a download', async () => {
    const gone = new Promise<boolean>((resolve) => {
      openai.serve = (_request, response) => {
        response.write('the beginning');
        response.once('close', () => {
          resolve(!response.writableFinished);
        });
      };
    });
    const answer = await begun(broker, 'GET', '/v1/files/1/content');
    await once(answer, 'data');
    answer.destroy();
    expect(await within(gone, () => 'the download goes on')).toBe(true);
    await atRest();
  });

  it('for the server when its application leaves before there is an answer', async () => {
    const gone = new Promise<void>((resolve) => {
      openai.serve = (_request, response) => response.once('close', resolve);
    });
    const sent = opened(broker, 'GET', '/v1/files');
    sent.on('error', () => undefined).end();
    await broker.until(() => openai.heads.length > 0);
    sent.destroy();
    await within(gone, () => 'the request goes on');
    await atRest();
  });

  it('for its application, and not as a whole one, when the server is cut off', async () => {
    openai.serve = (_request, response) => response.write('the beginning', () => response.destroy());
    const { status, cut } = await send(broker, 'GET', '/v1/files/1/content');
    expect([status, cut]).toEqual([200, true]);
  });

  it('with an error when the server is cut off before its answer', async () => {
    openai.serve = (request) => request.socket.destroy();
    const answer = await send(broker, 'POST', '/v1/files', { body: binary });
    expect([answer.status, fieldsIn(answer)]).toEqual([
      502,
      { error: expect.objectContaining({ type: 'api_error' }) as object },
    ]);
  });
});

it('takes as long as it takes, whatever limits answers of models have', async ({ onTestFinished }) => {
  const server = new RawStandIn();
  const limited = await serving(
    { home: [server, { timeouts: { firstByte: 0.2, idle: 0.2, total: 0.5 } }] },
    onTestFinished,
  );
  const lines = new Lines();
  server.serve = (request, response) => {
    // A model says nothing, and what is handed on unread neither until it is told to.
    if (request.url === '/api/x') lines.to(response);
  };
  const answer = await begun(limited, 'POST', '/api/x', { body: {} });
  const chat = { model, messages: [{ role: 'user', content: 'Hello!' }] };
  for (const _time of [1, 2, 3]) expect((await send(limited, 'POST', '/api/chat', { body: chat })).status).toBe(504);
  lines.write('still there');
  lines.end();
  const { cut, bytes } = await read(answer);
  expect([cut, String(bytes)]).toEqual([false, 'still there']);
});

/** An answer whose pieces come when they are told. */
class Lines {
  #response: ServerResponse | undefined;

  to(response: ServerResponse): void {
    this.#response = response;
    response.flushHeaders();
  }

  write(line: string): void {
    this.#response?.write(line);
  }

  end(): void {
    this.#response?.end();
  }
}

/** Counts the bytes on their way. */
function* counted(all: Iterable<Buffer>, tell: (count: number) => void): Generator<Buffer> {
  let count = 0;
  for (const piece of all) {
    yield piece;
    count += piece.length;
    tell(count);
  }
}

/** Waits until a count has begun and stands still. */
async function stalled(count: () => number): Promise<number> {
  let [before, same] = [0, 0];
  while (same < 10) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    same = count() > 0 && count() === before ? same + 1 : 0;
    before = count();
  }
  return before;
}

function without(headers: Answer['headers'], names: readonly string[]): Answer['headers'] {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)));
}

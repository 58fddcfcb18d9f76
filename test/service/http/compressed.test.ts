import type { ServerResponse } from 'node:http';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { memoryOf } from '../../bench/memory.ts';
import type { RunningBroker } from '../../support/broker.ts';
import { OllamaStandIn, tokens } from '../../upstreams/ollama.ts';
import { OpenaiStandIn } from '../../upstreams/openai.ts';
import { model, serving } from '../pitfalls/asking.ts';
import { fieldsIn, linesIn, send } from './sending.ts';
import { zstd, zstdZeros } from './zstd.ts';

/** Compresses its answers though it was asked not to, in pieces as they come. */
class Compressing extends OllamaStandIn {
  encoding = 'gzip';
  compress: (bytes: Buffer) => Buffer = gzipSync;
  /** Bytes that are missing at the end. */
  missing = 0;
  status = 200;

  protected override whole(response: ServerResponse, body: object): Promise<void> {
    return this.#send(response, 'application/json', JSON.stringify(body));
  }

  protected override stream(response: ServerResponse, type: string, pieces: readonly string[]): Promise<void> {
    return this.#send(response, type, pieces.join(''));
  }

  async #send(response: ServerResponse, type: string, text: string): Promise<void> {
    const body = this.status === 200 ? text : JSON.stringify({ error: 'as the stand-in says' });
    const bytes = this.compress(Buffer.from(body));
    response.writeHead(this.status, { 'content-type': type, 'content-encoding': this.encoding });
    // Its pieces say nothing by themselves.
    for (const byte of bytes.subarray(0, bytes.length - this.missing)) response.write(Buffer.of(byte));
    response.end();
    return Promise.resolve();
  }
}

const encodings: readonly [encoding: string, compress: (bytes: Buffer) => Buffer][] = [
  ['gzip', gzipSync],
  ['x-gzip', gzipSync],
  ['deflate', deflateSync],
  ['br', brotliCompressSync],
  ['zstd', zstd],
  ['GZip', gzipSync],
];

const question = { model, messages: [{ role: 'user', content: 'Grüße 👋' }], stream: false };
const text = tokens.join('');

let upstream: Compressing;
let provider: OpenaiStandIn;
let broker: RunningBroker;
const releases: (() => unknown)[] = [];

beforeAll(async () => {
  [upstream, provider] = [new Compressing(), new OpenaiStandIn()];
  const served = { home: [upstream], provider: [provider] } as const;
  broker = await serving(served, (release) => releases.push(release as () => unknown));
});
afterAll(async () => {
  for (const release of releases.reverse()) await release();
});
beforeEach(() => {
  Object.assign(upstream, { encoding: 'identity', compress: (bytes: Buffer) => bytes, missing: 0, status: 200 });
  upstream.received.length = 0;
});

const home = { 'x-cloudtolocalllm-route': 'home' };

const asked = (body: Buffer, encoding: string, path = '/api/chat') =>
  send(broker, 'POST', path, { body, headers: { ...home, 'content-encoding': encoding } });

describe('a request that is compressed', () => {
  const plain = Buffer.from(JSON.stringify(question));

  it.each([
    ...encodings,
    ['identity', (bytes: Buffer) => bytes] as const,
    ['gzip, br', (bytes: Buffer) => brotliCompressSync(gzipSync(bytes))] as const,
    ['zstd,identity , deflate', (bytes: Buffer) => deflateSync(zstd(bytes))] as const,
  ])('with %s is understood, and goes on as it was before', async (encoding, compress) => {
    const answer = await asked(compress(plain), encoding);
    expect([answer.status, upstream.received[0]?.body]).toEqual([200, question]);
    expect(upstream.received[0]?.headers['content-encoding']).toBeUndefined();
  });

  it.each<[path: string, asking: object]>([
    ['/v1/chat/completions', { messages: question.messages }],
    ['/v1/responses', { input: 'Hello!' }],
    ['/v1/messages', { messages: question.messages, max_tokens: 100 }],
    ['/api/generate', { prompt: 'Hello!' }],
    ['/api/embed', { input: 'Hello!' }],
    ['/api/show', {}],
  ])('is understood at %s', async (path, asking) => {
    const body = { model, ...asking, stream: false };
    const answer = await asked(gzipSync(JSON.stringify(body)), 'gzip', path);
    expect([path, answer.status, String(answer.bytes)]).toEqual([path, 200, expect.any(String)]);
  });

  it.each<[what: string, encoding: string, body: Buffer, words: string]>([
    ['in a way that isn’t known', 'compress', plain, 'with gzip, deflate, br or zstd, not with compress'],
    ...encodings.flatMap(([encoding, compress]): [string, string, Buffer, string][] => [
      [`with ${encoding}, but not really`, encoding, plain, `Content-Encoding says (${encoding})`],
      [
        `with ${encoding}, and cut off`,
        encoding,
        compress(plain).subarray(0, -5),
        `Content-Encoding says (${encoding})`,
      ],
    ]),
    ['to nothing', 'gzip', gzipSync(''), 'not JSON'],
    ['to something else', 'br', brotliCompressSync('x'), 'not JSON'],
  ])('%s is refused', async (_what, encoding, body, words) => {
    const answer = await asked(body, encoding);
    expect([answer.status, fieldsIn(answer)]).toEqual([400, { error: expect.stringContaining(words) as string }]);
    expect(upstream.received).toEqual([]);
  });

  const zeros = Buffer.alloc(200 * 1024 * 1024);

  it.each<[what: string, encoding: string, body: () => Buffer]>([
    ['200 MiB with gzip', 'gzip', () => gzipSync(zeros)],
    ['200 MiB with br', 'br', () => brotliCompressSync(zeros)],
    ['200 MiB with deflate', 'deflate', () => deflateSync(zeros)],
    ['1 TiB with gzip twice', 'gzip, gzip', () => gzipSync(gzipSync(zeros))],
    ['8 GiB with zstd', 'zstd', () => zstdZeros(65_536)],
  ])('becomes no more than is read: %s', async (_what, encoding, body) => {
    const bytes = body();
    const before = memoryOf(broker.process.pid ?? 0).own;
    const answer = await asked(bytes, encoding);
    expect([answer.status, fieldsIn(answer)]).toEqual([413, { error: 'the request is larger than 64 MiB' }]);
    // What was read until then may not be given back yet.
    expect(memoryOf(broker.process.pid ?? 0).own - before).toBeLessThan(100);
  });

  it('takes no window of a zstd frame that would take as much memory as that', async () => {
    const answer = await asked(zstdZeros(1, 1024 * 1024 * 1024), 'zstd');
    const error = expect.stringContaining('Content-Encoding says (zstd)') as string;
    expect([answer.status, fieldsIn(answer)]).toEqual([400, { error }]);
  });

  it('by the zstd command is understood: its blocks are compressed for real', async () => {
    const bytes = Buffer.from(
      'KLUv/QRYXQIAEgUQFpAnzQFeIQG+mwOE8htufJNjQqTI/ZRF0apAk6pJfAiKiTMrYDpLs9zgsSkepmtnPgEaayjEkseJzTKirYQjnwIARVMSHFaOVzokUQ==',
      'base64',
    );
    expect((await asked(bytes, 'zstd')).status).toBe(200);
    const content = Array.from({ length: 21 }, () => 'Hello').join(' ');
    expect(upstream.received[0]?.body).toEqual({ ...question, messages: [{ role: 'user', content }] });
  });
});

describe('an answer that is compressed, though that was not asked for', () => {
  const both = [...encodings.map(([encoding, compress]) => ({ encoding, compress }))];

  it.each(both)('is handed on as it was before: whole, $encoding', async (compressed) => {
    Object.assign(upstream, compressed);
    const answer = await send(broker, 'POST', '/api/chat', { body: question, headers: home });
    expect(upstream.received[0]?.headers['accept-encoding']).toBe('identity');
    expect([answer.status, answer.headers['content-encoding']]).toEqual([200, undefined]);
    expect(answer.headers['content-length']).toBe(String(answer.bytes.length));
    expect(fieldsIn(answer)).toEqual(expect.objectContaining({ message: { role: 'assistant', content: text } }));
  });

  it.each(both)('is handed on as it was before: streamed, $encoding', async (compressed) => {
    Object.assign(upstream, compressed);
    const answer = await send(broker, 'POST', '/api/chat', { body: { ...question, stream: true }, headers: home });
    expect([answer.status, answer.headers['content-encoding'], answer.cut]).toEqual([200, undefined, false]);
    const lines = linesIn(answer) as { readonly message: { readonly content: string }; readonly done: boolean }[];
    expect(lines.map(({ message }) => message.content)).toEqual([...tokens, '']);
  });

  it.each(both)('is read where it is translated: $encoding', async (compressed) => {
    Object.assign(upstream, compressed);
    for (const stream of [false, true]) {
      const body = { ...question, stream };
      const answer = await send(broker, 'POST', '/v1/chat/completions', { body, headers: home });
      expect([answer.status, answer.cut, String(answer.bytes)]).toEqual([200, false, expect.stringContaining('你好')]);
    }
  });

  it.each(both)('is read where it is an error: $encoding', async (compressed) => {
    Object.assign(upstream, compressed, { status: 422 });
    const answer = await send(broker, 'POST', '/api/chat', { body: question, headers: home });
    expect([answer.status, fieldsIn(answer)]).toEqual([422, { error: 'as the stand-in says' }]);
  });

  it.each(both)('and cut off is none, so that the next connection answers: $encoding', async (compressed) => {
    Object.assign(upstream, compressed, { missing: 5 });
    const answer = await send(broker, 'POST', '/api/chat', { body: question });
    expect([answer.status, answer.headers['x-cloudtolocalllm-connection']]).toEqual([200, 'provider']);
    await recovered();
  });

  it.each(both)('and cut off in a stream never ends as a whole one does: $encoding', async (compressed) => {
    Object.assign(upstream, compressed, { missing: 60 });
    const answer = await send(broker, 'POST', '/api/chat', { body: { ...question, stream: true }, headers: home });
    const told = answer.status === 200 ? linesIn(answer) : [fieldsIn(answer)];
    const done = told.filter((line) => (line as { done?: boolean }).done === true);
    const errors = told.filter((line) => (line as { error?: string }).error !== undefined);
    expect([done, errors.length]).toEqual([[], 1]);
    await recovered();
  });

  it.each([
    ['in a way that isn’t known', 'compress'],
    ['and isn’t really', 'gzip'],
  ])('%s is none: the next connection answers', async (_what, encoding) => {
    Object.assign(upstream, { encoding });
    const answer = await send(broker, 'POST', '/api/chat', { body: question });
    expect([answer.status, answer.headers['x-cloudtolocalllm-connection']]).toEqual([200, 'provider']);
    await recovered();
  });
});

/** One whole answer after a broken one, so that the connection isn't left alone. */
async function recovered(): Promise<void> {
  Object.assign(upstream, { encoding: 'identity', compress: (bytes: Buffer) => bytes, missing: 0 });
  await send(broker, 'POST', '/api/chat', { body: question, headers: home });
}

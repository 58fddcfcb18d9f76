import type { ServerResponse } from 'node:http';
import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { RunningBroker } from '../../support/broker.ts';
import { AnthropicStandIn } from '../../upstreams/anthropic.ts';
import { CloudProxyStandIn } from '../../upstreams/cloudProxy.ts';
import { OllamaStandIn } from '../../upstreams/ollama.ts';
import { OpenaiStandIn } from '../../upstreams/openai.ts';
import { vectorOf } from '../../upstreams/said.ts';
import { json, type Received, type StandIn } from '../../upstreams/server.ts';
import { model, type Release, serving } from '../pitfalls/asking.ts';
import { fieldsIn, send } from './sending.ts';

const texts = ['Grüße', '你好 👋'];
const vectors = texts.map(vectorOf);
const [text = '', vector] = [texts[0], vectors[0]];

const inBase64 = vectors.map((one) => Buffer.from(Float32Array.from(one).buffer).toString('base64'));

/** An answer of OpenAI's. */
const listOf = (embeddings: readonly unknown[]): object => ({
  ...{ object: 'list', model, usage: { prompt_tokens: embeddings.length, total_tokens: embeddings.length } },
  data: embeddings.map((embedding, index) => ({ object: 'embedding', index, embedding })),
});

const ofOllama = { model, total_duration: expect.any(Number) as number, load_duration: expect.any(Number) as number };

describe('vectors are the same', () => {
  let servers: Readonly<Record<'ollama' | 'openai' | 'cloudtolocalllm', StandIn>>;
  let broker: RunningBroker;
  const releases: (() => unknown)[] = [];

  beforeAll(async () => {
    const [ollama, openai, proxy] = [new OllamaStandIn(), new OpenaiStandIn(), new CloudProxyStandIn()];
    servers = { ollama, openai, cloudtolocalllm: proxy };
    broker = await serving(
      {
        ollama: [ollama],
        openai: [openai],
        cloudtolocalllm: [proxy, { kind: 'cloudtolocalllm', token: { env: 'JWT' } }],
      },
      (release) => releases.push(release as () => unknown),
      { env: { JWT: 'jwt' } },
    );
  });
  afterAll(async () => {
    for (const release of releases.reverse()) await release();
  });
  beforeEach(() => {
    for (const { received } of Object.values(servers)) received.length = 0;
  });

  const kinds = ['ollama', 'openai', 'cloudtolocalllm'] as const;
  const questions: [path: string, asked: object, answer: object][] = [
    ['/api/embed', { input: texts }, { ...ofOllama, embeddings: vectors, prompt_eval_count: 2 }],
    ['/api/embed', { input: text }, { ...ofOllama, embeddings: [vector], prompt_eval_count: 1 }],
    ['/api/embeddings', { prompt: text }, { embedding: vector }],
    ['/v1/embeddings', { input: texts }, listOf(vectors)],
    ['/v1/embeddings', { input: text, encoding_format: 'float' }, listOf(vectors.slice(0, 1))],
    ['/v1/embeddings', { input: texts, encoding_format: 'base64' }, listOf(inBase64)],
  ];

  it.each(kinds.flatMap((kind) => questions.map((question) => [kind, ...question] as const)))(
    'of %s, asked at %s for %j',
    async (kind, path, asked, expected) => {
      const headers = { 'x-cloudtolocalllm-route': kind };
      const answer = await send(broker, 'POST', path, { body: { model, ...asked }, headers });
      expect([answer.status, answer.headers['x-cloudtolocalllm-connection']]).toEqual([200, kind]);
      expect(fieldsIn(answer)).toEqual(expected);
    },
  );

  it.each(kinds)('of %s for OpenAI’s client, which asks for base64', async (kind) => {
    const defaultHeaders = { 'x-cloudtolocalllm-route': kind };
    const client = new OpenAI({ baseURL: `${broker.address}/v1`, apiKey: '-', maxRetries: 0, defaultHeaders });
    const { data } = await client.embeddings.create({ model, input: texts });
    expect(data.map(({ embedding }) => embedding)).toEqual(vectors);
  });

  it.each<[kind: 'ollama' | 'openai', path: string, asked: object, sent: object]>([
    ['openai', '/v1/embeddings', { input: [1, 2, 3], user: 'me' }, { input: [1, 2, 3], user: 'me' }],
    ['openai', '/v1/embeddings', { input: [[1, 2], [3]] }, { input: [[1, 2], [3]] }],
    [
      'openai',
      '/api/embed',
      { input: text, dimensions: 8 },
      { input: [text], dimensions: 8, encoding_format: 'float' },
    ],
    ['ollama', '/v1/embeddings', { input: text, dimensions: 8 }, { input: [text], dimensions: 8 }],
    ['ollama', '/api/embed', { input: text, truncate: false }, { input: text, truncate: false }],
    ['ollama', '/api/embed', { input: text, keep_alive: '1h' }, { input: text, keep_alive: '1h' }],
  ])('of %s, asked at %s for %j', async (kind, path, asked, sent) => {
    const headers = { 'x-cloudtolocalllm-route': kind };
    expect((await send(broker, 'POST', path, { body: { model, ...asked }, headers })).status).toBe(200);
    expect(servers[kind].received.map(({ body }) => body)).toEqual([{ model, ...sent }]);
  });

  it.each<[what: string, kind: string, path: string, asked: object, dropped: string]>([
    [
      'to OpenAI',
      'openai',
      '/api/embed',
      { input: text, truncate: true, options: { num_ctx: 8 } },
      'truncate, options',
    ],
    ['to Ollama', 'ollama', '/v1/embeddings', { input: text, user: 'me' }, 'user'],
  ])('and what can’t be carried %s is named', async (_what, kind, path, asked, dropped) => {
    const headers = { 'x-cloudtolocalllm-route': kind };
    const answer = await send(broker, 'POST', path, { body: { model, ...asked }, headers });
    expect([answer.status, answer.headers['x-cloudtolocalllm-dropped']]).toEqual([200, dropped]);
  });

  it.each<[what: string, path: string, asked: object, words: string]>([
    ['tokens, to another API', '/v1/embeddings', { input: [1, 2, 3] }, 'tokens can’t be carried'],
    ['what is no text', '/v1/embeddings', { input: [{}] }, 'must be a text or a list of texts'],
    ['no number', '/v1/embeddings', { input: text, dimensions: '8' }, 'must be a number'],
  ])('or refused: %s', async (_what, path, asked, words) => {
    const headers = { 'x-cloudtolocalllm-route': 'ollama' };
    const answer = await send(broker, 'POST', path, { body: { model, ...asked }, headers });
    expect([answer.status, String(answer.bytes)]).toEqual([400, expect.stringContaining(words)]);
    expect(servers.ollama.received).toEqual([]);
  });
});

/** An Ollama whose models have a file of its own. */
class Filed extends OllamaStandIn {
  constructor(private readonly digest: string) {
    super();
  }

  protected override async handle(received: Received, response: ServerResponse): Promise<void> {
    if (received.path !== '/api/tags') return super.handle(received, response);
    const models = this.models.map((name) => ({ name, model: name, digest: this.digest, details: {} }));
    json(response, 200, { models });
    return Promise.resolve();
  }
}

describe.concurrent('vectors come from the very same model or not at all:', () => {
  const mapped = { models: { [model]: model } };

  it.for<[what: string, other: () => OllamaStandIn | OpenaiStandIn, settings: object, by: string | undefined]>([
    ['the same file', () => new Filed('a'), {}, 'other'],
    ['another file of the same name', () => new Filed('b'), {}, undefined],
    ['no file that is known', () => new Filed(''), {}, undefined],
    ['a provider’s model of the same name', () => new OpenaiStandIn(), {}, undefined],
    ['another file that the user says is the same', () => new Filed('b'), mapped, 'other'],
    ['a provider’s model that the user says is the same', () => new OpenaiStandIn(), mapped, 'other'],
  ])('%s', async ([, other, settings, by], { onTestFinished }) => {
    const first = new Filed('a');
    const broker = await serving({ first: [first], other: [other(), { ...settings }] }, onTestFinished);
    const body = { model, input: text };
    expect((await send(broker, 'POST', '/api/embed', { body })).headers['x-cloudtolocalllm-connection']).toBe('first');
    await first.stop();
    // At first it isn't known to be down, then it is.
    for (const _time of [1, 2]) {
      const answer = await send(broker, 'POST', '/api/embed', { body });
      expect([answer.status, answer.headers['x-cloudtolocalllm-connection']]).toEqual([
        by === undefined ? 502 : 200,
        by,
      ]);
    }
  });
});

describe.concurrent('an answer without the vectors that were asked for is an error', () => {
  /** A provider that answers with something else. */
  class Odd extends OpenaiStandIn {
    constructor(private readonly answer: object) {
      super();
    }

    protected override handle(received: Received, response: ServerResponse): Promise<void> {
      if (received.path !== '/v1/embeddings') return super.handle(received, response);
      json(response, 200, this.answer);
      return Promise.resolve();
    }
  }

  const alone = (answer: object, release: Release) => serving({ provider: [new Odd(answer)] }, release);

  it.for<[what: string, answer: object, words: string]>([
    ['too few', listOf(vectors.slice(0, 1)), '1 vectors to 2 texts'],
    ['too many', listOf([...vectors, ...vectors]), '4 vectors to 2 texts'],
    ['in another form', listOf(inBase64), '0 vectors to 2 texts'],
    ['no list', { object: 'list' }, 'no answer'],
    ['an error', { error: { message: 'as the stand-in says' } }, 'as the stand-in says'],
  ])('%s', async ([, answer, words], { onTestFinished }) => {
    const broker = await alone(answer, onTestFinished);
    const told = await send(broker, 'POST', '/api/embed', { body: { model, input: texts } });
    expect([told.status, fieldsIn(told)]).toEqual([502, { error: expect.stringContaining(words) as string }]);
  });

  it('and vectors in another order are put in theirs', async ({ onTestFinished }) => {
    const data = vectors.map((embedding, index) => ({ object: 'embedding', index, embedding })).reverse();
    const broker = await alone({ object: 'list', model, data }, onTestFinished);
    const told = await send(broker, 'POST', '/api/embed', { body: { model, input: texts } });
    expect(fieldsIn(told)).toEqual({ ...ofOllama, embeddings: vectors });
  });
});

it('a model whose server has no embeddings isn’t called missing', async ({ onTestFinished }) => {
  const server = await new AnthropicStandIn().start();
  onTestFinished(() => server.stop());
  const connection = { id: 'claude', name: 'Claude', kind: 'anthropic', url: server.origin, token: { env: 'KEY' } };
  const broker = await RunningBroker.start({ config: { connections: [connection] }, env: { KEY: 'sk-ant' } });
  onTestFinished(() => broker.release());
  const reply = await fetch(`${broker.address}/api/embed`, {
    method: 'POST',
    body: JSON.stringify({ model: 'claude-sonnet-4-5', input: 'Hello!' }),
  });
  expect([reply.status, await reply.json()]).toEqual([
    400,
    { error: expect.stringContaining('is a model of Claude, whose API tells no vectors') as string },
  ]);
});

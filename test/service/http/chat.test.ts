import { Ollama } from 'ollama';
import OpenAI from 'openai';
import { beforeEach, describe, expect, it } from 'vitest';
import { RunningBroker, within } from '../../support/broker.ts';
import { releasing } from '../../support/releases.ts';
import { OllamaStandIn, tokens } from '../../upstreams/ollama.ts';
import { OpenaiStandIn } from '../../upstreams/openai.ts';

const release = releasing();
const text = tokens.join('');
const messages = [{ role: 'user' as const, content: 'Hello!' }];

let local: OllamaStandIn;
let cloud: OpenaiStandIn;
let broker: RunningBroker;

beforeEach(async () => {
  local = await new OllamaStandIn().start();
  release(() => local.stop());
  cloud = await new OpenaiStandIn().start();
  cloud.token = 'sk-cloud';
  release(() => cloud.stop());
  broker = await RunningBroker.start({
    config: {
      connections: [
        { id: 'home', name: 'Home', kind: 'ollama', url: local.origin },
        {
          id: 'provider',
          name: 'Provider',
          kind: 'openai',
          url: `${cloud.origin}/v1`,
          place: 'cloud',
          token: { env: 'PROVIDER_KEY' },
          models: { 'llama3.2': 'vendor/llama-3.2-3b' },
        },
      ],
    },
    env: { PROVIDER_KEY: 'sk-cloud' },
  });
  release(() => broker.release());
});

const post = (path: string, body: object, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${broker.address}${path}`, { method: 'POST', body: JSON.stringify(body), headers });

describe('the official clients', () => {
  it('ollama chats, whole', async () => {
    const client = new Ollama({ host: broker.address });
    const answer = await client.chat({ model: 'llama3.2', messages });
    expect(answer.message.content).toBe(text);
    expect(answer.eval_count).toBe(tokens.length);
  });

  it('ollama chats, streamed', async () => {
    const client = new Ollama({ host: broker.address });
    const pieces: string[] = [];
    for await (const part of await client.chat({ model: 'llama3.2', messages, stream: true })) {
      pieces.push(part.message.content);
    }
    expect(pieces).toEqual([...tokens, '']);
  });

  it('ollama generates, streamed', async () => {
    const client = new Ollama({ host: broker.address });
    const pieces: string[] = [];
    for await (const part of await client.generate({ model: 'llama3.2', prompt: 'Hello!', stream: true })) {
      pieces.push(part.response ?? '');
    }
    expect(pieces).toEqual([...tokens, '']);
  });

  it('openai chats, whole, with its own key kept from the upstream', async () => {
    const client = new OpenAI({ baseURL: `${broker.address}/v1`, apiKey: 'sk-application', maxRetries: 0 });
    const answer = await client.chat.completions.create({ model: 'qwen3:8b', messages });
    expect(answer.choices[0]?.message.content).toBe(text);
    expect(local.received[0]?.headers.authorization).toBeUndefined();
  });

  it('openai chats, streamed', async () => {
    const client = new OpenAI({ baseURL: `${broker.address}/v1`, apiKey: 'sk-application', maxRetries: 0 });
    let answer = '';
    for await (const part of await client.chat.completions.create({ model: 'qwen3:8b', messages, stream: true })) {
      answer += part.choices.map(({ delta }) => delta.content ?? '').join('');
    }
    expect(answer).toBe(text);
  });

  it('list the models of all connections', async () => {
    const ollama = await new Ollama({ host: broker.address }).list();
    expect(ollama.models.map(({ name }) => name)).toEqual([...local.models, ...cloud.models]);
    const openai = await new OpenAI({ baseURL: `${broker.address}/v1`, apiKey: '-' }).models.list();
    expect(openai.data.map(({ id }) => id)).toEqual([...local.models, ...cloud.models]);
  });
});

describe('a request goes', () => {
  it('to the first connection, whose bytes come back as they are', async () => {
    const direct = await fetch(`${local.origin}/api/chat`, {
      method: 'POST',
      body: JSON.stringify({ model: 'llama3.2', messages }),
    });
    const through = await post('/api/chat', { model: 'llama3.2', messages });
    expect(through.headers.get('x-cloudtolocalllm-connection')).toBe('home');
    expect(through.headers.get('x-cloudtolocalllm-attempts')).toBe('1');
    expect(through.headers.get('content-type')).toBe(direct.headers.get('content-type'));
    expect(await through.text()).toBe(await direct.text());
  });

  it('to the next connection when the first can’t be reached, under the name that the user maps', async () => {
    await local.stop();
    const reply = await post('/v1/chat/completions', { model: 'llama3.2', messages });
    expect(reply.headers.get('x-cloudtolocalllm-connection')).toBe('provider');
    // What may have been refused in passing is asked a second time.
    expect(reply.headers.get('x-cloudtolocalllm-attempts')).toBe('3');
    expect(cloud.received[0]?.body.model).toBe('vendor/llama-3.2-3b');
    expect(cloud.received[0]?.headers.authorization).toBe('Bearer sk-cloud');
  });

  it('straight to the next connection once the first is known to be down', async () => {
    await local.stop();
    await post('/v1/chat/completions', { model: 'llama3.2', messages });
    const reply = await post('/v1/chat/completions', { model: 'llama3.2', messages });
    expect(reply.headers.get('x-cloudtolocalllm-attempts')).toBe('1');
  });

  it('to the next connection when the first answers with a web page', async () => {
    local.fault = { page: 200 };
    const reply = await post('/v1/chat/completions', { model: 'llama3.2', messages });
    expect(reply.headers.get('x-cloudtolocalllm-connection')).toBe('provider');
  });

  it('back to the first connection when that is there again', async () => {
    await local.stop();
    await post('/v1/chat/completions', { model: 'llama3.2', messages });
    await local.start();
    await broker.until(({ activeConnection }) => activeConnection === 'home');
    const reply = await post('/v1/chat/completions', { model: 'llama3.2', messages });
    expect(reply.headers.get('x-cloudtolocalllm-connection')).toBe('home');
  });

  it.each([
    ['by the name that it was asked for, where both mean the same', 'vendor/llama-3.2-3b:latest', undefined],
    ['by its own name, where the user maps it', 'llama3.2', 'vendor/llama-3.2-3b'],
  ])('to a model that is called %s', async (_what, model, own = model) => {
    const asked = { model, messages, stream: false };
    const reply = await post('/api/chat', asked, { 'x-cloudtolocalllm-route': 'provider' });
    expect(((await reply.json()) as { model: string }).model).toBe(own);
    expect(cloud.received[0]?.body.model).toBe('vendor/llama-3.2-3b');
  });

  it.each([
    ['cloud', 'provider'],
    ['provider', 'provider'],
    ['local', 'home'],
  ])('by its own route %s to %s', async (route, expected) => {
    const reply = await post(
      '/v1/chat/completions',
      { model: 'llama3.2', messages },
      { 'x-cloudtolocalllm-route': route },
    );
    expect(reply.headers.get('x-cloudtolocalllm-connection')).toBe(expected);
  });
});

describe('an answer that breaks off', () => {
  it('before its first byte is an error with a status', async () => {
    local.fault = { cutAfter: 0 };
    const reply = await post('/api/chat', { model: 'qwen3:8b', messages });
    expect(reply.status).toBe(502);
    expect(await reply.json()).toEqual({ error: expect.stringContaining('closed the connection') as string });
  });

  it('is told to ollama’s client as an error', async () => {
    local.fault = { cutAfter: 3 };
    const client = new Ollama({ host: broker.address });
    const pieces: string[] = [];
    const read = async () => {
      for await (const part of await client.chat({ model: 'llama3.2', messages, stream: true })) {
        pieces.push(part.message.content);
      }
    };
    await expect(read()).rejects.toThrow('broke off in the middle of its answer');
    expect(pieces).toEqual(tokens.slice(0, 3));
  });

  it('is told to openai’s client as an error', async () => {
    local.fault = { cutAfter: 3 };
    const client = new OpenAI({ baseURL: `${broker.address}/v1`, apiKey: '-', maxRetries: 0 });
    const read = async () => {
      const stream = await client.chat.completions.create({ model: 'llama3.2', messages, stream: true });
      for await (const part of stream) expect(part.object).toBe('chat.completion.chunk');
    };
    await expect(read()).rejects.toThrow('broke off in the middle of its answer');
  });

  /** Portkey#1797. */
  it('is not reported as a success: it never ends as a whole one does', async () => {
    local.fault = { cutAfter: 3 };
    const reply = await post('/api/chat', { model: 'llama3.2', messages });
    await expect(reply.text()).rejects.toThrow();
  });
});

/** litellm#36123, #31499. At every other moment: pitfalls/cancellation.test.ts. */
describe('an application that goes away', () => {
  it('ends the upstream request, and is counted no more', async () => {
    local.fault = { stallAfter: 2 };
    const asked = local.nextReceived();
    const gone = new AbortController();
    const reply = await fetch(`${broker.address}/api/chat`, {
      method: 'POST',
      body: JSON.stringify({ model: 'llama3.2', messages }),
      signal: gone.signal,
    });
    await reply.body?.getReader().read();
    expect((await broker.status()).requestsInFlight).toBe(1);
    gone.abort();
    const { closed } = await asked;
    expect(await within(closed, () => 'the upstream request went on')).toBe(true);
    await broker.until(({ requestsInFlight }) => requestsInFlight === 0);
  });

  it('ends the upstream request also before an answer began', async () => {
    local.fault = { stallAfter: 0 };
    const asked = local.nextReceived();
    const gone = new AbortController();
    const reply = fetch(`${broker.address}/api/chat`, {
      method: 'POST',
      body: JSON.stringify({ model: 'llama3.2', messages }),
      signal: gone.signal,
    });
    const { closed } = await asked;
    gone.abort();
    await expect(reply).rejects.toThrow();
    expect(await within(closed, () => 'the upstream request went on')).toBe(true);
  });
});

describe('the demo', () => {
  it('answers where there is no model server, and says what it is', async () => {
    const alone = await RunningBroker.start({ config: { connections: [] }, args: ['--demo'] });
    release(() => alone.release());
    const [, path = '', body = ''] = await alone.printed(/curl -N http:\/\/[\d.:]+(\S+) -d '(.*)'/);
    const reply = await fetch(`${alone.address}${path}`, { method: 'POST', body });
    const lines = (await reply.text()).trim().split('\n');
    const parts = lines.map((line) => JSON.parse(line) as { message: { content: string }; done: boolean });
    expect(parts.map(({ message }) => message.content).join('')).toContain('not a language model');
    expect(parts.map(({ done }) => done).lastIndexOf(false)).toBe(parts.length - 2);
  });
});

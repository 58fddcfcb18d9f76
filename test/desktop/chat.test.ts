import { Ollama } from 'ollama';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OllamaStandIn, tokens } from '../upstreams/ollama.ts';
import { address, Broker } from './lab/broker.ts';
import { useDesktop } from './lab/desktop.ts';
import { useModelServer } from './lab/model-server.ts';
import { Settings } from './lab/settings.ts';
import { untilIt } from './lab/wait.ts';

const desktop = useDesktop({ shell: false });
const llama = useModelServer();
const ollamaServer = new OllamaStandIn();
let openai: OpenAI;
let ollama: Ollama;
const messages = [{ role: 'user' as const, content: 'Say something.' }];

beforeAll(async () => {
  await ollamaServer.start();
  await new Settings(desktop.machine).setConnections([
    { id: 'llama', name: 'llama.cpp', kind: 'openai', url: llama.url },
    { id: 'ollama', name: 'Ollama', kind: 'ollama', url: ollamaServer.origin },
  ]);
  const broker = new Broker(desktop.machine);
  const apiKey = await broker.key();
  openai = new OpenAI({ baseURL: `${address}/v1`, apiKey, maxRetries: 0, timeout: 60_000 });
  ollama = new Ollama({ host: address, headers: { authorization: `Bearer ${apiKey}` } });
  await untilIt(
    'both connections',
    () => broker.property<string>('State'),
    (state) => state === 'connected',
  );
});
afterAll(async () => {
  await ollamaServer.stop();
});

describe('OpenAI’s own client', () => {
  it('chats with llama-server through the broker', async () => {
    const { data, response } = await openai.chat.completions
      .create({ model: 'tiny', messages, max_completion_tokens: 24 })
      .withResponse();
    expect(response.headers.get('x-cloudtolocalllm-connection')).toBe('llama');
    expect(data.choices[0]?.message.content).not.toBe('');
    expect(data.usage?.completion_tokens).toBeGreaterThan(0);
  });

  it('is streamed to, and told how much was used', async () => {
    const stream = await openai.chat.completions.create({
      model: 'tiny',
      messages,
      max_completion_tokens: 24,
      stream: true,
      stream_options: { include_usage: true },
    });
    const chunks = await collected(stream);
    const texts = chunks.map((chunk) => chunk.choices[0]?.delta.content).filter(Boolean);
    expect(texts.length).toBeGreaterThan(1);
    expect(chunks.flatMap((chunk) => chunk.choices.map((choice) => choice.finish_reason)).filter(Boolean)).toHaveLength(
      1,
    );
    expect(chunks.at(-1)?.usage?.completion_tokens).toBeGreaterThan(0);
  });

  it('can end an answer midway', async () => {
    const stream = await openai.chat.completions.create({
      model: 'tiny',
      messages,
      max_completion_tokens: 1000,
      stream: true,
    });
    for await (const chunk of stream) if (chunk.choices[0]?.delta.content) stream.controller.abort();
    const broker = new Broker(desktop.machine);
    await untilIt(
      'nothing to be in flight',
      () => broker.property<number>('RequestsInFlight'),
      (count) => count === 0,
    );
  });

  it('lists the models of both connections', async () => {
    const { data } = await openai.models.list();
    expect(data.map((model) => model.id)).toEqual(expect.arrayContaining(['tiny', ...ollamaServer.models]));
  });
});

describe('Ollama’s own client', () => {
  const text = tokens.join('');

  it('chats through the broker', async () => {
    const answer = await ollama.chat({ model: 'llama3.2', messages });
    expect(answer.message.content).toBe(text);
    expect(answer.eval_count).toBe(tokens.length);
  });

  it('is streamed to, token by token', async () => {
    const parts = await collected(await ollama.chat({ model: 'llama3.2', messages, stream: true }));
    expect(parts.map((part) => part.message.content).filter(Boolean)).toEqual(tokens);
    expect(parts.at(-1)).toMatchObject({ done: true, done_reason: 'stop' });
  });

  it('generates, lists models and asks the version', async () => {
    expect((await ollama.generate({ model: 'llama3.2', prompt: 'Say something.' })).response).toBe(text);
    expect((await ollama.list()).models.map((model) => model.name)).toEqual(
      expect.arrayContaining(ollamaServer.models),
    );
    expect((await ollama.version()).version).toMatch(/^\d/);
  });

  it('gets an error it understands for a model that nobody has', async () => {
    await expect(ollama.chat({ model: 'nowhere', messages })).rejects.toThrow(/nowhere.*not found/);
  });
});

it('the model’s server goes, and the next one takes over where it can', async () => {
  await llama.stop();
  const { response } = await openai.chat.completions.create({ model: 'llama3.2', messages }).withResponse();
  expect(response.headers.get('x-cloudtolocalllm-connection')).toBe('ollama');
  await llama.start();
});

/** Everything that a stream brings, up to its end. */
async function collected<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const each of stream) all.push(each);
  return all;
}

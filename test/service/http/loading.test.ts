import { Ollama } from 'ollama';
import { describe, expect, it } from 'vitest';
import { RunningBroker } from '../../support/broker.ts';
import { AnthropicStandIn } from '../../upstreams/anthropic.ts';
import { OllamaStandIn } from '../../upstreams/ollama.ts';
import { OpenaiStandIn } from '../../upstreams/openai.ts';
import { model, serving } from '../pitfalls/asking.ts';
import { fieldsIn, send } from './sending.ts';

/** What is asked to load a model and to unload it, streamed or not, and the answer. */
const questions: [what: string, path: string, asked: object, answer: object][] = [true, false].flatMap((stream) =>
  [
    { keep: {}, done_reason: 'load' },
    { keep: { keep_alive: 0 }, done_reason: 'unload' },
  ].flatMap(({ keep, done_reason }): [string, string, object, object][] => [
    [
      `${done_reason}, chat, ${stream ? 'streamed' : 'whole'}`,
      '/api/chat',
      { messages: [], stream, ...keep },
      { message: { role: 'assistant', content: '' }, done: true, done_reason },
    ],
    [
      `${done_reason}, generate, ${stream ? 'streamed' : 'whole'}`,
      '/api/generate',
      { prompt: '', stream, ...keep },
      { response: '', done: true, done_reason },
    ],
  ]),
);

describe.concurrent('a request that only loads or unloads a model', () => {
  it('goes to the Ollama that has it, and its answer comes back as it is', async ({ onTestFinished }) => {
    const ollama = new OllamaStandIn();
    const broker = await serving({ home: [ollama] }, onTestFinished);
    for (const [what, path, asked, answer] of questions) {
      const body = { model, ...asked };
      const direct = await send({ address: ollama.origin }, 'POST', path, { body });
      const through = await send(broker, 'POST', path, { body });
      expect([what, through.status, through.bytes]).toEqual([what, 200, direct.bytes]);
      expect(fieldsIn(through)).toEqual(expect.objectContaining(answer));
      expect(ollama.received.at(-1)?.body).toEqual(body);
    }
  });

  it('is answered by the broker where models are always there', async ({ onTestFinished }) => {
    const provider = new OpenaiStandIn();
    const broker = await serving({ provider: [provider] }, onTestFinished);
    for (const [what, path, asked, answer] of questions) {
      const told = await send(broker, 'POST', path, { body: { model, ...asked } });
      expect([what, told.status, told.headers['x-cloudtolocalllm-connection']]).toEqual([what, 200, 'provider']);
      expect(fieldsIn(told)).toEqual({ model, created_at: expect.any(String) as string, ...answer });
    }
    expect(provider.received).toEqual([]);
  });

  it('is answered by the broker for the demo', async ({ onTestFinished }) => {
    const broker = await RunningBroker.start({ config: { connections: [] }, args: ['--demo'] });
    onTestFinished(() => broker.release());
    for (const [what, path, asked, answer] of questions) {
      const told = await send(broker, 'POST', path, { body: { model: 'demo', ...asked } });
      expect([what, told.status, fieldsIn(told)]).toEqual([what, 200, expect.objectContaining(answer)]);
    }
  });

  it('is answered by the broker for Anthropic', async ({ onTestFinished }) => {
    const server = await new AnthropicStandIn().start();
    onTestFinished(() => server.stop());
    const broker = await RunningBroker.start({
      config: { connections: [{ id: 'claude', kind: 'anthropic', url: server.origin, token: { env: 'KEY' } }] },
      env: { KEY: 'sk-ant' },
    });
    onTestFinished(() => broker.release());
    const [name] = (await broker.status()).connections[0]?.models ?? [];
    const told = await send(broker, 'POST', '/api/chat', { body: { model: name, messages: [] } });
    expect([told.status, fieldsIn(told)]).toEqual([200, expect.objectContaining({ done_reason: 'load' })]);
  });

  it('goes past a provider that comes first to the Ollama that can', async ({ onTestFinished }) => {
    const [provider, ollama] = [new OpenaiStandIn(), new OllamaStandIn()];
    const broker = await serving({ provider: [provider], home: [ollama] }, onTestFinished);
    const told = await send(broker, 'POST', '/api/chat', { body: { model, messages: [], keep_alive: 0 } });
    expect([told.status, told.headers['x-cloudtolocalllm-connection']]).toEqual([200, 'home']);
    expect(provider.received).toEqual([]);
  });

  it('succeeds where the Ollama is known to be down and a provider would answer', async ({ onTestFinished }) => {
    const [ollama, provider] = [new OllamaStandIn(), new OpenaiStandIn()];
    const broker = await serving({ home: [ollama], provider: [provider] }, onTestFinished);
    await ollama.stop();
    await send(broker, 'GET', '/api/ps');
    const told = await send(broker, 'POST', '/api/chat', { body: { model, messages: [] } });
    expect([told.status, told.headers['x-cloudtolocalllm-connection']]).toEqual([200, 'provider']);
  });

  it('is understood by ollama’s client', async ({ onTestFinished }) => {
    const broker = await serving({ provider: [new OpenaiStandIn()] }, onTestFinished);
    const reasons: string[] = [];
    for await (const part of await new Ollama({ host: broker.address }).chat({ model, messages: [], stream: true })) {
      reasons.push(part.done_reason);
    }
    expect(reasons).toEqual(['load']);
  });

  it('of a model that there isn’t is a 404', async ({ onTestFinished }) => {
    const broker = await serving({ provider: [new OpenaiStandIn()] }, onTestFinished);
    expect((await send(broker, 'POST', '/api/chat', { body: { model: 'nobody', messages: [] } })).status).toBe(404);
  });
});

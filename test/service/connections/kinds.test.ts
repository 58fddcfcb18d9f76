import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { RunningBroker } from '../../support/broker.ts';
import { AnthropicStandIn } from '../../upstreams/anthropic.ts';
import { CloudProxyStandIn } from '../../upstreams/cloudProxy.ts';
import { tokens } from '../../upstreams/ollama.ts';
import type { Received, StandIn } from '../../upstreams/server.ts';
import type { Release } from '../pitfalls/asking.ts';
import { fieldsIn, send } from '../http/sending.ts';

const messages = [{ role: 'user', content: 'Hello!' }];

/** A broker with one connection. @param path behind the server's origin */
async function connected(server: StandIn, kind: string, path: string, release: Release): Promise<RunningBroker> {
  await server.start();
  release(() => server.stop());
  const connection = { id: 'one', kind, url: `${server.origin}${path}`, token: { env: 'TOKEN' } };
  const broker = await RunningBroker.start({ config: { connections: [connection] }, env: { TOKEN: 'jwt' } });
  release(() => broker.release());
  return broker;
}

describe.concurrent('cloudtolocalllm', () => {
  it('is asked below another path, with its token', async ({ onTestFinished }) => {
    const server = new CloudProxyStandIn();
    const broker = await connected(server, 'cloudtolocalllm', '', onTestFinished);
    expect((await broker.status()).connections).toEqual([
      expect.objectContaining({ state: 'connected', version: '2.1.0', models: server.models, tokenState: 'stored' }),
    ]);
    expect(new Set(server.asked)).toEqual(
      new Set(['GET /api/proxy/status', 'GET /api/ollama/api/tags', 'GET /api/ollama/api/ps']),
    );
  });

  it.for<[path: string, asked: object]>([
    ['/api/chat', { messages, stream: false }],
    ['/api/generate', { prompt: 'Hello!', stream: true }],
    ['/v1/chat/completions', { messages }],
  ])('answers at %s', async ([path, asked], { onTestFinished }) => {
    const server = new CloudProxyStandIn();
    const broker = await connected(server, 'cloudtolocalllm', '', onTestFinished);
    const answer = await send(broker, 'POST', path, { body: { model: 'llama3.2', ...asked } });
    expect([answer.status, String(answer.bytes)]).toEqual([200, expect.stringContaining(tokens[5] ?? '')]);
    expect(server.asked.at(-1)).toBe(`POST /api/ollama${path.startsWith('/v1') ? '/api/chat' : path}`);
  });

  it('shows its models, and takes what is handed through unread', async ({ onTestFinished }) => {
    const server = new CloudProxyStandIn();
    const broker = await connected(server, 'cloudtolocalllm', '', onTestFinished);
    expect((await send(broker, 'POST', '/api/show', { body: { model: 'llama3.2' } })).status).toBe(200);
    expect(server.asked.at(-1)).toBe('POST /api/ollama/api/show');
    await send(broker, 'DELETE', '/api/delete?x=1', { body: { model: 'llama3.2' } });
    expect(server.asked).toContain('DELETE /api/ollama/api/delete?x=1');
  });

  it('is refused where its token isn’t accepted', async ({ onTestFinished }) => {
    const server = new CloudProxyStandIn();
    server.token = 'another';
    const broker = await connected(server, 'cloudtolocalllm', '', onTestFinished);
    const { connections } = await broker.status();
    expect(connections).toEqual([
      expect.objectContaining({ state: 'refused', lastError: expect.stringContaining('the token') as string }),
    ]);
  });

  it('is none where another server answers', async ({ onTestFinished }) => {
    const server = new AnthropicStandIn();
    const broker = await connected(server, 'cloudtolocalllm', '', onTestFinished);
    const { connections } = await broker.status();
    expect(connections[0]?.state).not.toBe('connected');
  });
});

describe.concurrent('anthropic', () => {
  /** What it was asked, checks too. */
  class Watched extends AnthropicStandIn {
    override token: string | undefined = 'jwt';
    readonly asked: [asked: string, key: unknown, version: unknown][] = [];

    protected override handle(received: Received, response: ServerResponse): Promise<void> {
      const { method, path } = received;
      const headers: IncomingHttpHeaders = received.headers;
      this.asked.push([`${method} ${path}`, headers['x-api-key'], headers['anthropic-version']]);
      return super.handle(received, response);
    }
  }

  const asked = { model: 'claude-sonnet-4-5', max_tokens: 100, messages };

  it.for(['', '/', '/v1', '/v1/'])('is found whether or not its address ends with /v1: “%s”', async (path, context) => {
    const server = new Watched();
    const broker = await connected(server, 'anthropic', path, context.onTestFinished);
    const { connections } = await broker.status();
    expect(connections).toEqual([expect.objectContaining({ state: 'connected', models: server.models })]);
    expect((await send(broker, 'POST', '/v1/messages', { body: asked })).status).toBe(200);
    expect(new Set(server.asked.map(([what]) => what))).toEqual(
      new Set(['GET /v1/models?limit=1000', 'POST /v1/messages']),
    );
  });

  it('gets its key, and the version that the application means, or ours', async ({ onTestFinished }) => {
    const server = new Watched();
    const broker = await connected(server, 'anthropic', '', onTestFinished);
    const headers = { 'anthropic-version': '2023-01-01', 'x-api-key': 'of the application' };
    await send(broker, 'POST', '/v1/messages', { body: asked, headers });
    expect(server.asked.at(-1)).toEqual(['POST /v1/messages', 'jwt', '2023-01-01']);
    for (const path of ['/v1/messages', '/v1/chat/completions', '/api/chat']) {
      expect((await send(broker, 'POST', path, { body: asked })).status).toBe(200);
      expect(server.asked.at(-1)).toEqual(['POST /v1/messages', 'jwt', '2023-06-01']);
    }
    expect(server.asked[0]).toEqual(['GET /v1/models?limit=1000', 'jwt', '2023-06-01']);
  });

  it('tells how long a request is where the model is its own', async ({ onTestFinished }) => {
    const server = new Watched();
    const broker = await connected(server, 'anthropic', '', onTestFinished);
    const { model } = asked;
    const answer = await send(broker, 'POST', '/v1/messages/count_tokens', { body: { model, messages } });
    expect([answer.status, fieldsIn(answer)]).toEqual([200, { input_tokens: expect.any(Number) as number }]);
    expect(answer.headers['x-cloudtolocalllm-estimated']).toBeUndefined();
    expect(server.asked.at(-1)?.[0]).toBe('POST /v1/messages/count_tokens');
  });

  it('isn’t asked how long a request is that goes another route', async ({ onTestFinished }) => {
    const server = new Watched();
    const broker = await connected(server, 'anthropic', '', onTestFinished);
    const headers = { 'x-cloudtolocalllm-route': 'local' };
    const { model } = asked;
    const answer = await send(broker, 'POST', '/v1/messages/count_tokens', { body: { model, messages }, headers });
    expect([answer.status, answer.headers['x-cloudtolocalllm-estimated']]).toEqual([200, 'true']);
  });

  it('says what can’t be counted elsewhere', async ({ onTestFinished }) => {
    const broker = await connected(new Watched(), 'anthropic', '', onTestFinished);
    const headers = { 'x-cloudtolocalllm-route': 'local' };
    const tools = [{ type: 'unheard_of', name: 'a' }];
    const body = { model: 'm', messages, tools };
    const answer = await send(broker, 'POST', '/v1/messages/count_tokens', { body, headers });
    const error = { type: 'invalid_request_error', message: expect.stringContaining('unheard_of') as string };
    expect([answer.status, fieldsIn(answer)]).toEqual([400, expect.objectContaining({ error })]);
  });
});

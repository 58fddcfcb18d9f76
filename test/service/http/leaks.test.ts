import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { RunningBroker } from '../../support/broker.ts';
import { AnthropicStandIn } from '../../upstreams/anthropic.ts';
import { ManagedOllama } from '../../upstreams/managed.ts';
import { OpenaiStandIn } from '../../upstreams/openai.ts';
import { send } from './sending.ts';

/** What a server says of itself and its origin, or to a browser. */
const upstreamsOwn = {
  'set-cookie': 'session=upstream; Path=/',
  server: 'upstream',
  'alt-svc': 'h3=":443"',
  'strict-transport-security': 'max-age=1',
  'access-control-allow-origin': '*',
  'access-control-allow-credentials': 'true',
};

/** What of an application must not get to a server: each value has this mark. */
const mark = 'of-the-application';
const applications = {
  authorization: `Bearer ${mark}`,
  'api-key': mark,
  cookie: `session=${mark}`,
  forwarded: `for=${mark}`,
  from: mark,
  'openai-organization': mark,
  'openai-project': mark,
  'proxy-authorization': `Basic ${mark}`,
  referer: `http://127.0.0.1/${mark}`,
  'user-agent': mark,
  via: `1.1 ${mark}`,
  'x-api-key': mark,
  'x-cloudtolocalllm-anything': mark,
  'x-forwarded-for': mark,
  'x-forwarded-host': mark,
  'x-real-ip': mark,
  'x-request-id': mark,
  'x-stainless-lang': mark,
};

/** All that came to the servers, checks too, with the port at which it came. */
const heads: { readonly port: string; readonly headers: IncomingHttpHeaders }[] = [];

/** Notes what came, says of the server what a real one says, and lets it answer; or leads to somewhere else. */
function noted({ headers, socket }: IncomingMessage, response: ServerResponse): boolean {
  heads.push({ port: String(socket.localPort), headers });
  for (const [name, value] of Object.entries(upstreamsOwn)) response.setHeader(name, value);
  if (elsewhere === undefined) return false;
  response.writeHead(307, { location: `${elsewhere.origin}/v1/x` }).end();
  return true;
}

/** A server that nobody is to ask. */
class Elsewhere extends OpenaiStandIn {
  asked = 0;

  protected override takes(_request: IncomingMessage, response: ServerResponse): boolean {
    this.asked += 1;
    response.end();
    return true;
  }
}

let elsewhere: Elsewhere | undefined;

class Ollama extends ManagedOllama {
  protected override takes(request: IncomingMessage, response: ServerResponse): boolean {
    return noted(request, response);
  }
}
class Openai extends OpenaiStandIn {
  protected override takes(request: IncomingMessage, response: ServerResponse): boolean {
    return noted(request, response);
  }
}
class Anthropic extends AnthropicStandIn {
  protected override takes(request: IncomingMessage, response: ServerResponse): boolean {
    return noted(request, response);
  }
}

const tokens = { ollama: 'sk-ollama', openai: 'sk-openai', anthropic: 'sk-anthropic' };
const servers = { ollama: new Ollama(), openai: new Openai(), anthropic: new Anthropic() };
let broker: RunningBroker;
beforeAll(async () => {
  const connections = [];
  for (const [kind, server] of Object.entries(servers)) {
    await server.start();
    connections.push({ id: kind, kind, url: server.origin, token: { env: kind.toUpperCase() } });
  }
  const env = Object.fromEntries(Object.entries(tokens).map(([kind, token]) => [kind.toUpperCase(), token]));
  broker = await RunningBroker.start({ config: { connections }, env });
});
afterAll(async () => {
  await broker.release();
  for (const server of Object.values(servers)) await server.stop();
});
beforeEach(() => {
  heads.length = 0;
});

const messages = [{ role: 'user', content: 'Hello!' }];
const local = { model: 'qwen3:8b', messages };
const vendor = { model: 'vendor/llama-3.2-3b', messages };
const claude = { model: 'claude-sonnet-4-5', messages, max_tokens: 99 };

/** Every kind of route, with the server that a request at it leads to. */
const routes: [method: string, path: string, to: keyof typeof servers, body?: object | undefined, headers?: object][] =
  [
    ['POST', '/api/chat', 'ollama', local],
    ['POST', '/api/chat', 'ollama', { ...local, stream: false }],
    ['POST', '/api/generate', 'ollama', { model: local.model, prompt: 'Hello!' }],
    ['POST', '/v1/chat/completions', 'openai', vendor],
    ['POST', '/v1/chat/completions', 'openai', { ...vendor, stream: true }],
    ['POST', '/v1/messages', 'anthropic', claude],
    ['POST', '/v1/messages', 'anthropic', { ...claude, stream: true }],
    // Translated.
    ['POST', '/v1/chat/completions', 'ollama', local],
    ['POST', '/v1/responses', 'ollama', { model: local.model, input: 'Hello!' }],
    ['POST', '/v1/messages', 'openai', { ...vendor, max_tokens: 99 }],
    ['POST', '/api/chat', 'anthropic', { model: claude.model, messages }],
    ['POST', '/v1/messages/count_tokens', 'anthropic', { model: claude.model, messages }],
    ['POST', '/v1/embeddings', 'openai', { model: vendor.model, input: 'Hello!' }],
    ['POST', '/api/embed', 'ollama', { model: local.model, input: 'Hello!' }],
    // Models are managed.
    ['POST', '/api/show', 'ollama', { model: local.model }],
    ['POST', '/api/pull', 'ollama', { model: 'new' }],
    ['POST', '/api/copy', 'ollama', { source: local.model, destination: 'copy' }],
    ['DELETE', '/api/delete', 'ollama', { model: 'copy:latest' }],
    // Handed through unread.
    ['GET', '/v1/files?x=1', 'openai'],
    ['POST', '/v1/moderations', 'openai', { input: 'Hello!' }],
    ['GET', '/v1/files', 'anthropic', undefined, { 'anthropic-version': '2023-06-01' }],
    ['GET', '/api/anything', 'ollama'],
  ];

const asked = (method: string, path: string, to: string, body?: object, headers: object = {}) =>
  send(broker, method, path, {
    headers: {
      ...{ 'content-type': 'application/json', 'x-cloudtolocalllm-route': to, ...applications },
      ...(headers as Record<string, string>),
    },
    ...(body && { body }),
  });

/** What came to one of the servers. */
const cameTo = (to: keyof typeof servers): IncomingHttpHeaders[] => {
  const { port } = new URL(servers[to].origin);
  return heads.filter((one) => one.port === port).map(({ headers }) => headers);
};

describe('between an application and a server', () => {
  it.each(routes)('%s %s, of %s: nothing of either travels on', async (method, path, to, body, headers) => {
    const answer = await asked(method, path, to, body, headers);
    expect(cameTo(to)).not.toEqual([]);
    expect(JSON.stringify(heads)).not.toContain(mark);
    for (const one of cameTo(to)) {
      const { 'user-agent': agent, authorization, 'x-api-key': key } = one;
      expect([agent, authorization ?? key]).toEqual([
        'CloudToLocalLLM',
        to === 'anthropic' ? tokens[to] : `Bearer ${tokens[to]}`,
      ]);
      expect(one.host).toBe(new URL(servers[to].origin).host);
    }
    for (const name of Object.keys(upstreamsOwn)) expect(answer.headers).not.toHaveProperty(name);
    for (const token of Object.values(tokens)) {
      expect(JSON.stringify(answer.headers) + String(answer.bytes)).not.toContain(token);
    }
  });
});

describe('a server that leads to another one', () => {
  let other: Elsewhere;
  beforeAll(async () => {
    other = await new Elsewhere().start();
    elsewhere = other;
  });
  afterAll(async () => {
    elsewhere = undefined;
    await other.stop();
  });

  it.each(routes)('%s %s, of %s: is not followed there', async (method, path, to, body, headers) => {
    const { status } = await asked(method, path, to, body, headers);
    expect(cameTo(to)).not.toEqual([]);
    expect(status).toBeGreaterThanOrEqual(300);
    expect(other.asked).toBe(0);
  });
});

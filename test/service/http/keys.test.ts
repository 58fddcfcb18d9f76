import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RunningBroker } from '../../support/broker.ts';
import { ManagedOllama } from '../../upstreams/managed.ts';
import { OllamaStandIn } from '../../upstreams/ollama.ts';
import { OpenaiStandIn } from '../../upstreams/openai.ts';
import { applicationKey, keyCommand, keyFile, until } from './keyed.ts';
import { type Answer, fieldsIn, send, type Sent } from './sending.ts';

let home: OllamaStandIn;
let second: ManagedOllama;
let provider: OpenaiStandIn;
let broker: RunningBroker;
/** Of an application that may use `second` alone. */
let limited: string;

beforeAll(async () => {
  [home, second, provider] = [new OllamaStandIn(), new ManagedOllama(), new OpenaiStandIn()];
  home.models = ['shared:latest', 'only-home:latest'];
  second.models = ['shared:latest', 'only-second:latest'];
  provider.models = ['shared:latest', 'vendor/gpt-4'];
  for (const server of [home, second, provider]) await server.start();
  broker = await RunningBroker.start({
    config: {
      connections: [
        { id: 'home', kind: 'ollama', url: home.origin },
        { id: 'second', kind: 'ollama', url: second.origin },
        { id: 'provider', kind: 'openai', url: provider.origin, place: 'cloud' },
      ],
    },
  });
  limited = await applicationKey(broker, 'limited', '--connection', 'second');
});
afterAll(async () => {
  await broker.release();
  for (const server of [home, second, provider]) await server.stop();
});

function asked(method: string, path: string, key: string, { headers, body }: Sent = {}): Promise<Answer> {
  return send(broker, method, path, { headers: { 'x-api-key': key, ...headers }, ...(body && { body }) });
}

const messages = [{ role: 'user', content: 'Hello!' }];

describe('a key that is limited to a connection', () => {
  it.each<[path: string, body: object]>([
    ['/api/chat', { model: 'shared', messages, stream: false }],
    ['/v1/chat/completions', { model: 'shared', messages }],
    ['/v1/messages', { model: 'shared', max_tokens: 9, messages }],
    ['/api/embed', { model: 'shared', input: 'Hello!' }],
    ['/api/show', { model: 'shared' }],
  ])('has requests answered by that one: %s', async (path, body) => {
    const answer = await asked('POST', path, limited, { body });
    expect([answer.status, answer.headers['x-cloudtolocalllm-connection']]).toEqual([200, 'second']);
  });

  it.each<[path: string, body: object]>([
    ['/api/chat', { model: 'only-home', messages }],
    ['/v1/chat/completions', { model: 'vendor/gpt-4', messages }],
    ['/v1/embeddings', { model: 'only-home', input: 'Hello!' }],
  ])('knows no models of others: %s', async (path, body) => {
    const answer = await asked('POST', path, limited, { body });
    expect(answer.status).toBe(404);
    expect(answer.bytes.toString()).toMatch(/not found; there are .*only-second/);
    expect(answer.bytes.toString()).not.toMatch(/there are.*(only-home|gpt-4)/);
  });

  it('never leads to another one, also when its own has failed', async () => {
    second.fault = { status: 503, body: { error: 'down' } };
    const before = home.received.length + provider.received.length;
    const answer = await asked('POST', '/api/chat', limited, { body: { model: 'shared', messages, stream: false } });
    second.fault = undefined;
    expect(answer.status).toBeGreaterThanOrEqual(500);
    expect(home.received.length + provider.received.length).toBe(before);
  });

  it('is not followed by another one in the middle of an answer', async () => {
    second.fault = { cutAfter: 2 };
    const answer = await asked('POST', '/api/chat', limited, { body: { model: 'shared', messages } });
    second.fault = undefined;
    expect([answer.headers['x-cloudtolocalllm-connection'], answer.cut]).toEqual(['second', true]);
  });

  it('hands nothing through to another one', async () => {
    const answer = await asked('GET', '/v1/files', limited);
    expect(answer.status).toBe(404);
    expect(answer.bytes.toString()).toMatch(/no connection on the route/);
  });

  it.each([
    ['home', 403],
    ['provider', 403],
    ['mars', 403],
    ['second', 200],
    ['local', 200],
    ['automatic', 200],
    ['cloud', 503],
  ])('on the route %s: %d', async (route, status) => {
    const headers = { 'x-cloudtolocalllm-route': route };
    const body = { model: 'shared', messages, stream: false };
    const answer = await asked('POST', '/api/chat', limited, { headers, body });
    expect(answer.status).toBe(status);
    if (status === 403) {
      expect(fieldsIn(answer)).toEqual({
        error: `the key of this request doesn’t allow the route "${route}"; it allows automatic, local, cloud, second`,
      });
    }
  });

  it('is shown its models alone', async () => {
    const tags = fieldsIn(await asked('GET', '/api/tags', limited)) as {
      models: { name: string; connections: string[] }[];
    };
    expect(tags.models.map(({ name, connections }) => [name, connections])).toEqual([
      ['shared:latest', ['second']],
      ['only-second:latest', ['second']],
    ]);
    const { data } = fieldsIn(await asked('GET', '/v1/models', limited)) as { data: { id: string }[] };
    expect(data.map(({ id }) => id)).toEqual(['shared:latest', 'only-second:latest']);
    expect((await asked('GET', '/v1/models/only-home', limited)).status).toBe(404);
  });

  it('is shown its connections alone', async () => {
    const status = fieldsIn(await asked('GET', '/broker/status', limited)) as {
      activeConnection: string;
      connections: { id: string }[];
    };
    expect([status.activeConnection, status.connections.map(({ id }) => id)]).toEqual(['second', ['second']]);
  });
});

describe('a key that is limited to a connection, last,', () => {
  it.each<[path: string, body: object]>([
    ['/api/copy', { source: 'shared', destination: 'other' }],
    ['/api/pull', { model: 'another', stream: false }],
  ])('manages the models of that one: %s', async (path, body) => {
    const answer = await asked('POST', path, limited, { body });
    expect([answer.status, answer.headers['x-cloudtolocalllm-connection']]).toEqual([200, 'second']);
  });
});

describe('a key that may ask so often', () => {
  it('is refused beyond that, and told when to come again, in the shape of each dialect', async () => {
    const key = await applicationKey(broker, 'hasty', '--rate', '60');
    let answer: Answer;
    do answer = await asked('GET', '/api/tags', key);
    while (answer.status === 200);
    expect(fieldsIn(answer)).toEqual({ error: 'the key "hasty" may ask 60 times a minute, and has' });
    const anthropic = await asked('GET', '/v1/messages/batches', key);
    expect(anthropic.status).toBe(429);
    expect(Number(anthropic.headers['retry-after'])).toBe(1);
    expect(fieldsIn(anthropic)).toMatchObject({ type: 'error', error: { type: 'rate_limit_error' } });
    expect(fieldsIn(await asked('GET', '/v1/models', key))).toMatchObject({ error: { code: 'rate_limit_exceeded' } });
    expect((await send(broker, 'GET', '/api/tags')).status).toBe(200);
  });
});

describe('the file of keys', () => {
  it('is followed: a key that is revoked is refused at once', async () => {
    const key = await applicationKey(broker, 'gone');
    expect((await asked('GET', '/api/tags', key)).status).toBe(200);
    await keyCommand(broker, 'revoke', 'gone');
    await until(broker, key, 401);
    expect((await asked('GET', '/api/tags', key)).status).toBe(401);
  });

  it('that breaks changes nothing, and that is said', async () => {
    const key = await applicationKey(broker, 'stays');
    writeFileSync(keyFile(broker), '{"keys": [{}]}', { mode: 0o600 });
    await broker.printed(/keys\.json: keys\/0: the key "name" is missing; what was in force before stays/);
    expect((await asked('GET', '/api/tags', key)).status).toBe(200);
  });
});

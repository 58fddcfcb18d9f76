import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { begun, send } from '../http/sending.ts';
import { Household } from './household.ts';
import { type Path, paths } from './paths.ts';

let house: Household;
beforeAll(async () => {
  house = await Household.open();
});
afterAll(async () => {
  await house.close();
});
afterEach(async () => {
  for (const server of Object.values(house.servers)) {
    server.fault = undefined;
    await server.stop();
    await server.start();
  }
  Object.assign(house.proxy, {
    status: undefined,
    wanted: `somebody:${house.canaries.word('the password of the proxy')}`,
  });
  await house.refreshed();
});

/** Notes how the broker is shown and what others are told, and looks whether anything has leaked. */
async function expectNothing(when: string): Promise<void> {
  await house.broker.until(({ requestsInFlight }) => requestsInFlight === 0);
  await house.noteStatus(when);
  for (const path of ['/api/tags', '/v1/models', '/api/ps', '/api/version']) {
    const { headers, bytes } = await send(house.broker, 'GET', path);
    house.evidence.note(`${path} ${when}`, JSON.stringify(headers) + bytes.toString('latin1'));
  }
  await house.noteEverything();
  expect(house.evidence.report()).toBe('');
}

interface Wrong {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object | Buffer;
}

const json = { 'content-type': 'application/json' };
const bytes = (text: string): Buffer => Buffer.from(text);

/** Requests that can't be answered, with a text that is nobody else's affair, or a key. */
const wrong: Readonly<Record<string, (secret: string, word: string) => Wrong>> = {
  'JSON that ends too soon': (secret) => ({
    body: bytes(`{"model": "m", "messages": [{"content": ${JSON.stringify(secret)}`),
  }),
  'JSON with a text without quotes': (secret) => ({ body: bytes(`{"model": ${secret}}`) }),
  'a text and no JSON': (secret) => ({ body: bytes(secret) }),
  'a list': (secret) => ({ body: [secret] }),
  'no model': (secret) => ({ body: { prompt: secret } }),
  'a model that isn’t there': (secret) => ({ body: { model: secret, messages: [] } }),
  'a role that is none': (secret) => ({
    body: { model: 'claude-sonnet-4-5', messages: [{ role: secret, content: secret }] },
  }),
  'a content that is none': (secret) => ({
    body: { model: 'qwen3:8b', messages: [{ role: 'user', content: [{ type: secret, [secret]: secret }] }] },
  }),
  'a picture that is none': (secret) => ({
    body: {
      model: 'qwen3:8b',
      messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: secret } }] }],
    },
  }),
  'too deep a nesting': (secret) => ({ body: bytes(`${'['.repeat(5000)}${JSON.stringify(secret)}`) }),
  'too large a body': (secret) => ({ body: Buffer.concat([bytes(secret), Buffer.alloc(64 * 1024 * 1024)]) }),
  'another type': (secret) => ({ body: bytes(secret), headers: { 'content-type': 'text/plain' } }),
  'a type that is none': (secret, word) => ({ body: bytes(secret), headers: { 'content-type': word } }),
  'a compression that it isn’t': (secret) => ({
    body: bytes(secret),
    headers: { ...json, 'content-encoding': 'gzip' },
  }),
  'an unknown compression': (secret, word) => ({ body: bytes(secret), headers: { ...json, 'content-encoding': word } }),
  'an unknown path': (_secret, word) => ({ path: `/${word}`, body: {} }),
  'a path that leads elsewhere': (_secret, word) => ({ path: `/v1/../${word}`, body: {} }),
  'a path that can’t be read': (_secret, word) => ({ path: `/v1/%zz${word}`, body: {} }),
  'an unknown method': (_secret, word) => ({ method: 'PUT', path: `/api/chat?${word}`, body: {} }),
  'an unknown route': (secret, word) => ({
    headers: { ...json, 'x-cloudtolocalllm-route': word },
    body: { model: secret },
  }),
  'a host of others': (secret, word) => ({ headers: { ...json, host: `${word}.example` }, body: { prompt: secret } }),
  'a page of others': (secret, word) => ({
    headers: { ...json, origin: `https://${word}.example` },
    body: { prompt: secret },
  }),
  'too large a head': (_secret, word) => ({ headers: { ...json, 'x-large': word.repeat(1000) }, body: {} }),
};

describe.each(Object.entries(wrong))('a request with %s', (name, make) => {
  it('is told only to who sent it', async () => {
    const own = [`the text of ${name}`, `the word of ${name}`] as const;
    const {
      method = 'POST',
      path = '/v1/chat/completions',
      ...sent
    } = make(house.canaries.prompt(own[0]), house.canaries.word(own[1]));
    const answer = await send(house.broker, method, path, { headers: json, ...sent });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    house.evidence.note(`the answer to ${name}`, JSON.stringify(answer.headers) + answer.bytes.toString('latin1'), own);
    await expectNothing(`after ${name}`);
  });
});

describe('a key', () => {
  const ways: [name: string, headers: (key: string) => Readonly<Record<string, string>>][] = [
    ['of OpenAI’s clients', (key) => ({ authorization: `Bearer ${key}` })],
    ['of Anthropic’s clients', (key) => ({ 'x-api-key': key })],
    ['of somebody else', (key) => ({ authorization: `Bearer ${key}`, 'x-api-key': `sk-${key}` })],
  ];

  it.each(ways)('%s that isn’t valid is told to nobody', async (name, headers) => {
    const key = `ctl-${house.canaries.word(`the key ${name}`)}`;
    const answer = await send(house.broker, 'GET', '/v1/models', { headers: headers(key) });
    expect(answer.status).toBe(401);
    house.evidence.note(
      `the answer to a key ${name}`,
      JSON.stringify(answer.headers) + answer.bytes.toString('latin1'),
    );
    await expectNothing(`after a key ${name}`);
  });

  it('that was revoked is told to nobody', async () => {
    await house.command(['key', 'revoke', 'app', '--config', house.configPath]);
    let status = 200;
    while (status === 200) {
      const headers = { authorization: `Bearer ${house.key}` };
      const answer = await send(house.broker, 'GET', '/v1/models', { headers });
      ({ status } = answer);
      house.evidence.note(
        'the answer to a revoked key',
        JSON.stringify(answer.headers) + answer.bytes.toString('latin1'),
      );
    }
    await expectNothing('after a revoked key');
  });
});

/** Sends a request of each kind. Settles when all are answered. @param which leaves some out */
async function askAll(when: string, which: (path: Path, sent: unknown) => boolean): Promise<void> {
  await Promise.all(
    Object.entries(paths).map(async ([name, one]) => {
      const { method, path, to, body, headers } = one;
      const prompt = `the prompt of ${name}, ${when}`;
      const secret = house.canaries.prompt(prompt);
      const sent = body(secret);
      if (!which(one, sent)) return;
      const answer = await send(house.broker, method, path(secret), {
        headers: { ...headers, 'x-cloudtolocalllm-route': to },
        ...(sent && { body: sent }),
      });
      const told = JSON.stringify(answer.headers) + answer.bytes.toString('latin1');
      house.evidence.note(`the answer to ${name}, ${when}`, told, [prompt]);
    }),
  );
}

/** Whether it is given up when no answer comes. */
const hurried = ({ unread }: Path): boolean => unread !== true;

describe('nothing is given away', () => {
  it('by servers that can’t be reached', async () => {
    for (const server of Object.values(house.servers)) await server.stop();
    await askAll('with servers that are gone', () => true);
    await expectNothing('without servers');
  });

  it('by a proxy that doesn’t accept its password', async () => {
    house.proxy.wanted = 'somebody:else';
    await askAll('with a proxy that refuses', ({ to }) => to === 'proxied');
    await expectNothing('with a proxy that refuses');
  });

  it('by a proxy that leads nowhere', async () => {
    house.proxy.status = 502;
    await askAll('with a proxy that leads nowhere', ({ to }) => to === 'proxied');
    await expectNothing('with a proxy that leads nowhere');
  });

  it('by answers that end too soon and are continued elsewhere', async () => {
    for (const server of Object.values(house.servers)) server.fault = { cutAfter: 4 };
    await askAll('with answers that are cut', hurried);
    await expectNothing('after answers that were cut');
  });

  it('by clients that go away', async () => {
    const leaving = Object.entries(paths).filter(([, { unread }]) => unread !== true);
    for (const server of Object.values(house.servers)) server.fault = { stallAfter: 4 };
    for (const [name, { method, path, to, body, headers }] of leaving) {
      const secret = house.canaries.prompt(`the prompt of ${name}, who goes away`);
      const gone = new AbortController();
      const server = house.servers[to as keyof typeof house.servers];
      const received = server.nextReceived();
      const asked = begun(house.broker, method, path(secret), {
        headers: { ...headers, 'x-cloudtolocalllm-route': to },
        body: body(secret) as object,
        signal: gone.signal,
      }).catch(() => undefined);
      await received;
      gone.abort();
      await asked;
    }
    await expectNothing('after clients that went away');
  });

  it('by what is no HTTP', async () => {
    const secret = house.canaries.word('bytes that are no HTTP');
    const { port } = new URL(house.broker.address);
    for (const text of [
      `${secret}\r\n\r\n`,
      `GET /${secret} HTTP/9.9\r\n\r\n`,
      `POST / HTTP/1.1\r\n${secret}\r\n\r\n`,
    ]) {
      const socket = connect(Number(port), '127.0.0.1');
      let told = '';
      socket.on('data', (chunk) => (told += String(chunk)));
      // What it has refused it doesn’t read to its end.
      socket.on('error', () => undefined);
      socket.write(text);
      await once(socket, 'close');
      house.evidence.note('the answer to what is no HTTP', told, ['bytes that are no HTTP']);
    }
    await expectNothing('after what is no HTTP');
  });

  it('by servers that say nothing', async () => {
    for (const server of Object.values(house.servers)) server.fault = { silent: true };
    await askAll('while servers are silent', hurried);
    await expectNothing('after servers that were silent');
  });
});

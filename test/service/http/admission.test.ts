import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RunningBroker } from '../../support/broker.ts';
import { askedByOtherUser, noOtherUser } from '../../support/otherUser.ts';
import { ManagedOllama } from '../../upstreams/managed.ts';
import { applicationKey } from './keyed.ts';
import { fieldsIn, send } from './sending.ts';

let home: ManagedOllama;
let broker: RunningBroker;
let folder: string;
let socketPath: string;
let key: string;

beforeAll(async () => {
  home = await new ManagedOllama().start();
  const config = { connections: [{ id: 'home', kind: 'ollama', url: home.origin }] };
  folder = mkdtempSync(join(tmpdir(), 'cloudtolocalllm-socket-'));
  socketPath = join(folder, 'broker.sock');
  broker = await RunningBroker.start({ config, args: ['--socket', socketPath] });
  key = await applicationKey(broker, 'somebody');
});
afterAll(async () => {
  await broker.release();
  await home.stop();
  rmSync(folder, { recursive: true });
});

const chat = { model: 'llama3.2', messages: [{ role: 'user', content: 'Hello!' }], stream: false };

describe('a process of the user that the broker serves', () => {
  it('is let in, with any token or none', async () => {
    for (const authorization of [undefined, 'Bearer not needed', 'Basic eDp5', 'Bearer']) {
      const headers = authorization === undefined ? {} : { authorization };
      expect((await send(broker, 'POST', '/api/chat', { headers, body: chat })).status).toBe(200);
    }
  });

  it('is let in over the unix socket', async () => {
    const asking = request({ socketPath, path: '/api/tags', headers: { host: 'whatever' } }).end();
    const [answer] = (await once(asking, 'response')) as [{ statusCode: number }];
    expect(answer.statusCode).toBe(200);
  });

  it.each([
    ['authorization', 'Bearer ctl-mistyped'],
    ['x-api-key', 'ctl-mistyped'],
  ])('is told so when its key is none that holds (%s)', async (name, value) => {
    const answer = await send(broker, 'GET', '/v1/models', { headers: { [name]: value } });
    expect(answer.status).toBe(401);
    expect(answer.headers['www-authenticate']).toBe('Bearer');
    expect(fieldsIn(answer)).toEqual({
      error: {
        message: expect.stringMatching(/^this key isn’t valid, or was revoked: cloudtolocalllm key create/) as string,
        type: 'authentication_error',
        param: null,
        code: 'invalid_api_key',
      },
    });
  });
});

describe('what is asked by a process that is gone', () => {
  it('is not done', async () => {
    // Its first request loads what answers, so that it has long gone when that looks for it.
    const config = { connections: [{ id: 'home', kind: 'ollama', url: home.origin }] };
    const before = home.managed.length;
    const fresh = await RunningBroker.start({ config });
    const { hostname, port } = new URL(fresh.address);
    const leaving = connect(Number(port), hostname);
    await once(leaving, 'connect');
    leaving.end('POST /api/signout HTTP/1.1\r\nhost: localhost\r\ncontent-length: 0\r\n\r\n', () => leaving.destroy());
    await once(leaving, 'close');
    await send(fresh, 'POST', '/api/push', { body: { model: 'llama3.2' } });
    expect(home.managed.slice(before)).toEqual(['POST /api/push']);
    await fresh.release();
  });
});

describe.skipIf(noOtherUser)('a process of another user', () => {
  it.each([
    ['/api/tags', (message: string) => ({ error: message })],
    ['/v1/models', (message: string) => ({ error: { message, type: 'permission_error', param: null, code: null } })],
    ['/v1/messages/batches', (message: string) => ({ type: 'error', error: { type: 'permission_error', message } })],
  ])('is refused at %s, in the shape of its dialect, and told what to do', async (path, shape) => {
    const { status, body } = await askedByOtherUser(`${broker.address}${path}`);
    expect(status).toBe(403);
    expect(JSON.parse(body)).toEqual(
      shape(
        expect.stringMatching(
          /^this broker serves the user \S+, and what asks is a process of the user \S+; .*key create NAME/,
        ) as string,
      ),
    );
  });

  it('is let in with a key', async () => {
    const { status } = await askedByOtherUser(`${broker.address}/api/tags`, { authorization: `Bearer ${key}` });
    expect(status).toBe(200);
  });

  it('may see that the broker is alive', async () => {
    expect((await askedByOtherUser(`${broker.address}/healthz`)).status).toBe(200);
  });
});

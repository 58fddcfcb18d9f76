import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RunningBroker } from '../../support/broker.ts';
import { sentOverWire } from '../../support/wire.ts';
import { OllamaStandIn } from '../../upstreams/ollama.ts';
import { fieldsIn, send } from './sending.ts';

const listed = 'http://localhost:3000';
const evil = 'https://evil.example';

let home: OllamaStandIn;
let broker: RunningBroker;

beforeAll(async () => {
  home = await new OllamaStandIn().start();
  const connections = [{ id: 'home', kind: 'ollama', url: home.origin }];
  broker = await RunningBroker.start({ config: { connections, origins: [listed], hosts: ['models.example.org'] } });
});
afterAll(async () => {
  await broker.release();
  await home.stop();
});

/** What of an answer's headers is meant for a browser. */
function forBrowsers(headers: NodeJS.Dict<string | string[]>): string[] {
  return Object.keys(headers).filter((name) => name.startsWith('access-control'));
}

const chat = { model: 'llama3.2', messages: [{ role: 'user', content: 'Hello!' }] };
const json = { 'content-type': 'application/json' };

describe('a page that is listed', () => {
  it.each<[method: string, path: string, body: object | undefined]>([
    ['GET', '/api/tags', undefined],
    ['POST', '/api/chat', { ...chat, stream: false }],
    ['POST', '/api/chat', { ...chat, stream: true }],
    ['POST', '/api/show', { model: 'llama3.2' }],
  ])('may read the answer: %s %s %j', async (method, path, body) => {
    const sent = { headers: { origin: listed, ...(body ? json : {}) }, ...(body && { body }) };
    const { status, headers } = await send(broker, method, path, sent);
    expect([status, headers['access-control-allow-origin'], headers.vary]).toEqual([200, listed, 'origin']);
  });

  it('may read what is handed through unread, and what that varies by is kept', async () => {
    const { headers } = await send(broker, 'GET', '/api/experimental/nothing', { headers: { origin: listed } });
    expect([headers['access-control-allow-origin'], headers.vary]).toEqual([listed, 'accept-encoding, origin']);
  });

  it('may read why it is refused', async () => {
    const { status, headers } = await send(broker, 'GET', '/api/tags', {
      headers: { origin: listed, authorization: 'Bearer ctl-mistyped' },
    });
    expect([status, headers['access-control-allow-origin']]).toEqual([401, listed]);
  });

  it('is told beforehand what it may send', async () => {
    const asking = { 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' };
    const answer = await send(broker, 'OPTIONS', '/v1/chat/completions', { headers: { origin: listed, ...asking } });
    expect(answer.status).toBe(204);
    expect(answer.headers).toMatchObject({ 'access-control-allow-origin': listed, vary: 'origin' });
    expect(answer.headers['access-control-allow-methods']).toBe('GET, HEAD, POST, PUT, PATCH, DELETE');
    const taken = (answer.headers['access-control-allow-headers'] ?? '').split(', ');
    expect(taken).toEqual(expect.arrayContaining(['authorization', 'content-type', 'x-api-key', 'x-stainless-os']));
    expect(answer.headers['access-control-allow-private-network']).toBeUndefined();
  });

  it('from the net is told beforehand that it may ask this machine', async () => {
    const asking = { 'access-control-request-method': 'POST', 'access-control-request-private-network': 'true' };
    const { headers } = await send(broker, 'OPTIONS', '/api/chat', { headers: { origin: listed, ...asking } });
    expect(headers['access-control-allow-private-network']).toBe('true');
  });

  it.each([undefined, 'text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
    'must say that it sends JSON, not %s',
    async (type) => {
      const headers = { origin: listed, ...(type === undefined ? {} : { 'content-type': type }) };
      for (const path of ['/api/chat', '/v1/chat/completions', '/v1/messages']) {
        const answer = await send(broker, 'POST', path, { headers, body: chat });
        expect(answer.status).toBe(415);
        expect(JSON.stringify(fieldsIn(answer))).toMatch(/must send its request as Content-Type: application\/json/);
      }
    },
  );

  it('may say in which characters', async () => {
    const headers = { origin: listed, 'content-type': 'application/json; charset=utf-8' };
    expect((await send(broker, 'POST', '/api/chat', { headers, body: { ...chat, stream: false } })).status).toBe(200);
  });
});

describe('the head of a request', () => {
  const crowd = (count: number, value = ''): string => `a:${value}\r\n`.repeat(count);
  const told = async (headers: string): Promise<string> => {
    const { hostname, port } = new URL(broker.address);
    const socket = connect(Number(port), hostname);
    socket.write(`GET /healthz HTTP/1.1\r\nhost: localhost\r\n${headers}connection: close\r\n\r\n`);
    const chunks: Buffer[] = [];
    for await (const chunk of socket) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).toString().split('\r\n')[0] ?? '';
  };

  it('names one host, as RFC 9112 has it (3.2): with none or several it is refused', async () => {
    const { hostname, port } = new URL(broker.address);
    const head = 'GET /api/tags HTTP/1.1\r\n';
    for (const hosts of ['', `host: ${hostname}:${port}\r\nhost: evil.example\r\n`, 'host: localhost\r\n'.repeat(2)]) {
      const [answer] = await sentOverWire(broker.address, Buffer.from(`${head}${hosts}\r\n`));
      expect(answer?.status).toBe(400);
    }
  });

  it('is read to its end, however many headers come before the one that counts', async () => {
    expect(await told(crowd(2500))).toBe('HTTP/1.1 200 OK');
    expect(await told(`${crowd(2500)}origin: ${evil}\r\n`)).toBe('HTTP/1.1 403 Forbidden');
  });

  it('is refused beyond 16 KiB', async () => {
    expect(await told(crowd(6000, 'bbbb'))).toBe('HTTP/1.1 431 Request Header Fields Too Large');
  });
});

describe('any other page', () => {
  it.each<[what: string, method: string, path: string, headers: Record<string, string>, body?: object]>([
    ['a script', 'POST', '/api/chat', { origin: evil, ...json }, chat],
    [
      'a script that asks beforehand',
      'OPTIONS',
      '/api/chat',
      { origin: evil, 'access-control-request-method': 'POST' },
    ],
    [
      'a script of the net that asks beforehand',
      'OPTIONS',
      '/api/chat',
      { origin: evil, 'access-control-request-method': 'POST', 'access-control-request-private-network': 'true' },
    ],
    [
      'a form',
      'POST',
      '/api/chat',
      { origin: evil, 'content-type': 'text/plain', 'sec-fetch-site': 'cross-site' },
      chat,
    ],
    [
      'a form of a frame without an origin',
      'POST',
      '/api/pull',
      { origin: 'null', 'content-type': 'text/plain' },
      chat,
    ],
    ['a picture', 'GET', '/api/tags', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }],
    ['a link', 'GET', '/api/tags', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }],
    ['a page of this machine', 'GET', '/api/tags', { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors' }],
    ['a name that resolves here', 'GET', '/api/tags', { host: 'evil.example' }],
    ['a WebSocket', 'GET', '/v1/realtime', { origin: evil, upgrade: 'websocket', connection: 'Upgrade' }],
  ])(
    'is refused, and told nothing that a browser would let it read: %s',
    async (_what, method, path, headers, body) => {
      const before = home.received.length;
      const answer = await send(broker, method, path, { headers, ...(body && { body }) });
      expect(answer.status).toBe(403);
      expect(forBrowsers(answer.headers)).toEqual([]);
      expect(home.received.length).toBe(before);
    },
  );
});

describe('what is no page', () => {
  it('is told nothing that is meant for browsers', async () => {
    expect(forBrowsers((await send(broker, 'GET', '/api/tags')).headers)).toEqual([]);
  });

  it('may send JSON under any type, as curl -d and Ollama’s own examples do', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await send(broker, 'POST', '/api/chat', { headers, body: { ...chat, stream: false } })).status).toBe(200);
  });

  it('may call the broker by a name that is listed', async () => {
    const headers = { host: 'models.example.org' };
    expect((await send(broker, 'GET', '/api/tags', { headers })).status).toBe(200);
  });

  it('is told that there are no WebSockets', async () => {
    const headers = { upgrade: 'websocket', connection: 'Upgrade' };
    const answer = await send(broker, 'GET', '/v1/responses', { headers });
    expect([answer.status, answer.bytes.toString()]).toEqual([400, expect.stringMatching(/no WebSockets here/)]);
  });
});

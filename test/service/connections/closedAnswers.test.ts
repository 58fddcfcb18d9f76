import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { HttpClient } from '../../../service/connections/httpClient.js';
import { FixedCredentials } from '../../../service/secrets/fixedCredentials.js';
import type { Body, UpstreamReply } from '../../../service/connections/upstream.js';
import { releasing } from '../../support/releases.ts';
import { settingsOf } from '../../support/settings.ts';

const release = releasing();

/** Asks a server that sends these bytes and closes the connection. @returns the answer's head, and what its closing is */
async function answered(bytes: string): Promise<{ readonly reply: UpstreamReply; readonly closed: Promise<unknown> }> {
  const server = createServer((socket) => {
    socket.once('data', () => socket.end(bytes));
  }).listen(0, '127.0.0.1');
  release(() => server.close());
  await once(server, 'listening');
  const connection = once(server, 'connection').then(([socket]) => once(socket as Socket, 'close'));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const settings = settingsOf({ id: 'a', kind: 'ollama', url });
  const client = new HttpClient(settings, '', new FixedCredentials(undefined, {}));
  release(() => {
    client.close();
  });
  const reply = await client.send({ method: 'GET', path: '/' }, new AbortController().signal);
  return { reply, closed: connection };
}

/** What is read of an answer. @param taken is called with each piece of it */
function read(body: Body, taken: () => void = () => undefined): Promise<string> {
  let text = '';
  return new Promise((resolve) => {
    body.read({
      chunk(data) {
        text += data.toString();
        taken();
      },
      end: () => {
        resolve(text);
      },
      failed: (error) => {
        resolve(`${text}, then ${error.name}`);
      },
    });
  });
}

describe('an answer whose connection is closed behind it', () => {
  const close = 'HTTP/1.1 200 OK\r\nconnection: close\r\n';
  const long = 'x'.repeat(50_000);

  it.each<[what: string, bytes: string, expected: string]>([
    ['of nothing', `${close}\r\n`, ''],
    ['without a length', `${close}\r\nhello`, 'hello'],
    ['with a length', `${close}content-length: 5\r\n\r\nhello`, 'hello'],
    ['in chunks', `${close}transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n3\r\n, x\r\n0\r\n\r\n`, 'hello, x'],
    ['that is long', `${close}\r\n${long}`, long],
    ['that is too short', `${close}content-length: 9\r\n\r\nhello`, 'hello, then BrokenAnswer'],
    ['in chunks, one missing', `${close}transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n`, 'hello, then BrokenAnswer'],
  ])('%s: is read whole', async (_what, bytes, expected) => {
    const { reply } = await answered(bytes);
    expect(await read(reply.body)).toBe(expected);
  });

  it.each<[what: string, bytes: string, expected: string]>([
    ['without a length', `${close}\r\nhello`, 'hello'],
    ['with a length', `${close}content-length: 5\r\n\r\nhello`, 'hello'],
    ['that is too short', `${close}content-length: 9\r\n\r\nhello`, 'hello, then BrokenAnswer'],
  ])('%s: is read whole by who takes a rest until then', async (_what, bytes, expected) => {
    const { reply, closed } = await answered(bytes);
    const text = read(reply.body, () => {
      reply.body.pause();
    });
    await closed;
    reply.body.resume();
    expect(await text).toBe(expected);
  });

  it('of nothing: is read also by who comes when it is closed', async () => {
    const { reply, closed } = await answered(`${close}\r\n`);
    await closed;
    expect(await read(reply.body)).toBe('');
  });

  it('is told to nobody who has cancelled it', async () => {
    const { reply, closed } = await answered(`${close}\r\n`);
    await closed;
    reply.body.cancel();
    let told = false;
    const tell = (): void => {
      told = true;
    };
    reply.body.read({ chunk: tell, end: tell, failed: tell });
    expect(told).toBe(false);
  });
});

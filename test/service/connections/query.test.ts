import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { FixedCredentials } from '../../../service/secrets/fixedCredentials.js';
import { HttpClient } from '../../../service/connections/httpClient.js';
import { query } from '../../../service/connections/query.js';
import { Cancelled, type Client } from '../../../service/connections/upstream.js';
import { within } from '../../support/broker.ts';
import { releasing } from '../../support/releases.ts';
import { settingsOf } from '../../support/settings.ts';

const release = releasing();

it('a question whose answer stops behind its head ends with its signal', async () => {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).write('{');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  release(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const settings = settingsOf({ id: 'a', kind: 'ollama', url });
  const client = new HttpClient(settings, '', new FixedCredentials(undefined, {}));
  release(() => {
    client.close();
  });
  const end = new AbortController();
  const endingBehindHead: Client = {
    async send(request, signal) {
      const reply = await client.send(request, signal);
      setImmediate(() => {
        end.abort();
      });
      return reply;
    },
    close: () => undefined,
  };
  const answer = query(endingBehindHead, '/api/tags', url, 'Ollama’s API', end.signal);
  await expect(within(answer, () => 'it went on')).rejects.toBeInstanceOf(Cancelled);
});

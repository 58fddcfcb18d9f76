import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { Refused } from '../../../service/connections/errors.js';
import { HttpClient, type TokenGiver } from '../../../service/connections/httpClient.js';
import type { UpstreamRequest } from '../../../service/connections/upstream.js';
import { NoCredentials } from '../../../service/connections/credentials.js';
import { releasing } from '../../support/releases.ts';
import { settingsOf } from '../../support/settings.ts';

const release = releasing();

/** A server that accepts one token, and a client of it. */
async function clientOf(accepted: string, tokens: TokenGiver) {
  const asked: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    asked.push(request.headers.authorization);
    request.resume();
    response.writeHead(request.headers.authorization === `Bearer ${accepted}` ? 200 : 401).end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const settings = settingsOf({ id: 'a', kind: 'openai', url });
  const client = new HttpClient(settings, '', tokens);
  release(() => {
    client.close();
    server.closeAllConnections();
    server.close();
  });
  const statusOf = async (request: Partial<UpstreamRequest>): Promise<number> => {
    const reply = await client.send({ method: 'POST', path: '/', ...request }, new AbortController().signal);
    reply.body.cancel();
    return reply.status;
  };
  return { asked, statusOf };
}

/** Tokens of which each holds until a server refuses it. */
function inTurn(...tokens: string[]): TokenGiver {
  return {
    token: () => Promise.resolve(tokens[0]),
    renewed: (refused) => {
      if (tokens[0] === refused && tokens.length > 1) tokens.shift();
      return Promise.resolve(tokens[0] !== refused);
    },
  };
}

describe('a request', () => {
  it.each<[what: string, tokens: TokenGiver, request: Partial<UpstreamRequest>, status: number, asked: string[]]>([
    ['has the token of its connection', inTurn('new'), {}, 200, ['Bearer new']],
    ['is sent again with a token that was renewed', inTurn('old', 'new'), {}, 200, ['Bearer old', 'Bearer new']],
    ['is sent again once', inTurn('old', 'older', 'new'), {}, 401, ['Bearer old', 'Bearer older']],
    ['isn’t where nothing was renewed', inTurn('old'), {}, 401, ['Bearer old']],
    ['isn’t if it was streamed', inTurn('old', 'new'), { body: Readable.from(['x']) }, 401, ['Bearer old']],
  ])('%s', async (_what, tokens, request, status, expected) => {
    const { asked, statusOf } = await clientOf('new', tokens);
    expect([await statusOf(request), asked]).toEqual([status, expected]);
  });

  it('isn’t sent at all without credentials that it needs', async () => {
    const problem = new NoCredentials('It has no token');
    const tokens = { token: () => Promise.reject(problem), renewed: () => Promise.resolve(false) };
    const { asked, statusOf } = await clientOf('new', tokens);
    await expect(statusOf({})).rejects.toThrow(new Refused('It has no token'));
    expect(asked).toEqual([]);
  });
});

import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ProviderUnreachable, UnusableIssuer } from '../../../service/signIn/errors.ts';
import { selfSigned } from '../../support/certificates.ts';
import { Person } from './person.ts';

let server: Server;
let answer: { status: number; type: string; body: string };
let asked: string[];

beforeEach(async () => {
  asked = [];
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(answer.status, { 'content-type': answer.type, location: '/elsewhere' }).end(answer.body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => {
  server.close();
  server.closeAllConnections();
});

/** Tries to sign in there. */
function begin(issuer: string): Promise<unknown> {
  return new Person({ issuer, clientId: 'broker', scopes: ['openid'] }).signIn.begin('browser');
}

function origin(): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('who isn’t an issuer is told apart from who can’t be reached', () => {
  it.each<[what: string, status: number, type: string, body: string, words: RegExp]>([
    ['nothing at that path', 404, 'text/plain', 'not found', /no issuer.*status 404/],
    ['a web page', 200, 'text/html', '<h1>Welcome', /no issuer.*not with JSON/],
    ['a redirect, which is not followed', 301, 'text/html', '', /no issuer.*status 301/],
    ['JSON that isn’t', 200, 'application/json', '{"issuer":', /no issuer/],
    ['a list', 200, 'application/json', '[]', /no issuer/],
    ['a document of nobody', 200, 'application/json', '{}', /no issuer/],
    ['a name that is none', 200, 'application/json', '{"issuer":"me"}', /no issuer/],
    ['another issuer', 200, 'application/json', '{"issuer":"https://other.example.org"}', /provider “https:\/\/other/],
  ])('%s', async (_what, status, type, body, words) => {
    answer = { status, type, body };
    const begun = begin(origin());
    await expect(begun).rejects.toThrow(UnusableIssuer);
    await expect(begun).rejects.toThrow(words);
    expect(asked).toEqual(['/.well-known/openid-configuration']);
  });

  it('nobody listens', async () => {
    const address = origin();
    server.close();
    const begun = begin(address);
    await expect(begun).rejects.toThrow(ProviderUnreachable);
    await expect(begun).rejects.toThrow(/nothing is listening there/i);
  });

  it('it does not speak TLS', async () => {
    await expect(begin(origin().replace('http:', 'https:'))).rejects.toThrow(/does not speak TLS/);
  });
});

it('nothing is sent to an endpoint that is not encrypted', async () => {
  const issuer = origin();
  const endpoint = 'http://auth.example.org/device';
  answer = {
    status: 200,
    type: 'application/json',
    body: JSON.stringify({ issuer, device_authorization_endpoint: endpoint }),
  };
  const { signIn } = new Person({ issuer, clientId: 'broker', scopes: ['openid'] });
  await expect(signIn.begin('device')).rejects.toThrow(/names http:\/\/auth\.example\.org, which is not encrypted/);
});

describe('a certificate that nobody vouches for', () => {
  let tls: Server;
  let remove: () => void;

  beforeEach(async () => {
    const certificate = selfSigned('IP:127.0.0.1', (release) => (remove = release));
    tls = createTlsServer(certificate, (request) => {
      asked.push(request.url ?? '');
    });
    tls.listen(0, '127.0.0.1');
    await once(tls, 'listening');
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    tls.close();
    tls.closeAllConnections();
    remove();
  });

  it.each([undefined, '0'])('is refused, with NODE_TLS_REJECT_UNAUTHORIZED=%s', async (rejecting) => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', rejecting);
    const begun = begin(`https://127.0.0.1:${(tls.address() as AddressInfo).port}`);
    await expect(begun).rejects.toThrow(ProviderUnreachable);
    await expect(begun).rejects.toThrow(/certificate is self-signed/);
    expect(asked).toEqual([]);
  });
});

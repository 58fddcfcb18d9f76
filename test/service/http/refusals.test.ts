import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RunningBroker } from '../../support/broker.ts';

let broker: RunningBroker;

beforeAll(async () => {
  broker = await RunningBroker.start({ config: { connections: [] }, args: ['--demo'] });
});
afterAll(() => broker.release());

interface Answer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

/** By node:http, which sends Host and Origin as it is told. */
function send(method: string, path: string, body?: string, headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(`${broker.address}${path}`, { method, headers }, (reply) => {
      const chunks: Buffer[] = [];
      reply.on('data', (chunk: Buffer) => chunks.push(chunk));
      reply.on('end', () => {
        resolve({ status: reply.statusCode ?? 0, headers: reply.headers, body: Buffer.concat(chunks).toString() });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

describe('errors have the shape of the dialect that was asked', () => {
  it.each<[what: string, method: string, path: string, body: string | undefined, status: number, words: RegExp]>([
    ['JSON that isn’t', 'POST', '/api/chat', '{"model":', 400, /not JSON/],
    ['JSON that isn’t', 'POST', '/v1/chat/completions', '{"model":', 400, /not JSON/],
    ['no body', 'POST', '/api/chat', undefined, 400, /no body/],
    ['no object', 'POST', '/v1/chat/completions', '[]', 400, /must be a JSON object/],
    ['no model', 'POST', '/api/chat', '{}', 400, /"model" is required/],
    ['no model', 'POST', '/v1/chat/completions', '{"model":3}', 400, /"model" is required/],
    ['no messages', 'POST', '/v1/chat/completions', '{"model":"demo"}', 400, /"messages" must be/],
    ['an unknown model', 'POST', '/api/chat', '{"model":"nobody"}', 404, /'nobody' not found; there are demo/],
    ['an unknown model', 'POST', '/v1/chat/completions', '{"model":"nobody"}', 404, /'nobody' not found/],
    ['an unknown path', 'GET', '/api/nothing', undefined, 404, /nothing at \/api\/nothing/],
    ['an unknown path', 'GET', '/v1/nothing?x=1', undefined, 404, /nothing at \/v1\/nothing, and no connection/],
    ['a path that is a pattern', 'GET', '/*/x', undefined, 404, /nothing at \/\*\/x/],
    ['a path that can’t be read', 'GET', '/v1/models/%ff', undefined, 400, /not a valid url/],
    ['another method', 'GET', '/api/chat', undefined, 405, /\/api\/chat takes POST, not GET/],
    ['another method', 'DELETE', '/v1/models', undefined, 405, /\/v1\/models takes GET, not DELETE/],
  ])('%s: %s %s %s', async (_what, method, path, body, status, words) => {
    const answer = await send(method, path, body);
    const told = JSON.parse(answer.body) as { error: string | { message: string; type: string } };
    expect(answer.status).toBe(status);
    const message = path.startsWith('/v1') ? (told.error as { message: string }).message : told.error;
    expect(message).toMatch(words);
  });

  it('names the methods that are allowed', async () => {
    expect((await send('DELETE', '/api/tags')).headers.allow).toBe('GET, HEAD');
  });

  it('refuses a body over the limit', async () => {
    const answer = await send('POST', '/v1/chat/completions', 'x'.repeat(65 * 1024 * 1024)).catch(() => undefined);
    // The connection may be cut before all was sent; what comes back then is the answer or nothing.
    if (answer) expect([answer.status, answer.body]).toEqual([413, expect.stringContaining('larger than 64 MiB')]);
    expect((await send('GET', '/healthz')).status).toBe(200);
  });

  it('refuses an unknown route', async () => {
    const answer = await send('POST', '/api/chat', '{"model":"demo","messages":[]}', {
      'x-cloudtolocalllm-route': 'mars',
    });
    expect([answer.status, answer.body]).toEqual([400, expect.stringContaining('no route \\"mars\\"')]);
  });
});

describe('who may use the port', () => {
  it.each<[headers: Record<string, string>, status: number]>([
    [{ host: 'localhost:11435' }, 200],
    [{ host: '127.0.0.1' }, 200],
    [{ host: '[::1]:11435' }, 200],
    [{ host: 'evil.example' }, 403],
    [{ host: '127.0.0.1.evil.example' }, 403],
    [{ origin: 'https://evil.example' }, 403],
    [{ origin: 'null' }, 403],
  ])('%j: %d', async (headers, status) => {
    expect((await send('GET', '/api/tags', undefined, headers)).status).toBe(status);
  });
});

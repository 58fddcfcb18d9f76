import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RunningBroker } from '../../support/broker.ts';
import { sentOverWire } from '../../support/wire.ts';
import { type Wire, wireOf, WireStandIn } from '../../upstreams/wire.ts';
import { answersIn } from '../dialects/vectors.ts';

const model = 'model:latest';
const server = new WireStandIn();
let broker: RunningBroker;
let answer: Wire;

const json = (fields: object): Wire => wireOf(200, 'application/json', JSON.stringify(fields));
const listings: Readonly<Record<string, Wire>> = {
  '/api/version': json({ version: '0.33.0' }),
  '/api/tags': json({ models: [{ name: model }] }),
  '/api/ps': json({ models: [] }),
};

beforeAll(async () => {
  server.answer = ({ path }) => listings[path] ?? answer;
  await server.start();
  const timeouts = { connect: 1, firstByte: 1, idle: 1, total: 3, queue: 1 };
  const home = { id: 'home', kind: 'ollama', url: server.origin, patience: 0, timeouts };
  broker = await RunningBroker.start({ config: { connections: [home] } });
});
afterAll(async () => {
  await broker.release();
  await server.stop();
});

const whole = JSON.stringify(answersIn('ollama').find(({ what }) => what === 'plain')?.whole);

/** An answer with these lines at its head, and no other. */
function wire(lines: readonly string[], body: string | Buffer = whole, then: Wire['then'] = 'ends'): Wire {
  return { pieces: [Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), Buffer.from(body)], then };
}
const ok = 'HTTP/1.1 200 OK';
const type = 'content-type: application/json';
const length = `content-length: ${Buffer.byteLength(whole)}`;
const zipped = gzipSync(whole);

describe('HTTP of a server’s', () => {
  it.each<[what: string, wire: Wire, status: number]>([
    [
      'with several Connection headers',
      wire([ok, type, length, 'connection: x-a', 'x-a: b', 'connection: close']),
      200,
    ],
    ['with several Content-Types', wire([ok, type, type, length]), 200],
    ['with a header in UTF-8', wire([ok, type, length, 'x-a: 10 €']), 200],
    ['with headers as objects have', wire([ok, type, length, '__proto__: a', 'constructor: b']), 200],
    [
      'with a header twice that says how it is compressed',
      wire([ok, type, 'content-encoding: gzip', 'content-encoding: gzip'], gzipSync(zipped)),
      502,
    ],
    [
      'with several Retry-Afters',
      wire(['HTTP/1.1 503 x', type, 'content-length: 2', 'retry-after: 1', 'retry-after: 2'], '{}'),
      502,
    ],
    [
      'with a thousand interim answers',
      wire([...Array.from({ length: 1000 }, () => 'HTTP/1.1 102 x\r\n'), ok, type, length]),
      200,
    ],
    ['that changes its protocol unasked', wire(['HTTP/1.1 101 x', 'upgrade: h2c', 'connection: upgrade']), 502],
    ['with no status', wire(['HTTP/1.1 OK']), 502],
    ['with a status beyond all', wire(['HTTP/1.1 999 x', type, 'content-length: 2'], '{}'), 502],
    ['with headers without end', wire([ok, ...Array.from({ length: 10_000 }, (_, index) => `x-${index}: a`)]), 502],
    ['with two lengths', wire([ok, type, length, 'content-length: 5']), 502],
    ['with a length and chunks', wire([ok, type, length, 'transfer-encoding: chunked']), 502],
    ['with a length that is too long', wire([ok, type, 'content-length: 99999']), 502],
    ['with a chunk that is none', wire([ok, type, 'transfer-encoding: chunked'], 'x\r\n'), 502],
    ['that is silent in the middle', wire([ok, type, 'content-length: 99999'], whole, 'stays'), 504],
    ['that is silent in its head', { pieces: [Buffer.from('HTTP/1.1 200 OK\r\nx-a')], then: 'stays' }, 504],
    ['that is none', { pieces: [Buffer.from('\x15\x03\x01\x00\x02\x02')], then: 'ends' }, 502],
    ['of nothing', { pieces: [], then: 'ends' }, 502],
    ['that is reset', { pieces: [], then: 'resets' }, 502],
  ])('%s: an answer, or an error that says so', async (_what, wire, status) => {
    answer = wire;
    const body = JSON.stringify({ model, messages: [{ role: 'user', content: 'Hi' }], stream: false });
    const head = ['POST /api/chat HTTP/1.1', 'host: localhost', `content-length: ${Buffer.byteLength(body)}`];
    const [told] = await sentOverWire(broker.address, Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`));
    const fields = JSON.parse(String(told?.body)) as { error?: string; done?: boolean };
    expect([told?.status, fields.done ?? typeof fields.error]).toEqual([status, status === 200 ? true : 'string']);
    expect(broker.process.exitCode).toBeNull();
  });
});

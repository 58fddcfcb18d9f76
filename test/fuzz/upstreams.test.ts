import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { clients } from '../support/clients.ts';
import { sentOverWire } from '../support/wire.ts';
import type { Wire, WireStandIn } from '../upstreams/wire.ts';
import { requests } from './support/corpus.ts';
import { fuzz } from './support/fuzz.ts';
import { bytesOf, type HttpRequest } from './support/http.ts';
import { checkAnswer } from './support/shapes.ts';
import { type Dialect, dialects, model, plainAnswer, upstreamWith } from './support/upstream.ts';
import { WatchedBroker } from './support/watched.ts';
import { wires } from './support/wires.ts';

/** Requests at a time, each to a server of its own. */
const atOnce = 16;

/** Paths whose answers go through as they are, whatever the server says. */
const unread = ['/api/show', '/api/pull', '/v1/messages/count_tokens', '/api/create', '/v1/files'];

/** Seconds. What a server may take is little here, so that silence is no long wait. */
const timeouts = { connect: 1, firstByte: 0.5, handOver: 0.5, idle: 0.5, total: 2, queue: 0.5 };

let broker: WatchedBroker;
const upstreams = new Map<string, WireStandIn>();
const answers = new Map<string, Wire>();

beforeAll(async () => {
  const connections = [];
  for (const kind of dialects) {
    for (let index = 0; index < atOnce; index += 1) {
      const id = `${kind}${index}`;
      const plain = plainAnswer(kind);
      const upstream = await upstreamWith((asked) => answers.get(id) ?? plain(asked)).start();
      upstreams.set(id, upstream);
      connections.push({ id, kind, url: upstream.origin, patience: 0, timeouts });
    }
  }
  broker = await WatchedBroker.start({ config: { connections } });
  for (const id of upstreams.keys()) await answered(id);
  broker.measure();
});
afterAll(async () => {
  await broker.release();
  for (const upstream of upstreams.values()) await upstream.stop();
});

const to = (id: string): HttpRequest['headers'] => [['x-cloudtolocalllm-route', id]];

/** The connection answers, when its server is a good one again. */
async function answered(id: string): Promise<void> {
  answers.delete(id);
  const body = JSON.stringify({ model, messages: [{ role: 'user', content: 'Hi' }], stream: true });
  const good = { method: 'POST', target: '/api/chat', headers: to(id), body };
  const [answer] = await sentOverWire(broker.address, bytesOf(good));
  // A quota that is used up stays so for a while.
  expect([id, answer?.status === 429 ? 200 : answer?.status, answer?.whole]).toEqual([id, 200, true]);
}

const asked = fc.constantFrom(...requests, ...unread.slice(3).map((path) => [path, { model }] as const));

const cases = fc
  .constantFrom(...dialects)
  .chain((dialect) => fc.record({ dialect: fc.constant(dialect), asked, wire: wires(dialect) }));

/** The client's name whose API a path is, undefined where nothing is translated. */
function clientAt(path: string, dialect: Dialect): keyof typeof clients | undefined {
  const [name] = Object.entries(clients).find(([, client]) => client.path === path) ?? [];
  return name === dialect ? undefined : (name as keyof typeof clients | undefined);
}

describe('whatever a server sends', () => {
  fuzz(
    'upstreams',
    'becomes an answer, or an error in the shape of the application’s dialect',
    fc.array(cases, { minLength: 1, maxLength: atOnce, size: 'max' }),
    async (all) => {
      try {
        await Promise.all(
          all.map(async ({ dialect, asked: [target, fields], wire }, index) => {
            const id = `${dialect}${index}`;
            const handedThrough = unread.includes(target);
            // What is handed through may take as long as it takes.
            answers.set(id, handedThrough && wire.then === 'stays' ? { ...wire, then: 'ends' } : wire);
            const request = { method: 'POST', target, headers: to(id), body: JSON.stringify({ ...fields, model }) };
            for (const answer of await sentOverWire(broker.address, bytesOf(request))) {
              if (!handedThrough) checkAnswer(request, answer);
              const { status, whole, headers, body } = answer;
              const name = clientAt(target, dialect);
              if (
                status === 200 &&
                whole &&
                name !== undefined &&
                /stream|ndjson/.test(headers.get('content-type') ?? '')
              ) {
                clients[name].stream(body.toString('utf8'));
              }
            }
          }),
        );
      } finally {
        await broker.check();
      }
    },
    {
      batch: 20,
      async after() {
        for (const id of upstreams.keys()) await answered(id);
        await broker.check();
        broker.checkMemory();
      },
    },
  );
});

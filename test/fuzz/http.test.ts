import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { sentOverWire } from '../support/wire.ts';
import type { WireStandIn } from '../upstreams/wire.ts';
import { inPieces, mutatedBytes } from './support/bytes.ts';
import { fuzz } from './support/fuzz.ts';
import { bytesOf, httpRequests } from './support/http.ts';
import { checkAnswer } from './support/shapes.ts';
import { dialects, model, plainAnswer, upstreamWith } from './support/upstream.ts';
import { WatchedBroker } from './support/watched.ts';

let broker: WatchedBroker;
const upstreams: WireStandIn[] = [];

beforeAll(async () => {
  const connections = [];
  for (const kind of dialects) {
    const upstream = await upstreamWith(plainAnswer(kind)).start();
    upstreams.push(upstream);
    connections.push({ id: kind, kind, url: upstream.origin });
  }
  broker = await WatchedBroker.start({ config: { connections }, args: ['--demo'] });
  // What is loaded with the first requests is no growth.
  for (let count = 0; count < 50; count += 1) await answered();
  broker.measure();
});
afterAll(async () => {
  await broker.release();
  for (const upstream of upstreams) await upstream.stop();
});

/** A good request is answered, by each connection. */
async function answered(): Promise<void> {
  for (const route of ['ollama', 'openai', 'anthropic', 'demo']) {
    const asked = {
      model: route === 'demo' ? 'demo' : model,
      stream: true,
      messages: [{ role: 'user', content: 'Hi' }],
    };
    const body = JSON.stringify({ ...asked, ...(route === 'demo' ? { options: { num_predict: 1 } } : {}) });
    const headers = [['x-cloudtolocalllm-route', route]] as const;
    const [answer] = await sentOverWire(
      broker.address,
      bytesOf({ method: 'POST', target: '/api/chat', headers, body }),
    );
    expect([route, answer?.status, answer?.whole]).toEqual([route, 200, true]);
  }
}

const after = async (): Promise<void> => {
  await answered();
  await broker.check();
  broker.checkMemory();
};

describe('the HTTP port', () => {
  fuzz(
    'http',
    'answers any request in the shape of its dialect, and is none the worse for it',
    fc.array(httpRequests, { minLength: 1, maxLength: 8 }),
    async (requests) => {
      try {
        await Promise.all(
          requests.map(async (request) => {
            const answers = await sentOverWire(broker.address, bytesOf(request), request);
            for (const answer of answers) checkAnswer(request, answer);
          }),
        );
      } finally {
        await broker.check();
      }
    },
    { batch: 50, after },
  );

  fuzz(
    'bytes',
    'answers any bytes with HTTP, or closes the connection',
    inPieces(mutatedBytes(fc.array(httpRequests.map(bytesOf), { maxLength: 3 }).map((all) => Buffer.concat(all)))),
    async (pieces) => {
      try {
        // Which answer is to which request can't be told, nor where one ends to HEAD.
        if (/\bHEAD\b/.test(String(Buffer.concat([...pieces])))) return;
        const answers = await sentOverWire(broker.address, pieces, { ends: true });
        for (const { status } of answers) expect(status).not.toBe(500);
      } finally {
        await broker.check();
      }
    },
    { after },
  );
});

import { expect, it } from 'vitest';
import { RunningBroker } from '../../support/broker.ts';
import { releasing } from '../../support/releases.ts';
import { OllamaStandIn } from '../../upstreams/ollama.ts';

const release = releasing();

const requests = 10_000;
const streams = 50;

/** What became of a request: whole; failed after it had begun to be answered; or failed before. */
type End = 'whole' | 'broken' | 'lost';

async function end(address: string): Promise<End> {
  let begun = false;
  try {
    const reply = await fetch(`${address}/api/chat`, {
      method: 'POST',
      body: JSON.stringify({ model: 'llama3.2', messages: [{ role: 'user', content: 'Hello!' }] }),
    });
    if (reply.status !== 200) return 'lost';
    begun = true;
    const text = await reply.text();
    return text.endsWith('\n') && text.includes('"done":true') ? 'whole' : 'broken';
  } catch {
    return begun ? 'broken' : 'lost';
  }
}

it(`of ${requests} requests, ${streams} at a time, none is lost that had not begun when one of two connections dies`, async () => {
  const first = await new OllamaStandIn().start();
  release(() => first.stop());
  const second = await new OllamaStandIn().start();
  release(() => second.stop());
  const broker = await RunningBroker.start({
    config: {
      connections: [
        { id: 'first', kind: 'ollama', url: first.origin },
        { id: 'second', kind: 'ollama', url: second.origin },
      ],
    },
  });
  release(() => broker.release());

  const ends: Record<End, number> = { whole: 0, broken: 0, lost: 0 };
  let begun = 0;
  const events = new Map<number, () => Promise<unknown>>([
    [requests * 0.2, () => first.stop()],
    [requests * 0.5, () => first.start()],
    [requests * 0.8, () => first.stop()],
  ]);
  const stream = async (): Promise<void> => {
    while (begun < requests) {
      begun += 1;
      const event = events.get(begun)?.();
      ends[await end(broker.address)] += 1;
      await event;
    }
  };
  await Promise.all(Array.from({ length: streams }, stream));

  expect(ends.lost).toBe(0);
  // Whatever was cut in the middle fits into what ran at a time, each time it died.
  expect(ends.broken).toBeLessThanOrEqual(2 * streams);
  expect(ends.whole + ends.broken).toBe(requests);
  await broker.until(({ requestsInFlight }) => requestsInFlight === 0);
}, 180_000);

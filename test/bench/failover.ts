import { once } from 'node:events';
import { Agent, type ClientRequest, request } from 'node:http';
import type { OllamaStandIn } from '../upstreams/ollama.ts';
import { body, timeToFirstByte } from './firstByte.ts';
import { median } from './statistics.ts';

/** A broker with two connections, `first` and `second`, and what is behind them. */
export interface Pair {
  /** http://HOST:PORT of the broker. */
  readonly address: string;
  readonly first: OllamaStandIn;
  readonly second: OllamaStandIn;
}

/**
 * Milliseconds that an answer begins later when the first connection fails and the second answers, at the median. The
 * failing connection is made to look healthy before each round, so that each measured request really fails over.
 */
export async function addedByFailover(
  { address, first, second }: Pair,
  fail: 'refuse' | 503,
  rounds: number,
): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const plain: number[] = [];
  const failing: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await active(address, 'first');
    plain.push(await timeToFirstByte(address, agent));
    if (fail === 'refuse') await first.stop();
    else first.fault = { status: 503, body: { error: 'unavailable' } };
    const before = second.received.length;
    failing.push(await timeToFirstByte(address, agent));
    if (second.received.length !== before + 1) throw new Error('the request did not fail over');
    first.fault = undefined;
    if (fail === 'refuse') await first.start();
    // One whole answer, so that no failure is left in the count.
    await active(address, 'first');
    await timeToFirstByte(address, agent);
  }
  agent.destroy();
  return median(failing) - median(plain);
}

/** Milliseconds from a client that goes away in the middle of its answer to the end of the upstream request, each. */
export async function cancellations({ address, first }: Pair, rounds: number): Promise<readonly number[]> {
  const times: number[] = [];
  first.fault = { stallAfter: 2 };
  for (let round = 0; round < rounds; round += 1) {
    await active(address, 'first');
    const asked = first.nextReceived();
    const stream = await opened(address);
    const { closed } = await asked;
    const begun = performance.now();
    stream.destroy();
    await closed;
    times.push(performance.now() - begun);
  }
  first.fault = undefined;
  return times;
}

/** Opens so many streams that stay silent after their first words. @returns what closes them */
export async function idleStreams({ address, first }: Pair, count: number): Promise<() => void> {
  first.fault = { stallAfter: 2 };
  const streams: ClientRequest[] = [];
  for (let index = 0; index < count; index += 1) streams.push(await opened(address));
  return () => {
    for (const stream of streams) stream.destroy();
    first.fault = undefined;
  };
}

async function opened(address: string): Promise<ClientRequest> {
  const sent = request(`${address}/api/chat`, { method: 'POST', agent: false });
  sent.on('error', () => undefined);
  sent.end(body);
  const [reply] = (await once(sent, 'response')) as [NodeJS.ReadableStream];
  reply.on('error', () => undefined);
  await once(reply, 'data');
  return sent;
}

async function active(address: string, id: string): Promise<void> {
  for (;;) {
    const status = (await (await fetch(`${address}/broker/status`)).json()) as { activeConnection: string | null };
    if (status.activeConnection === id) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

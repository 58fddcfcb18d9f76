import { Agent, request } from 'node:http';
import { median, quantile } from './statistics.ts';

/** Milliseconds to the first byte of an answer, by the side that was asked. */
export interface FirstByte {
  readonly direct: { readonly median: number; readonly p95: number };
  readonly through: { readonly median: number; readonly p95: number };
}

/** What is asked in every measurement. */
export const body = JSON.stringify({ model: 'llama3.2', messages: [{ role: 'user', content: 'Hello!' }] });

/** Asks the upstream and the broker in turns, one request at a time over a kept connection, so that both see the same machine. */
export async function firstByte(direct: string, through: string, rounds: number): Promise<FirstByte> {
  const sides = [direct, through].map((origin) => ({ origin, agent: new Agent({ keepAlive: true, maxSockets: 1 }) }));
  const times: [number[], number[]] = [[], []];
  const warmUp = Math.ceil(rounds / 5);
  for (let round = -warmUp; round < rounds; round += 1) {
    for (const [index, { origin, agent }] of sides.entries()) {
      const time = await timeToFirstByte(origin, agent);
      if (round >= 0) times[index]?.push(time);
    }
  }
  for (const { agent } of sides) agent.destroy();
  const [first, second] = times.map((side) => ({ median: median(side), p95: quantile(side, 0.95) })) as [
    FirstByte['direct'],
    FirstByte['through'],
  ];
  return { direct: first, through: second };
}

/** Milliseconds to the first byte of one answer, which is read to its end. */
export function timeToFirstByte(origin: string, agent: Agent): Promise<number> {
  return new Promise((resolve, reject) => {
    const begun = performance.now();
    let time = 0;
    const sent = request(`${origin}/api/chat`, { method: 'POST', agent }, (reply) => {
      reply.once('data', () => {
        time = performance.now() - begun;
      });
      reply.on('end', () => {
        resolve(time);
      });
      reply.on('error', reject);
      reply.resume();
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { median } from './statistics.ts';

/** Milliseconds from exec to the first line printed, medians. */
export interface Start {
  readonly empty: number;
  readonly broker: number;
}

/** Starts an empty program and the broker in turns, each until it has printed its first line. */
export async function start(brokerArgs: readonly string[], env: NodeJS.ProcessEnv, rounds: number): Promise<Start> {
  const empty: number[] = [];
  const broker: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    empty.push(await untilLine(['--input-type=module', '--eval', 'console.log("ready")'], env));
    broker.push(await untilLine(brokerArgs, env));
  }
  return { empty: median(empty), broker: median(broker) };
}

async function untilLine(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const begun = performance.now();
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'ignore'] });
  await once(child.stdout, 'data');
  const time = performance.now() - begun;
  child.kill('SIGKILL');
  await once(child, 'close');
  return time;
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { within } from '../../support/broker.ts';
import { type PrivateBus, utf8 } from '../../support/bus.ts';

/** What the broker signals, a line a signal. */
export interface Monitored {
  readonly seen: readonly string[];
  /** Waits for a signal, unless it has come. @returns its line */
  readonly until: (pattern: RegExp) => Promise<string>;
}

/** Reads the bus's traffic from the broker, until `release`. */
export async function monitored(bus: PrivateBus, release: (end: () => unknown) => void): Promise<Monitored> {
  const watcher = spawn('gdbus', ['monitor', '--session', '--dest', 'online.cloudtolocalllm.Broker'], {
    env: { ...bus.env, ...utf8 },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  release(async () => {
    watcher.kill();
    await once(watcher, 'close');
  });
  const lines = createInterface(watcher.stdout);
  const seen: string[] = [];
  lines.on('line', (line) => seen.push(line));
  const until = async (pattern: RegExp): Promise<string> => {
    const found = async (): Promise<string> => {
      for (;;) {
        const line = seen.find((one) => pattern.test(one));
        if (line !== undefined) return line;
        await once(lines, 'line');
      }
    };
    return within(found(), () => `${String(pattern)} was not signalled, but: ${seen.join('\n')}`);
  };
  await until(/is owned by/);
  return { seen, until };
}

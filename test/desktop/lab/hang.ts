import { WebSocket } from 'undici';
import type { Machine } from './machine.ts';
import { until } from './wait.ts';

/** Where Node's inspector listens once SIGUSR1 has opened it. */
const inspector = 'http://127.0.0.1:9229/json/list';

/**
 * Hangs the event loop of a Node process for good, as a programming error would: nothing in the process can help itself.
 * @param pid the process’s id on the machine
 * @throws Error when its inspector can't be reached
 */
export async function hang(machine: Machine, pid: number): Promise<void> {
  await machine.asUser(['kill', '-s', 'USR1', String(pid)]);
  const url = await until('the inspector', inspectorUrl, { limit: 15 });
  const socket = new WebSocket(url);
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => {
      resolve();
    });
    socket.addEventListener('error', (event) => {
      reject(new Error(`Node’s inspector: ${event.message}`));
    });
  });
  // No answer will come, and the connection breaks when the process is killed.
  socket.addEventListener('error', () => undefined);
  socket.send(JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression: 'while (true);' } }));
}

async function inspectorUrl(): Promise<string | undefined> {
  try {
    const response = await fetch(inspector, { signal: AbortSignal.timeout(2000) });
    const [target] = (await response.json()) as { webSocketDebuggerUrl: string }[];
    return target?.webSocketDebuggerUrl;
  } catch {
    return undefined; // It isn't open yet.
  }
}

import { join } from 'node:path';
import { Running } from '../../support/broker.ts';

/** Runs the command for the broker that lives in a folder. @returns its exit status, and what it printed */
export async function keyCommand(
  { folder }: { readonly folder: string },
  ...args: readonly string[]
): Promise<{ readonly status: unknown; readonly stdout: string; readonly stderr: string }> {
  const running = new Running(['key', ...args], { env: { HOME: folder } });
  const status = await running.ended();
  await running.release();
  return { status, stdout: running.stdout, stderr: running.stderr };
}

/** Makes a key of a broker's. @returns the key, when it holds */
export async function applicationKey(
  broker: { readonly folder: string; readonly address: string },
  name: string,
  ...args: readonly string[]
): Promise<string> {
  const { stdout, stderr } = await keyCommand(broker, 'create', name, ...args);
  const key = stdout.trim();
  if (key === '') throw new Error(stderr);
  await until(broker, key, 200);
  return key;
}

/** Waits until the broker knows what has become of a key: the file is followed, a moment later. */
export async function until(broker: { readonly address: string }, key: string, status: number): Promise<void> {
  const headers = { authorization: `Bearer ${key}` };
  while ((await fetch(`${broker.address}/healthz`, { headers })).status !== status) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Where a broker that was started with a folder of its own keeps its keys. */
export function keyFile({ folder }: { readonly folder: string }): string {
  return join(folder, '.local/state/cloudtolocalllm/keys.json');
}

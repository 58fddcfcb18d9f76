import { readFileSync } from 'node:fs';
import { OllamaStandIn } from '../upstreams/ollama.ts';
import { Machine } from '../desktop/lab/machine.ts';
import { user } from '../desktop/lab/root.ts';
import { Settings } from '../desktop/lab/settings.ts';
import { Shell } from '../desktop/lab/shell.ts';
import { modelSuite } from '../desktop/lab/suites.ts';
import { untilIt } from '../desktop/lab/wait.ts';

const connections = 10;
const modelsEach = 20;

/** A desktop with a broker that has many connections and models, all of which answer. */
export interface BusyDesktop {
  readonly machine: Machine;
  readonly shell: Shell;
  readonly uuid: string;
  stop(): Promise<void>;
}

/**
 * Boots GNOME and installs what `npm run build` made. The extension is there, and switched off.
 *
 * @param checkout - the folder that has dist/ and packaging/
 */
export async function busyDesktop(checkout: string): Promise<BusyDesktop> {
  const { uuid } = JSON.parse(readFileSync(`${checkout}/metadata.json`, 'utf8')) as { uuid: string };
  const servers = await Promise.all(Array.from({ length: connections }, () => new OllamaStandIn().start()));
  const machine = await Machine.boot(modelSuite);
  const stop = async (): Promise<void> => {
    await machine.halt();
    await Promise.all(servers.map((server) => server.stop()));
  };
  try {
    const inside = `${user.home}/CloudToLocalLLM`;
    for (const path of ['dist', 'packaging', 'schemas', 'metadata.json', 'package.json']) {
      machine.give(`${checkout}/${path}`, `${inside}/${path}`);
    }
    await machine.asUser(['node', `${inside}/packaging/home/install.mjs`], { limit: 120 });
    const configured = servers.map(({ origin }, number) => ({
      id: `server_${number}`,
      name: `Server ${number}`,
      kind: 'ollama' as const,
      url: origin,
    }));
    servers.forEach((server, number) => {
      server.models = Array.from({ length: modelsEach }, (_, each) => `family-${number}:${each}b`);
    });
    await new Settings(machine).setConnections(configured);
    await machine.asUser(['systemctl', '--user', 'start', 'cloudtolocalllm.service'], { limit: 60 });
    await untilIt(
      'all models',
      async () => (await machine.asUser(['cloudtolocalllm', 'models'])).match(/family-/g)?.length ?? 0,
      (count) => count >= connections * modelsEach,
      { limit: 60 },
    );
    await machine.asUser(['gnome-extensions', 'disable', uuid]).catch(() => undefined);
    const shell = await Shell.start(machine);
    return { machine, shell, uuid, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

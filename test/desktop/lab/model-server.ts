import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, copyFileSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { temporaryPath } from './cache.ts';
import { contained, ended } from './commands.ts';
import { layered } from './layer.ts';
import { rootOf } from './root.ts';
import { modelSuite } from './suites.ts';
import { until } from './wait.ts';

const generator = new URL('../tiny_gguf.py', import.meta.url).pathname;

/** Makes the model, unless an earlier start did, and serves it. Runs in the root's folder; $1 is a folder of ours, $2 the port. */
const script = `
mkdir -p opt/models
mount --bind "$1" opt/models
mount -t proc proc proc
mount --rbind /dev dev
[ -e "$1/tiny.gguf" ] || chroot . python3 /opt/models/tiny_gguf.py /opt/models/tiny.gguf
exec chroot . llama-server -m /opt/models/tiny.gguf --alias tiny --host 127.0.0.1 --port "$2" -c 2048 -np 4 --threads 1
`;

/** A llama-server, from the suite that has one, with a tiny model of its own making. */
export class ModelServer {
  private readonly folder = temporaryPath('model');
  private process: ChildProcess | undefined;
  private starts = 0;

  /** @param port where on 127.0.0.1 it listens whenever it runs */
  constructor(private readonly port = 18090) {}

  /** The address to configure as an OpenAI connection. */
  get url(): string {
    return `http://127.0.0.1:${this.port}/v1`;
  }

  /**
   * Starts it and waits until it answers.
   * @throws Error when its root can't be made, or it ends or doesn't answer in time, with the end of its log
   */
  async start(): Promise<void> {
    const root = await rootOf(modelSuite);
    mkdirSync(this.folder, { recursive: true });
    copyFileSync(generator, join(this.folder, 'tiny_gguf.py'));
    const log = join(this.folder, 'log');
    const output = openSync(log, 'w');
    const inner = ['sh', '-euc', script, 'model-server', this.folder, String(this.port)];
    const layer = join(this.folder, `layer-${(this.starts += 1)}`);
    const [program = '', ...args] = contained(layered(root, layer, inner));
    const child = spawn(program, args, { stdio: ['ignore', output, output] });
    closeSync(output);
    this.process = child;
    try {
      await until('llama-server to answer', () => isHealthy(this.port, child), { limit: 60 });
    } catch (error) {
      await this.stop();
      const said = readFileSync(log, 'utf8').split('\n').slice(-15).join('\n');
      throw new Error(`${(error as Error).message}\n${said}`, { cause: error });
    }
  }

  /** Ends it at once, as a crash or a person would. Nothing happens if it doesn't run. */
  async stop(): Promise<void> {
    const child = this.process;
    this.process = undefined;
    if (!child) return;
    child.kill('SIGKILL');
    await ended(child);
    await until('llama-server’s port to be closed', async () => !(await answers(this.port)));
  }

  /** Ends it for good and removes what it made. */
  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Gives a test file a llama-server, which runs before its first test and is gone after its last. */
export function useModelServer(): ModelServer {
  const server = new ModelServer();
  beforeAll(() => server.start());
  afterAll(() => server.remove());
  return server;
}

async function isHealthy(port: number, child: ChildProcess): Promise<boolean> {
  if (child.exitCode !== null) throw new Error(`llama-server ended with status ${child.exitCode}.`);
  return answers(port);
}

/** Whether a healthy server is there. */
async function answers(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/health`, { signal: AbortSignal.timeout(2000) })).ok;
  } catch {
    return false; // Nothing listens.
  }
}

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

/**
 * Makes the model, unless an earlier start did, and serves it. Runs in the root's folder; $1 is a folder of ours, $2 the
 * address, $3 the port, and what follows says how large the model is.
 */
const script = `
mkdir -p opt/models
mount --bind "$1" opt/models
mount -t proc proc proc
mount --rbind /dev dev
host=$2 port=$3
[ -e "$1/tiny.gguf" ] || { shift 3; chroot . python3 /opt/models/tiny_gguf.py /opt/models/tiny.gguf "$@"; }
exec chroot . llama-server -m /opt/models/tiny.gguf --alias tiny --host "$host" --port "$port" -c 8192 -np 4 --threads 1
`;

/** How a llama-server is to be. */
export interface ModelServerOptions {
  /** Where it listens whenever it runs. */
  readonly host?: string;
  readonly port?: number;
  /** Whether its model takes its time: some 90 tokens a second on one processor. Else it is done in no time. */
  readonly slow?: boolean;
  /** A process in whose network it is to be. */
  readonly network?: number;
}

/** A llama-server, from the suite that has one, with a tiny model of its own making. */
export class ModelServer {
  private readonly folder = temporaryPath('model');
  private readonly host: string;
  private readonly port: number;
  private readonly size: readonly string[];
  private readonly network: readonly string[];
  private process: ChildProcess | undefined;
  private starts = 0;

  constructor({ host = '127.0.0.1', port = 18090, slow = false, network }: ModelServerOptions = {}) {
    this.host = host;
    this.port = port;
    this.size = slow ? ['256', '24'] : [];
    this.network = network === undefined ? [] : ['nsenter', `--target=${network}`, '--net'];
  }

  /** Where it is. */
  get origin(): string {
    return `http://${this.host}:${this.port}`;
  }

  /** The address to configure as an OpenAI connection. */
  get url(): string {
    return `${this.origin}/v1`;
  }

  /**
   * Starts it and waits until it answers.
   * @throws Error when its root can't be made, or it ends or doesn't answer in time, with the end of its log
   */
  async start(): Promise<void> {
    await this.launch();
    await this.until('llama-server to answer', async () => (await this.health()) === 200);
  }

  /** Starts it, and waits no longer than until it says that it is loading its model. */
  async startLoading(): Promise<void> {
    await this.launch();
    await this.until('llama-server to load its model', async () => {
      const health = await this.health();
      if (health === 200) throw new Error('llama-server had loaded its model before it was asked.');
      return health === 503;
    });
  }

  /** What it answers when asked for its health: 200, 503 while it loads its model, 0 if nothing listens. */
  async health(): Promise<number> {
    try {
      return (await fetch(`${this.origin}/health`, { signal: AbortSignal.timeout(2000) })).status;
    } catch {
      return 0;
    }
  }

  /** How many requests it works on. */
  async working(): Promise<number> {
    const slots = (await (await fetch(`${this.origin}/slots`)).json()) as readonly { is_processing: boolean }[];
    return slots.filter((slot) => slot.is_processing).length;
  }

  /** Lets its process stop wherever it is, as a machine that hangs does: its port stays open, and nothing is answered. */
  freeze(): void {
    process.kill(this.pid(), 'SIGSTOP');
  }

  /** Lets it go on. */
  thaw(): void {
    process.kill(this.pid(), 'SIGCONT');
  }

  /** Ends it at once, as a crash or a person would. Nothing happens if it doesn't run. */
  async stop(): Promise<void> {
    const child = this.process;
    this.process = undefined;
    if (!child) return;
    child.kill('SIGKILL'); // Which takes everything along that runs in it.
    await ended(child);
    await until('llama-server’s port to be closed', async () => (await this.health()) === 0);
  }

  /** Ends it for good and removes what it made. */
  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private get log(): string {
    return join(this.folder, 'log');
  }

  /** llama-server itself: the one process in the container that the started command is. */
  private pid(): number {
    const id = this.process?.pid ?? 0;
    const [first] = readFileSync(`/proc/${id}/task/${id}/children`, 'utf8').split(' ');
    return Number(first);
  }

  private async launch(): Promise<void> {
    const root = await rootOf(modelSuite);
    mkdirSync(this.folder, { recursive: true });
    copyFileSync(generator, join(this.folder, 'tiny_gguf.py'));
    const output = openSync(this.log, 'w');
    const inner = ['sh', '-euc', script, 'model-server', this.folder, this.host, String(this.port), ...this.size];
    const layer = join(this.folder, `layer-${(this.starts += 1)}`);
    const [program = '', ...args] = [...this.network, ...contained(layered(root, layer, inner))];
    this.process = spawn(program, args, { stdio: ['ignore', output, output] });
    closeSync(output);
  }

  private async until(what: string, look: () => Promise<boolean>): Promise<void> {
    const child = this.process;
    try {
      await until(
        what,
        () => {
          if (child?.exitCode != null) throw new Error(`llama-server ended with status ${child.exitCode}.`);
          return look();
        },
        { limit: 60, every: 5 },
      );
    } catch (error) {
      await this.stop();
      const said = readFileSync(this.log, 'utf8').split('\n').slice(-15).join('\n');
      throw new Error(`${(error as Error).message}\n${said}`, { cause: error });
    }
  }
}

/** Gives a test file a llama-server, which runs before its first test and is gone after its last. */
export function useModelServer(options: ModelServerOptions = {}): ModelServer {
  const server = new ModelServer(options);
  beforeAll(() => server.start());
  afterAll(() => server.remove());
  return server;
}

import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The built program, as it is installed. */
export const program = fileURLToPath(new URL('../../dist/service/cloudtolocalllm.mjs', import.meta.url));

/** Nothing that a test waits for takes longer, unless it never comes. Milliseconds. */
const patience = 15_000;

/** How a broker is to be started. */
export interface StartOptions {
  /** Written to a file that --config names; without it there is no --config. */
  readonly config?: object;
  readonly args?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** The folder that it works in, if not ours. */
  readonly cwd?: string;
}

/** A process of the program, with what it prints. */
export class Running {
  stdout = '';
  stderr = '';
  /** A folder of its own. */
  readonly folder = mkdtempSync(join(tmpdir(), 'cloudtolocalllm-'));
  readonly process: ChildProcessByStdio<null, Readable, Readable>;
  readonly #closed: Promise<unknown>;

  constructor(args: readonly string[], { config, env = {}, cwd }: StartOptions = {}) {
    const given = config === undefined ? [] : ['--config', this.write('config.json', JSON.stringify(config))];
    this.process = spawn(process.execPath, [program, ...args, ...given], {
      // Nothing of the machine's own session gets in.
      env: { PATH: process.env.PATH, HOME: this.folder, XDG_RUNTIME_DIR: this.folder, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      cwd,
    });
    this.process.stdout.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    this.process.stderr.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.#closed = once(this.process, 'close');
  }

  /** Writes a file into its folder. @returns its path */
  write(name: string, text: string, mode = 0o600): string {
    const path = join(this.folder, name);
    writeFileSync(path, text, { mode });
    return path;
  }

  /** Waits until it has ended. @returns its exit status, or the signal that ended it */
  async ended(): Promise<number | string | null> {
    await within(this.#closed, () => `the program did not end; it printed: ${this.stderr}`);
    return this.process.exitCode ?? this.process.signalCode;
  }

  /** Ends it, if it hasn't ended, and takes its folder away. */
  async release(): Promise<void> {
    if (this.process.exitCode === null && this.process.signalCode === null) this.process.kill('SIGKILL');
    await this.#closed;
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Waits until it has printed something. @returns what fits */
  async printed(pattern: RegExp): Promise<RegExpExecArray> {
    const found = async (): Promise<RegExpExecArray> => {
      for (;;) {
        const match = pattern.exec(this.stdout + this.stderr);
        if (match) return match;
        await Promise.race([
          once(this.process.stdout, 'data'),
          once(this.process.stderr, 'data'),
          this.#closed.then(() => {
            throw new Error(`the program ended without printing ${String(pattern)}: ${this.stdout}${this.stderr}`);
          }),
        ]);
      }
    };
    return within(found(), () => `${String(pattern)} was not printed, but: ${this.stdout}${this.stderr}`);
  }
}

/** A broker that serves. */
export class RunningBroker extends Running {
  /** http://HOST:PORT */
  address = '';

  constructor(options: StartOptions) {
    const bus = options.env?.DBUS_SESSION_BUS_ADDRESS === undefined ? ['--no-dbus'] : [];
    super(['serve', '--listen', '127.0.0.1:0', ...bus, ...(options.args ?? [])], options);
  }

  /** Starts a broker, and waits until it serves and has checked its connections once. */
  static async start(options: StartOptions): Promise<RunningBroker> {
    const broker = new RunningBroker(options);
    try {
      const [, address = ''] = await broker.printed(/answers on (http:\S+)[\s\S]*Ctrl-C/);
      broker.address = address;
    } catch (error) {
      await broker.release();
      throw error;
    }
    return broker;
  }

  /** Its status, as it tells it. */
  async status(): Promise<Status> {
    return (await (await fetch(`${this.address}/broker/status`)).json()) as Status;
  }

  /** Waits until its status fits. */
  async until(fits: (status: Status) => boolean): Promise<Status> {
    const end = Date.now() + patience;
    for (;;) {
      const status = await this.status();
      if (fits(status)) return status;
      if (Date.now() > end) throw new Error(`the status stayed ${JSON.stringify(status)}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

/** What /broker/status tells, as far as tests look at it. */
export interface Status {
  readonly state: string;
  readonly route: string;
  readonly activeConnection: string | null;
  readonly requestsInFlight: number;
  readonly connections: readonly {
    readonly id: string;
    readonly name: string;
    readonly state: string;
    readonly models: readonly string[];
    readonly loaded: readonly object[];
    readonly lastError: string | null;
    readonly breaker: string;
    readonly latency: number;
    readonly tokenState: string;
    readonly account: string | null;
  }[];
}

/** A promise, or an error if it takes too long. */
export async function within<T>(promise: Promise<T>, message: () => string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(message()));
    }, patience);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

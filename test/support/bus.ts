import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const schemas = fileURLToPath(new URL('../../schemas', import.meta.url));

/** A real session bus of a test's own, with the machine's services (dconf's among them) startable on it. */
export class PrivateBus {
  private constructor(
    /** For DBUS_SESSION_BUS_ADDRESS. */
    readonly address: string,
    /** Of everything on it, and of its clients. */
    readonly env: NodeJS.ProcessEnv,
    /** Ends it and what it started. */
    readonly stop: () => Promise<void>,
  ) {}

  static async start(): Promise<PrivateBus> {
    const home = mkdtempSync(join(tmpdir(), 'cloudtolocalllm-bus-'));
    const env = {
      PATH: process.env.PATH,
      HOME: home,
      XDG_RUNTIME_DIR: home,
      XDG_CONFIG_HOME: join(home, 'config'),
      XDG_DATA_DIRS: process.env.XDG_DATA_DIRS ?? '/usr/local/share:/usr/share',
      GSETTINGS_BACKEND: 'dconf',
      GSETTINGS_SCHEMA_DIR: home,
    };
    await run('glib-compile-schemas', ['--strict', '--targetdir', home, schemas]);
    const daemon = spawn('dbus-daemon', ['--session', '--nofork', '--print-address'], {
      env,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const closed = once(daemon, 'close');
    const [address] = (await once(createInterface(daemon.stdout), 'line')) as [string];
    return new PrivateBus(address, { ...env, DBUS_SESSION_BUS_ADDRESS: address }, async () => {
      daemon.kill('SIGTERM');
      await closed;
      rmSync(home, { recursive: true, force: true });
    });
  }

  /** Runs a program on it. @returns what it printed */
  async run(program: string, ...args: string[]): Promise<string> {
    const { stdout } = await run(program, args, { env: this.env, timeout: 10_000 });
    return stdout;
  }

  /** Calls a method of the broker's with GLib's own client. @returns its answer in GVariant's text format */
  async call(path: string, method: string, ...args: string[]): Promise<string> {
    const destination = ['--session', '--dest', 'online.cloudtolocalllm.Broker', '--object-path', path];
    return (await this.run('gdbus', 'call', ...destination, '--method', method, ...args)).trim();
  }
}

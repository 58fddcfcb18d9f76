import { spawn, type ChildProcess } from 'node:child_process';
import {
  chownSync,
  closeSync,
  cpSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { temporaryPath } from './cache.ts';
import { attempt, contained, ended, run, type CommandOptions, type Outcome } from './commands.ts';
import { makeControlGroup, removeControlGroup } from './control-group.ts';
import { layered } from './layer.ts';
import { rootOf, user } from './root.ts';
import type { Suite } from './suites.ts';
import { until } from './wait.ts';

/** A PID 1 of systemd's shuts down at this signal: SIGRTMIN+4, which Node has no name for. */
const powerOff = 38;

/**
 * Boots the system in the current folder, within the control group $1. Without leave to lock memory the shell would end as
 * soon as it shows a keyring's prompt: passwords are kept out of swap.
 */
const start = `
echo 0 >"$1/cgroup.procs"
exec systemd-nspawn --register=no --keep-unit --boot --console=pipe --system-call-filter=@memlock --directory=.
`;

/** A Debian system that runs under its own systemd, on a layer above the cached root, sharing this machine's network. */
export class Machine {
  private constructor(
    readonly suite: Suite,
    private readonly container: ChildProcess,
    private readonly init: number,
    private readonly folder: string,
    private readonly group: string,
  ) {}

  /**
   * Boots a suite's system, made first if it hasn't been, and waits for the user's session bus.
   * @throws Error when it can't be made or doesn't come up, with what it said
   */
  static async boot(suite: Suite): Promise<Machine> {
    const root = await rootOf(suite);
    const folder = temporaryPath('machine');
    mkdirSync(folder);
    const log = join(folder, 'console');
    const output = openSync(log, 'w');
    const group = makeControlGroup(`cloudtolocalllm-${basename(folder)}`);
    const system = ['sh', '-euc', start, 'start', group];
    const [program = '', ...args] = contained(layered(root, join(folder, 'layer'), system));
    const container = spawn(program, args, {
      stdio: ['ignore', output, output],
      // The host's own control groups may be of the old kind, which today's systemd doesn't boot on.
      env: { ...process.env, SYSTEMD_NSPAWN_UNIFIED_HIERARCHY: '1' },
    });
    closeSync(output);
    try {
      const init = await until('the system’s first process', () => initOf(container), { limit: 60 });
      const machine = new Machine(suite, container, init, folder, group);
      await machine.untilUp();
      return machine;
    } catch (error) {
      container.kill('SIGKILL');
      await ended(container);
      const said = readFileSync(log, 'utf8').split('\n').slice(-15).join('\n');
      rmSync(folder, { recursive: true, force: true });
      await removeControlGroup(group);
      throw new Error(`${suite.title} did not boot: ${(error as Error).message}\n${said}`, { cause: error });
    }
  }

  /** Runs a command inside as root; see run() of commands.ts. */
  asRoot(command: readonly string[], options?: CommandOptions): Promise<string> {
    return run(this.inside(command), options);
  }

  /** As asRoot, for a command that may fail; see attempt() of commands.ts. */
  tryAsRoot(command: readonly string[], options?: CommandOptions): Promise<Outcome> {
    return attempt(this.inside(command), options);
  }

  /** Runs a command inside as the desktop's user, in the environment of their session; see run() of commands.ts. */
  asUser(command: readonly string[], options?: CommandOptions): Promise<string> {
    return run(this.insideAsUser(command), options);
  }

  /** As asUser, for a command that may fail; see attempt() of commands.ts. */
  tryAsUser(command: readonly string[], options?: CommandOptions): Promise<Outcome> {
    return attempt(this.insideAsUser(command), options);
  }

  /** A path inside as a path of this machine. */
  path(inside: string): string {
    return join('/proc', String(this.init), 'root', inside);
  }

  /** Copies a file or folder to a path inside, in the possession of the desktop's user. */
  give(source: string, inside: string): void {
    const target = this.path(inside);
    mkdirSync(dirname(target), { recursive: true });
    cpSync(source, target, { recursive: true });
    const home = this.path(user.home);
    for (let path = dirname(target); path.startsWith(`${home}/`); path = dirname(path))
      chownSync(path, user.id, user.id);
    own(target);
  }

  /**
   * Shuts the system down as a person would, and removes all traces of it. A system that doesn't go in 20 s is killed.
   * @throws Error in that case, since something in it refuses to end
   */
  async halt(): Promise<void> {
    let refused = false as boolean; // Set below, which TypeScript doesn't see.
    const timer = setTimeout(() => {
      refused = true;
      this.container.kill('SIGKILL');
    }, 20_000);
    if (this.container.exitCode === null) process.kill(this.init, powerOff);
    await ended(this.container);
    clearTimeout(timer);
    rmSync(this.folder, { recursive: true, force: true });
    await removeControlGroup(this.group);
    if (refused) throw new Error(`${this.suite.title} did not shut down within 20 s and was killed.`);
  }

  private inside(command: readonly string[]): string[] {
    return ['nsenter', '--target', String(this.init), '--all', '--', ...command];
  }

  private insideAsUser(command: readonly string[]): string[] {
    const runtime = `/run/user/${user.id}`;
    const session = {
      HOME: user.home,
      USER: user.name,
      LANG: 'C.UTF-8',
      PATH: `${user.home}/.local/bin:/usr/bin:/bin`,
      XDG_RUNTIME_DIR: runtime,
      DBUS_SESSION_BUS_ADDRESS: `unix:path=${runtime}/bus`,
      WAYLAND_DISPLAY: 'wayland-0',
      XDG_SESSION_TYPE: 'wayland',
      XDG_CURRENT_DESKTOP: 'GNOME',
    };
    const identity = ['setpriv', `--reuid=${user.id}`, `--regid=${user.id}`, '--init-groups'];
    const variables = Object.entries(session).map(([name, value]) => `${name}=${value}`);
    return this.inside([...identity, 'env', '--chdir', user.home, '-i', ...variables, ...command]);
  }

  private async untilUp(): Promise<void> {
    await until('its systemd', async () => (await attempt(this.inside(['systemctl', 'list-jobs']))).status === 0, {
      limit: 60,
    });
    // Ends when no job is left; its status tells of failed units, which are this bare system's own affair.
    await attempt(this.inside(['systemctl', 'is-system-running', '--wait']), { limit: 60 });
    const ready = ['systemctl', '--user', 'is-active', 'dbus.socket'];
    await until('the user’s session bus', async () => (await this.tryAsUser(ready)).status === 0, { limit: 30 });
  }
}

/** The PID of the system that a container runs: the only child of its only child, once that has become a systemd. */
function initOf(container: ChildProcess): number | undefined {
  if (container.exitCode !== null) throw new Error(`The container ended with status ${container.exitCode}.`);
  const nspawn = container.pid && onlyChild(container.pid);
  const init = nspawn ? onlyChild(nspawn) : undefined;
  // Until then the container has children that come and go: mount, copies of nspawn itself.
  return init && processFile(init, 'comm') === 'systemd\n' ? init : undefined;
}

function onlyChild(id: number): number | undefined {
  return Number(processFile(id, `task/${id}/children`).trim().split(' ')[0]) || undefined;
}

/** A file of a process's folder in /proc; empty if the process isn't there yet or has just gone. */
function processFile(id: number, name: string): string {
  try {
    return readFileSync(`/proc/${id}/${name}`, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return '';
    throw error;
  }
}

/** Makes the desktop's user the owner of a file or of a folder with all that is in it. */
function own(path: string): void {
  chownSync(path, user.id, user.id);
  if (lstatSync(path).isDirectory()) for (const name of readdirSync(path)) own(join(path, name));
}

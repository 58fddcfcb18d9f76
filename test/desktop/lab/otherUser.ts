import type { CommandOptions, Outcome } from './commands.ts';
import type { Machine } from './machine.ts';
import { until } from './wait.ts';

/** Somebody else who may log in to a machine: a second person's account, without rights over the first one's. */
export class OtherUser {
  static readonly id = 1001;
  private static readonly home = '/home/other';
  private session: readonly string[] = [];

  private constructor(private readonly machine: Machine) {}

  /** Makes the account. It goes with the machine. */
  static async create(machine: Machine): Promise<OtherUser> {
    await machine.asRoot(['useradd', '--create-home', '--uid', String(OtherUser.id), 'other']);
    return new OtherUser(machine);
  }

  /** Gives them a user manager and a session bus, as logging in does. They stay until the machine is halted. */
  async logIn(): Promise<void> {
    await this.machine.asRoot(['touch', '/var/lib/systemd/linger/other']);
    await this.machine.asRoot(['systemctl', 'start', `user@${OtherUser.id}.service`], { limit: 60 });
    const runtime = `/run/user/${OtherUser.id}`;
    this.session = [`XDG_RUNTIME_DIR=${runtime}`, `DBUS_SESSION_BUS_ADDRESS=unix:path=${runtime}/bus`];
    const ready = ['systemctl', '--user', 'is-active', 'dbus.socket'];
    await until('their session bus', async () => (await this.tries(ready)).status === 0);
  }

  /** Runs a command as them, which may fail; see attempt() of commands.ts. */
  tries(command: readonly string[], options?: CommandOptions): Promise<Outcome> {
    const identity = ['setpriv', `--reuid=${OtherUser.id}`, `--regid=${OtherUser.id}`, '--init-groups'];
    const environment = [`HOME=${OtherUser.home}`, 'USER=other', 'LANG=C.UTF-8', 'PATH=/usr/bin:/bin', ...this.session];
    return this.machine.tryAsRoot(
      [...identity, 'env', '--chdir', OtherUser.home, '-i', ...environment, ...command],
      options,
    );
  }
}

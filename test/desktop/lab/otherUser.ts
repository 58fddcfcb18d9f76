import type { CommandOptions, Outcome } from './commands.ts';
import type { Machine } from './machine.ts';

/** Somebody else who may log in to a machine: a second person's account, without rights over the first one's. */
export class OtherUser {
  static readonly id = 1001;
  private static readonly home = '/home/other';

  private constructor(private readonly machine: Machine) {}

  /** Makes the account. It goes with the machine. */
  static async create(machine: Machine): Promise<OtherUser> {
    await machine.asRoot(['useradd', '--create-home', '--uid', String(OtherUser.id), 'other']);
    return new OtherUser(machine);
  }

  /** Runs a command as them, which may fail; see attempt() of commands.ts. */
  tries(command: readonly string[], options?: CommandOptions): Promise<Outcome> {
    const identity = ['setpriv', `--reuid=${OtherUser.id}`, `--regid=${OtherUser.id}`, '--init-groups'];
    const environment = [`HOME=${OtherUser.home}`, 'USER=other', 'LANG=C.UTF-8', 'PATH=/usr/bin:/bin'];
    return this.machine.tryAsRoot(
      [...identity, 'env', '--chdir', OtherUser.home, '-i', ...environment, ...command],
      options,
    );
  }
}

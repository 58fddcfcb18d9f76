import { Keyboard } from './keyboard.ts';
import type { Machine } from './machine.ts';
import type { Shell } from './shell.ts';
import { until } from './wait.ts';

const folder = '.local/share/keyrings';

const collection = '/org/freedesktop/secrets/collection/login';

/** The user's keyring, with GNOME's own program behind it. */
export class Keyring {
  private readonly keyboard: Keyboard;

  constructor(
    private readonly machine: Machine,
    private readonly shell: Shell,
  ) {
    this.keyboard = new Keyboard(shell);
  }

  /** Makes the keyring that a first login makes, with this password. Nobody logs in here, and so it is locked. */
  async create(password: string): Promise<void> {
    // The daemon makes it before it answers anything, and would run on; the session has its own.
    const daemon = `printf %s "$0" | gnome-keyring-daemon --unlock --foreground --components=secrets & \
      until test -s ${folder}/login.keyring; do sleep 0.1; done; kill $!; wait`;
    // Its socket, too: a daemon that ends takes that away.
    const units = ['gnome-keyring-daemon.socket', 'gnome-keyring-daemon.service'];
    await this.machine.asUser(['systemctl', '--user', 'stop', ...units]);
    await this.machine.asUser(['sh', '-c', daemon, password], { limit: 20 });
    await this.machine.asUser(['systemctl', '--user', 'start', ...units]);
  }

  /** Locks it, as a session does that is left alone. */
  async lock(): Promise<void> {
    const service = ['org.freedesktop.secrets', '/org/freedesktop/secrets', 'org.freedesktop.Secret.Service'];
    await this.machine.asUser(['busctl', '--user', 'call', ...service, 'Lock', 'ao', '1', collection]);
  }

  /** Whether it is locked. */
  async isLocked(): Promise<boolean> {
    const locked = ['org.freedesktop.secrets', collection, 'org.freedesktop.Secret.Collection', 'Locked'];
    return (await this.machine.asUser(['busctl', '--user', 'get-property', ...locked])).trim() === 'b true';
  }

  /** What it keeps with these attributes, null if there is nothing, or if it is locked. */
  async lookUp(attributes: Readonly<Record<string, string>>): Promise<string | null> {
    const { status, stdout } = await this.machine.tryAsUser([
      'secret-tool',
      'lookup',
      ...Object.entries(attributes).flat(),
    ]);
    return status === 0 ? stdout : null;
  }

  /** Waits until the shell asks for the password, and types this. */
  async answer(password: string): Promise<void> {
    await this.untilAsked();
    await this.keyboard.type(password);
    await this.keyboard.press('Return');
    await this.untilGone();
  }

  /** Waits until the shell asks for the password, and closes that. */
  async dismiss(): Promise<void> {
    await this.untilAsked();
    await this.keyboard.press('Escape');
    await this.untilGone();
  }

  private async untilAsked(): Promise<void> {
    const asked = `
      const focus = global.stage.key_focus;
      return Main.modalCount > 0 && focus instanceof Clutter.Text && focus.get_parent() instanceof St.PasswordEntry;`;
    await until('the shell to ask for the keyring’s password', () => this.shell.evaluate<boolean>(asked));
  }

  private async untilGone(): Promise<void> {
    await until('the question to go', () => this.shell.evaluate<boolean>('return Main.modalCount === 0;'));
  }
}

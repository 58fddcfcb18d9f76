import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Bus, variant } from '../../service/dbus/bus.js';
import type { PrivateBus } from './bus.ts';

const name = 'org.freedesktop.secrets';
const root = '/org/freedesktop/secrets';
const service = 'org.freedesktop.Secret.Service';
/** By which GNOME's own programs open a collection without a prompt. */
const internal = 'org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface';

/** Where GNOME Keyring keeps what it unlocks at login. */
export const loginCollection = `${root}/collection/login`;

/** A real GNOME Keyring on a bus of a test's own, with that bus's home folder. */
export class GnomeKeyring {
  #process: ChildProcess | undefined;

  constructor(private readonly bus: PrivateBus) {}

  /** Starts it, and waits until it answers. @param password of the collection `login`; without it nothing is unlocked */
  async start(password?: string): Promise<void> {
    const args = ['--foreground', '--components=secrets', ...(password === undefined ? [] : ['--unlock'])];
    this.#process = spawn('gnome-keyring-daemon', args, { env: this.bus.env, stdio: ['pipe', 'ignore', 'ignore'] });
    this.#process.stdin?.end(password);
    await this.bus.run('gdbus', 'wait', '--session', '--timeout', '10', name);
  }

  /** Ends it, as a crash would. */
  async kill(): Promise<void> {
    if (this.#process === undefined || this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const closed = once(this.#process, 'close');
    this.#process.kill('SIGKILL');
    await closed;
  }

  /** Locks the collection `login`, as another program would. */
  async lock(): Promise<void> {
    await this.#call(`${service}.Lock`, `['${loginCollection}']`);
  }

  /** Unlocks the collection `login`, as another program would. */
  async unlock(password: string): Promise<void> {
    const target = { path: root, interface: internal, member: 'UnlockWithMasterPassword' };
    await this.#inPlainSession(async (other, session) => {
      const secret = [session, Buffer.alloc(0), Buffer.from(password), 'text/plain'];
      await other.call(name, target, 'o(oayays)', loginCollection, secret);
    });
  }

  /** Stores any bytes in the collection `login`, as another program would. */
  async store(attributes: Readonly<Record<string, string>>, secret: Buffer): Promise<void> {
    const target = { path: loginCollection, interface: 'org.freedesktop.Secret.Collection', member: 'CreateItem' };
    const properties = { 'org.freedesktop.Secret.Item.Attributes': variant('a{ss}', attributes) };
    await this.#inPlainSession(async (other, session) => {
      const sent = [session, Buffer.alloc(0), secret, 'application/octet-stream'];
      await other.call(name, target, 'a{sv}(oayays)b', properties, sent, true);
    });
  }

  async #inPlainSession(use: (other: Bus, session: string) => Promise<void>): Promise<void> {
    const other = await Bus.connect(this.bus.address);
    try {
      const open = { path: root, interface: service, member: 'OpenSession' };
      const answer = await other.call(name, open, 'sv', 'plain', variant('s', ''));
      const [, session] = answer as [unknown, string];
      await use(other, session);
    } finally {
      await other.close();
    }
  }

  async #call(method: string, ...args: string[]): Promise<void> {
    await this.bus.run(
      'gdbus',
      'call',
      '--session',
      '--dest',
      name,
      '--object-path',
      root,
      '--method',
      method,
      ...args,
    );
  }
}

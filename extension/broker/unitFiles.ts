import Gio from 'gi://Gio';
import GLib from 'gi://GLib';

import { call } from './bus.js';

const SYSTEMD = { destination: 'org.freedesktop.systemd1', path: '/org/freedesktop/systemd1' };
const MANAGER = 'org.freedesktop.systemd1.Manager';

/** A unit was to be started anew, and systemd says that it didn't come to that. */
export class JobFailed extends Error {
  override readonly name = 'JobFailed';

  /** @param result - in systemd's word, for instance "failed" */
  constructor(readonly result: string) {
    super(`systemd says “${result}”`);
  }
}

/** How units are set up in the user's systemd, and what changes that (org.freedesktop.systemd1(5)). */
export class UnitFiles {
  readonly #bus = Gio.DBus.session;
  readonly #cancellable = new Gio.Cancellable();
  /** systemd tells of jobs only while somebody has said that they listen. */
  #subscribed: Promise<unknown> | null = null;

  /** Whether a unit starts with the session. */
  async startsWithSession(unit: string): Promise<boolean> {
    const reply = await this.#ask('GetUnitFileState', new GLib.Variant('(s)', [unit]));
    const [state] = reply.deepUnpack<[string]>();
    return state.startsWith('enabled');
  }

  /** Has a unit start with the session, as its file says what that means, or only when it is needed. */
  async setStartsWithSession(unit: string, starts: boolean): Promise<void> {
    await (starts
      ? this.#ask('EnableUnitFiles', new GLib.Variant('(asbb)', [[unit], false, false]))
      : this.#ask('DisableUnitFiles', new GLib.Variant('(asb)', [[unit], false])));
    await this.reload();
  }

  /** Where a socket unit listens, in systemd's spelling; nothing if there is no such unit. */
  async listensAt(socket: string): Promise<string[]> {
    const reply = await this.#property(socket, 'Socket', 'Listen');
    const [listen] = reply.recursiveUnpack<[[kind: string, address: string][]]>();
    return listen.map(([, address]) => address);
  }

  /** Whether a unit was to be started and couldn't. */
  async hasFailed(unit: string): Promise<boolean> {
    const [state] = (await this.#property(unit, 'Unit', 'ActiveState')).recursiveUnpack<[string]>();
    return state === 'failed';
  }

  /** Has systemd read all units' files again. */
  async reload(): Promise<void> {
    await this.#ask('Reload');
  }

  /** Ends a unit and starts it again, with those that need it. @throws {JobFailed} if it doesn't start */
  async restart(unit: string): Promise<void> {
    this.#subscribed ??= this.#ask('Subscribe');
    await this.#subscribed;
    const results = new Map<string, string>();
    let onRemoved = (): void => undefined;
    const following = this.#bus.signal_subscribe(
      SYSTEMD.destination,
      MANAGER,
      'JobRemoved',
      SYSTEMD.path,
      null,
      Gio.DBusSignalFlags.NONE,
      (_bus, _sender, _path, _interface, _signal, parameters) => {
        const [, job, , result] = parameters.deepUnpack<[number, string, string, string]>();
        results.set(job, result);
        onRemoved();
      },
    );
    const given = this.#cancellable.connect(() => {
      onRemoved();
    });
    try {
      const reply = await this.#ask('RestartUnit', new GLib.Variant('(ss)', [unit, 'replace']));
      const [job] = reply.deepUnpack<[string]>();
      // It may have ended before the answer was read.
      if (!results.has(job)) {
        await new Promise<void>((resolve) => {
          onRemoved = () => {
            if (results.has(job) || this.#cancellable.is_cancelled()) resolve();
          };
        });
      }
      this.#cancellable.set_error_if_cancelled();
      const result = results.get(job) ?? '';
      if (result !== 'done') throw new JobFailed(result);
    } finally {
      this.#bus.signal_unsubscribe(following);
      this.#cancellable.disconnect(given);
    }
  }

  /** Gives up what is under way. */
  destroy(): void {
    this.#cancellable.cancel();
  }

  /** A property of a unit, and of which of its interfaces. */
  async #property(unit: string, kind: 'Socket' | 'Unit', name: string): Promise<GLib.Variant> {
    const [path] = (await this.#ask('LoadUnit', new GLib.Variant('(s)', [unit]))).deepUnpack<[string]>();
    const parameters = new GLib.Variant('(ss)', [`org.freedesktop.systemd1.${kind}`, name]);
    const properties = { ...SYSTEMD, path, interface: 'org.freedesktop.DBus.Properties' };
    return call(this.#bus, { ...properties, method: 'Get', parameters }, this.#cancellable);
  }

  #ask(method: string, parameters?: GLib.Variant): Promise<GLib.Variant> {
    const request = { ...SYSTEMD, interface: MANAGER, method, ...(parameters && { parameters }) };
    return call(this.#bus, request, this.#cancellable);
  }
}

import Gio from 'gi://Gio';
import GLib from 'gi://GLib';

import { type Call, call, isCancelled } from './bus.js';
import type { UnitOwner } from './contract.js';

const SYSTEMD = {
  destination: 'org.freedesktop.systemd1',
  path: '/org/freedesktop/systemd1',
  interface: 'org.freedesktop.systemd1.Manager',
};

/** Milliseconds. A person may have to enter a password first. */
const PATIENCE = 200_000;

/** What can be asked of the two systemds, the user's and the machine's (org.freedesktop.systemd1(5)). */
export class Units {
  readonly #cancellable: Gio.Cancellable;

  /** @param cancellable - ends what is under way */
  constructor(cancellable: Gio.Cancellable) {
    this.#cancellable = cancellable;
  }

  /** Whose systemd knows a unit; the user's is asked first. */
  async ownerOf(unit: string): Promise<UnitOwner> {
    if ((await this.fileState('user', unit)) !== '') return 'user';
    return (await this.fileState('system', unit)) === '' ? '' : 'system';
  }

  /** How a unit's file is installed, in systemd's words, for instance "enabled"; "" if there is none. */
  async fileState(owner: 'user' | 'system', unit: string): Promise<string> {
    try {
      const reply = await this.#ask(owner, 'GetUnitFileState', new GLib.Variant('(s)', [unit]));
      const [state] = reply.deepUnpack<[string]>();
      return state;
    } catch (error) {
      // That is how both systemds, and a bus without one, say that there is no such unit.
      if (isCancelled(error)) throw error;
      return '';
    }
  }

  /** Starts a unit. The machine's systemd may have the person enter a password. */
  async start(owner: 'user' | 'system', unit: string): Promise<void> {
    await this.#ask(owner, 'StartUnit', new GLib.Variant('(ss)', [unit, 'replace']));
  }

  /** Ends a unit of the user's and starts it again. */
  async restart(unit: string): Promise<void> {
    await this.#ask('user', 'RestartUnit', new GLib.Variant('(ss)', [unit, 'replace']));
  }

  #ask(owner: 'user' | 'system', method: string, parameters: GLib.Variant): Promise<GLib.Variant> {
    const request: Call = { ...SYSTEMD, method, parameters, timeout: PATIENCE, interactive: owner === 'system' };
    return call(owner === 'user' ? Gio.DBus.session : Gio.DBus.system, request, this.#cancellable);
  }
}

import type Gio from 'gi://Gio';
import GLib from 'gi://GLib';

import { call } from './bus.js';
import {
  BROKER_INTERFACE,
  BROKER_PATH,
  BUS_NAME,
  type FoundServer,
  PULL_INTERFACE,
  type TestResult,
} from './contract.js';

/** Milliseconds. Taking a model out of memory waits for the request that it still answers. */
const UNLOAD_TIMEOUT = 60_000;

/** What can be asked of the service about connections and models. Each promise fails with an error of GIO's, for people. */
export class Requests {
  readonly #bus: Gio.DBusConnection;
  readonly #cancellable: Gio.Cancellable;

  /**
   * @param bus - the bus that the service is on
   * @param cancellable - ends what is under way
   */
  constructor(bus: Gio.DBusConnection, cancellable: Gio.Cancellable) {
    this.#bus = bus;
    this.#cancellable = cancellable;
  }

  /** Chooses the route. */
  async setRoute(route: string): Promise<void> {
    const parameters = new GLib.Variant('(ssv)', [BROKER_INTERFACE, 'Route', new GLib.Variant('s', route)]);
    const properties = { destination: BUS_NAME, path: BROKER_PATH, interface: 'org.freedesktop.DBus.Properties' };
    await call(this.#bus, { ...properties, method: 'Set', parameters }, this.#cancellable);
  }

  /** Switches a connection on or off. */
  async setEnabled(connection: string, enabled: boolean): Promise<void> {
    await this.#ask('SetEnabled', new GLib.Variant('(sb)', [connection, enabled]));
  }

  /** Tries a connection now. */
  async test(connection: string): Promise<TestResult> {
    const reply = await this.#ask('Test', new GLib.Variant('(s)', [connection]));
    const [state, latency, error] = reply.deepUnpack<[TestResult['state'], number, string]>();
    return { state, latency, error };
  }

  /** Has a server fetch a model, and promises the path of the pull. */
  async pull(connection: string, model: string): Promise<string> {
    const reply = await this.#ask('Pull', new GLib.Variant('(ss)', [connection, model]));
    const [path] = reply.deepUnpack<[string]>();
    return path;
  }

  /** Ends a pull, or forgets one that has ended. */
  async cancelPull(path: string): Promise<void> {
    const pull = { destination: BUS_NAME, path, interface: PULL_INTERFACE };
    await call(this.#bus, { ...pull, method: 'Cancel' }, this.#cancellable);
  }

  /** Takes a model out of a server's memory. */
  async unload(connection: string, model: string): Promise<void> {
    await this.#ask('Unload', new GLib.Variant('(ss)', [connection, model]), UNLOAD_TIMEOUT);
  }

  /** Looks for servers of models on this machine that no connection names. */
  async discover(): Promise<FoundServer[]> {
    const [found] = (await this.#ask('Discover')).recursiveUnpack<[FoundServer[]]>();
    return found;
  }

  /** What the service says of itself for a report of a problem. */
  async report(): Promise<string> {
    const [report] = (await this.#ask('Report')).deepUnpack<[string]>();
    return report;
  }

  #ask(method: string, parameters?: GLib.Variant, timeout?: number): Promise<GLib.Variant> {
    const request = { destination: BUS_NAME, path: BROKER_PATH, interface: BROKER_INTERFACE, method };
    return call(
      this.#bus,
      { ...request, ...(parameters && { parameters }), ...(timeout && { timeout }) },
      this.#cancellable,
    );
  }
}

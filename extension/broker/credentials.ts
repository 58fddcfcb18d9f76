import type Gio from 'gi://Gio';
import GLib from 'gi://GLib';

import { call } from './bus.js';
import { BROKER_INTERFACE, BROKER_PATH, BUS_NAME, type Invitation } from './contract.js';

/** Milliseconds. The service gives a person three minutes to unlock the keyring, and then says so. */
const PATIENCE = 200_000;

/**
 * What a person can have the service do about credentials. Each promise fails with an error of GIO's whose message is for
 * people. Tokens only go there: none ever comes back.
 */
export class Credentials {
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

  /** Has the person asked to unlock the keyring, and is done when it is. */
  async unlock(): Promise<void> {
    await this.#ask('Unlock');
  }

  /** Keeps a token for a connection, in place of the one before. */
  async setToken(connection: string, token: string): Promise<void> {
    await this.#ask('SetToken', connection, token);
  }

  /** Takes a connection's token out of the keyring. */
  async clearToken(connection: string): Promise<void> {
    await this.#ask('ClearToken', connection);
  }

  /** Begins to sign in with a browser of this machine. */
  login(connection: string): Promise<Invitation> {
    return this.#invited('Login', connection);
  }

  /** Begins to sign in with a browser of any machine, where a code is to be entered. */
  loginWithCode(connection: string): Promise<Invitation> {
    return this.#invited('LoginWithCode', connection);
  }

  /** Signs out, or gives up a sign-in that waits. Promises what could not be done at the provider, "" if all is done. */
  async logout(connection: string): Promise<string> {
    const [left] = (await this.#ask('Logout', connection)).deepUnpack<[string]>();
    return left;
  }

  async #invited(method: string, connection: string): Promise<Invitation> {
    const [url, code] = (await this.#ask(method, connection)).deepUnpack<[string, string]>();
    // It comes from the provider in the end, and other schemes start other programs than a browser.
    if (!/^https?:\/\//i.test(url)) throw new Error('the provider’s address is none for a browser');
    return { url, code };
  }

  #ask(method: string, ...args: string[]): Promise<GLib.Variant> {
    const parameters = GLib.Variant.new_tuple(args.map((arg) => GLib.Variant.new_string(arg)));
    const target = { destination: BUS_NAME, path: BROKER_PATH, interface: BROKER_INTERFACE };
    return call(this.#bus, { ...target, method, parameters, timeout: PATIENCE }, this.#cancellable);
  }
}

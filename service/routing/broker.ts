import { EventEmitter } from 'node:events';
import { isDeepStrictEqual } from 'node:util';
import type { Configuration, ConnectionSettings } from '../config/configuration.js';
import { isRoute } from '../config/validate.js';
import { Connection, type ConnectionStatus } from '../connections/connection.js';
import { Monitor } from '../connections/monitor.js';
import type { Credentials } from '../connections/credentials.js';
import { onRoute, type Scope, usable } from './choose.js';
import { RouteForbidden, UnknownConnection, UnknownRoute } from './errors.js';
import { type BrokerState, brokerState } from './state.js';

/** What is shown of the broker. */
export interface BrokerStatus {
  readonly version: string;
  readonly state: BrokerState;
  readonly route: string;
  /** Id of the connection that would serve next, '' if none would. */
  readonly active: string;
  readonly address: string;
  readonly requestsInFlight: number;
  readonly connections: readonly ConnectionStatus[];
}

interface Watched {
  readonly connection: Connection;
  readonly monitor: Monitor;
}

/** What the broker is given from outside. */
export interface BrokerOptions {
  readonly version: string;
  /** The address to give to applications. */
  readonly address: string;
  /** Makes a connection's credentials. */
  readonly credentials: (settings: ConnectionSettings) => Credentials;
  /** Keeps a route that was chosen, where configuration is kept; the broker itself only follows it. */
  readonly keepRoute: (route: string) => Promise<void>;
  /** Keeps whether a connection may be used, likewise. */
  readonly keepEnabled: (id: string, enabled: boolean) => Promise<void>;
}

/** Owns the connections and the route. Emits `changed` after anything of `status` has. */
export class Broker extends EventEmitter<{ changed: [] }> {
  #watched: readonly Watched[] = [];
  #route = 'automatic';
  #continuation = true;
  #inFlight = 0;

  constructor(private readonly options: BrokerOptions) {
    super();
  }

  /** What is shown of it. */
  get status(): BrokerStatus {
    return this.statusWithin(undefined);
  }

  /** What is shown of it to somebody for whom there are only these connections. */
  statusWithin(only: Scope['only']): BrokerStatus {
    const { version, address } = this.options;
    const connections = this.within(only);
    return {
      version,
      state: brokerState(connections.map(({ state }) => state)),
      route: this.#route,
      active: firstOf(connections, this.#route)?.settings.id ?? '',
      address,
      requestsInFlight: this.#inFlight,
      connections: connections.map(({ status }) => status),
    };
  }

  /** How it is as a whole. */
  get state(): BrokerState {
    return brokerState(this.connections.map(({ state }) => state));
  }

  /** Requests that are being answered now. */
  get requestsInFlight(): number {
    return this.#inFlight;
  }

  /** In the user's order of preference. */
  get connections(): readonly Connection[] {
    return this.#watched.map(({ connection }) => connection);
  }

  /** The one with an id. @throws {UnknownConnection} */
  connection(id: string): Connection {
    const found = this.connections.find(({ settings }) => settings.id === id);
    if (found === undefined) throw new UnknownConnection(id);
    return found;
  }

  /** In that order those that a request may use. */
  within(only: Scope['only']): readonly Connection[] {
    return only === undefined
      ? this.connections
      : this.connections.filter(({ settings }) => only.includes(settings.id));
  }

  get route(): string {
    return this.#route;
  }

  /** Whether an answer that breaks off is taken up by another connection. */
  get continuation(): boolean {
    return this.#continuation;
  }

  /** The connection that would be asked first now; nothing if none works. */
  get active(): Connection | undefined {
    return firstOf(this.connections, this.#route);
  }

  /** Takes over a configuration: what hasn't changed goes on undisturbed, requests that run end as they would have. */
  configure({ route, continuation, connections }: Configuration): void {
    this.#connect(connections);
    this.#route = route;
    this.#continuation = continuation;
    this.emit('changed');
  }

  #connect(connections: readonly ConnectionSettings[]): void {
    const before = new Map(this.#watched.map((watched) => [watched.connection.settings.id, watched]));
    this.#watched = connections.map((settings) => {
      const old = before.get(settings.id);
      if (old && isDeepStrictEqual(old.connection.settings, settings)) {
        before.delete(settings.id);
        return old;
      }
      const connection: Connection = new Connection(
        settings,
        // Two of them would renew the same session, and a provider takes that for theft; who signs in just now goes on.
        old && sameCredentials(old.connection.settings, settings)
          ? old.connection.credentials
          : this.options.credentials(settings),
        () => this.emit('changed'),
        () => {
          monitor.hurry();
        },
      );
      const monitor = new Monitor(connection);
      return { connection, monitor };
    });
    const inUse = new Set(this.connections.map(({ credentials }) => credentials));
    for (const { connection, monitor } of before.values()) {
      monitor.stop();
      connection.close();
      if (!inUse.has(connection.credentials)) void connection.credentials.close();
    }
  }

  /** Chooses the route for all requests that don't name their own. @throws {UnknownRoute} */
  async chooseRoute(route: string): Promise<void> {
    this.checkRoute({ route, only: undefined });
    this.#route = route;
    this.emit('changed');
    await this.options.keepRoute(route);
  }

  /** Switches a connection on or off. @throws {UnknownConnection} */
  async setEnabled(id: string, enabled: boolean): Promise<void> {
    if (this.connection(id).settings.enabled === enabled) return;
    this.#connect(this.connections.map(({ settings }) => (settings.id === id ? { ...settings, enabled } : settings)));
    this.emit('changed');
    await this.options.keepEnabled(id, enabled);
  }

  /** @throws {UnknownRoute | RouteForbidden} if a route means nothing here, or not to this request */
  checkRoute({ route, only }: Scope): void {
    if (route === undefined) return;
    if (
      only !== undefined &&
      !isRoute(
        route,
        only.map((id) => ({ id })),
      )
    )
      throw new RouteForbidden(route, only);
    const ids = this.within(only).map(({ settings }) => settings);
    if (!isRoute(route, ids)) {
      throw new UnknownRoute(
        route,
        ids.map(({ id }) => id),
      );
    }
  }

  /**
   * The connections that are switched on and on a request's route, in the user's order.
   *
   * @throws {UnknownRoute | RouteForbidden}
   */
  routed(scope: Scope): readonly Connection[] {
    this.checkRoute(scope);
    const route = scope.route ?? this.#route;
    return this.within(scope.only).filter((one) => one.state !== 'disabled' && onRoute(one, route));
  }

  /** Somebody uses the connections, or looks at them: they are checked more often for a while. */
  attend(): void {
    for (const { monitor } of this.#watched) monitor.attend();
  }

  /** Checks all connections now. Settles when all have answered or failed. */
  async refresh(): Promise<void> {
    this.attend();
    await Promise.all(this.connections.map((connection) => connection.check()));
  }

  /** Counts a request while it is being answered. @returns what ends the count, once */
  requestBegins(): () => void {
    this.#inFlight += 1;
    this.attend();
    this.emit('changed');
    let over = false;
    return () => {
      if (over) return;
      over = true;
      this.#inFlight -= 1;
      this.emit('changed');
    };
  }

  /** Stops checking and closes what is idle. Settles when nothing of credentials is on its way any more. */
  async close(): Promise<void> {
    const watched = this.#watched;
    this.#watched = [];
    for (const { connection, monitor } of watched) {
      monitor.stop();
      connection.close();
    }
    await Promise.all(watched.map(({ connection }) => connection.credentials.close()));
  }
}

/** Whether two settings of a connection mean the same credentials, by all that they are made of. */
function sameCredentials(one: ConnectionSettings, other: ConnectionSettings): boolean {
  const of = ({ id, name, url, place, token }: ConnectionSettings) => ({ id, name, url, place, token });
  return isDeepStrictEqual(of(one), of(other));
}

function firstOf(connections: readonly Connection[], route: string): Connection | undefined {
  return usable(connections, route).find(({ ready }) => ready);
}

import { EventEmitter } from 'node:events';
import { isDeepStrictEqual } from 'node:util';
import type { Configuration } from '../config/configuration.js';
import { isRoute } from '../config/validate.js';
import { Connection, type ConnectionStatus } from '../connections/connection.js';
import { Monitor } from '../connections/monitor.js';
import type { Token } from '../secrets/token.js';
import { onRoute, usable } from './choose.js';
import { UnknownRoute } from './errors.js';
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
  /** Finds a connection's token. */
  readonly token: (settings: Configuration['connections'][number]) => Token;
  /** Keeps a route that was chosen, where configuration is kept; the broker itself only follows it. */
  readonly keepRoute: (route: string) => Promise<void>;
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
    const { version, address } = this.options;
    return {
      version,
      state: this.state,
      route: this.#route,
      active: this.active?.settings.id ?? '',
      address,
      requestsInFlight: this.#inFlight,
      connections: this.connections.map(({ status }) => status),
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

  get route(): string {
    return this.#route;
  }

  /** Whether an answer that breaks off is taken up by another connection. */
  get continuation(): boolean {
    return this.#continuation;
  }

  /** The connection that would be asked first now; nothing if none works. */
  get active(): Connection | undefined {
    return usable(this.connections, this.#route).find(({ ready }) => ready);
  }

  /** Takes over a configuration: what hasn't changed goes on undisturbed, requests that run end as they would have. */
  configure({ route, continuation, connections }: Configuration): void {
    const before = new Map(this.#watched.map((watched) => [watched.connection.settings.id, watched]));
    this.#watched = connections.map((settings) => {
      const old = before.get(settings.id);
      if (old && isDeepStrictEqual(old.connection.settings, settings)) {
        before.delete(settings.id);
        return old;
      }
      const connection: Connection = new Connection(
        settings,
        this.options.token(settings),
        () => this.emit('changed'),
        () => {
          monitor.hurry();
        },
      );
      const monitor = new Monitor(connection);
      return { connection, monitor };
    });
    for (const { connection, monitor } of before.values()) {
      monitor.stop();
      connection.close();
    }
    this.#route = route;
    this.#continuation = continuation;
    this.emit('changed');
  }

  /** Chooses the route for all requests that don't name their own. @throws {UnknownRoute} */
  async chooseRoute(route: string): Promise<void> {
    this.checkRoute(route);
    this.#route = route;
    this.emit('changed');
    await this.options.keepRoute(route);
  }

  /** @throws {UnknownRoute} if a route means nothing here */
  checkRoute(route: string): void {
    const ids = this.connections.map(({ settings }) => settings);
    if (!isRoute(route, ids)) {
      throw new UnknownRoute(
        route,
        ids.map(({ id }) => id),
      );
    }
  }

  /**
   * The connections that are switched on and on a route, in the user's order.
   *
   * @param route undefined for the one that holds for all
   * @throws {UnknownRoute}
   */
  routed(route: string | undefined): readonly Connection[] {
    if (route !== undefined) this.checkRoute(route);
    return this.connections.filter((one) => one.state !== 'disabled' && onRoute(one, route ?? this.#route));
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

  /** Stops checking and closes what is idle. */
  close(): void {
    for (const { connection, monitor } of this.#watched) {
      monitor.stop();
      connection.close();
    }
    this.#watched = [];
  }
}

import broker1 from '../../schemas/online.cloudtolocalllm.Broker1.xml';
import connection1 from '../../schemas/online.cloudtolocalllm.Connection1.xml';
import type { ConnectionStatus } from '../connections/connection.js';
import type { Broker } from '../routing/broker.js';
import { UnknownRoute } from '../routing/errors.js';
import type { Log } from '../telemetry/log.js';
import { type Bus, BusError, variant } from './bus.js';
import { Exporter } from './exporter.js';

/** The name that the broker owns on the session bus. */
export const busName = 'online.cloudtolocalllm.Broker';

const root = '/online/cloudtolocalllm';
/** Where the broker itself is. */
export const brokerPath = `${root}/Broker`;
const connectionPath = (id: string): string => `${brokerPath}/connections/${id}`;

/** Changes that come within this time are told together. Milliseconds. */
const gathering = 20;

const invalidArgs = 'org.freedesktop.DBus.Error.InvalidArgs';

/** The broker on the session bus: itself, and an object for each connection. Only shows `broker`, and passes on what is asked. */
export class BrokerObjects {
  readonly #exporter: Exporter;
  readonly #shown = new Set<string>();
  #timer: NodeJS.Timeout | undefined;

  constructor(
    bus: Bus,
    private readonly broker: Broker,
    private readonly log: Log,
  ) {
    this.#exporter = new Exporter(bus, root);
    this.#exporter.add(brokerPath, broker1, {
      properties: () => brokerProperties(broker),
      set: (_property, value) => this.#chooseRoute(String(value)),
      call: (method, args) => this.#call(method, args),
    });
    this.#synchronize();
    broker.on('changed', this.#changed);
  }

  /** Tells of nothing any more. */
  close(): void {
    this.broker.off('changed', this.#changed);
    clearTimeout(this.#timer);
  }

  readonly #changed = (): void => {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#synchronize();
    }, gathering);
  };

  #synchronize(): void {
    const ids = new Set(this.broker.connections.map(({ settings }) => settings.id));
    for (const id of this.#shown) if (!ids.has(id)) this.#hide(id);
    for (const id of ids) if (!this.#shown.has(id)) this.#show(id);
    // Last, since it names connections that must be there by then.
    this.#exporter.announceChanges();
  }

  #show(id: string): void {
    this.#shown.add(id);
    let last: ConnectionStatus | undefined;
    this.#exporter.add(connectionPath(id), connection1, {
      // By id at each call: the connection behind it is a new one after each change of its settings.
      properties: () => {
        last = this.broker.connections.find(({ settings }) => settings.id === id)?.status ?? last;
        return last ? connectionProperties(last) : {};
      },
    });
  }

  #hide(id: string): void {
    this.#shown.delete(id);
    this.#exporter.remove(connectionPath(id));
  }

  async #chooseRoute(route: string): Promise<void> {
    try {
      await this.broker.chooseRoute(route);
    } catch (error) {
      if (error instanceof UnknownRoute) throw new BusError(invalidArgs, error.message);
      throw error;
    }
  }

  async #call(method: string, args: readonly unknown[]): Promise<readonly unknown[]> {
    if (method === 'Refresh') {
      void this.broker.refresh();
      return [];
    }
    const id = String(args[0]);
    const connection = this.broker.connections.find(({ settings }) => settings.id === id);
    if (connection === undefined) throw new BusError(invalidArgs, `there is no connection "${id}"`);
    await connection.check();
    this.log.debug(`checked ${id}: ${connection.state}`);
    const { state, latency, lastError } = connection.status;
    return [state, latency, lastError];
  }
}

function brokerProperties(broker: Broker): Record<string, unknown> {
  const { version, state, route, active, address, requestsInFlight } = broker.status;
  return {
    Version: version,
    State: state,
    Route: route,
    ActiveConnection: active === '' ? '/' : connectionPath(active),
    Address: address,
    RequestsInFlight: requestsInFlight,
  };
}

function connectionProperties(status: ConnectionStatus): Record<string, unknown> {
  return {
    Id: status.id,
    Name: status.name,
    Kind: status.kind,
    Place: status.place,
    Enabled: status.enabled,
    State: status.state,
    Latency: status.latency,
    Version: status.version,
    Models: status.models,
    Loaded: status.loaded.map(({ name, size, vram, expires }) => ({
      name: variant('s', name),
      size: variant('t', size),
      vram: variant('t', vram),
      expires: variant('x', expires),
    })),
    LastError: status.lastError,
    LastCheck: status.lastCheck,
    NextTry: status.nextTry,
    TokenState: status.tokenState,
  };
}

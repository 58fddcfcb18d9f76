import broker1 from '../../schemas/online.cloudtolocalllm.Broker1.xml';
import connection1 from '../../schemas/online.cloudtolocalllm.Connection1.xml';
import type { Connection, ConnectionStatus } from '../connections/connection.js';
import type { Broker } from '../routing/broker.js';
import { UnknownRoute } from '../routing/errors.js';
import { UnsuitedCredentials } from '../connections/credentials.js';
import { UnusableToken } from '../secrets/token.js';
import { type Bus, BusError, variant } from './bus.js';
import { Exporter } from './exporter.js';

/** The name that the broker owns on the session bus. */
export const busName = 'online.cloudtolocalllm.Broker';

const root = '/online/cloudtolocalllm';
/** Where the broker itself is. */
export const brokerPath = `${root}/Broker`;
/** Where a connection is. */
export const connectionPath = (id: string): string => `${brokerPath}/connections/${id}`;

/** Changes that come within this time are told together. Milliseconds. */
const gathering = 20;

const invalidArgs = 'org.freedesktop.DBus.Error.InvalidArgs';

/**
 * The broker on the session bus: itself, and an object for each connection. Only shows `broker`, and passes on what is
 * asked; `unlock` asks the person to unlock the keyring.
 */
export class BrokerObjects {
  readonly #exporter: Exporter;
  readonly #shown = new Set<string>();
  #timer: NodeJS.Timeout | undefined;

  constructor(
    bus: Bus,
    private readonly broker: Broker,
    private readonly unlock: () => Promise<void>,
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
    if (method === 'Unlock') {
      await toldInWords(this.unlock());
      return [];
    }
    const [id, token] = args.map(String);
    const connection = this.broker.connections.find(({ settings }) => settings.id === id);
    if (connection === undefined) throw new BusError(invalidArgs, `there is no connection "${id ?? ''}"`);
    return toldInWords(this.#asked(method, connection, token ?? ''));
  }

  async #asked(method: string, connection: Connection, token: string): Promise<readonly unknown[]> {
    const { credentials } = connection;
    switch (method) {
      case 'Test': {
        await connection.check();
        const { state, latency, lastError } = connection.status;
        return [state, latency, text(lastError)];
      }
      case 'SetToken':
        await credentials.keep(token);
        return [];
      case 'ClearToken':
        await credentials.forget();
        return [];
      case 'Login':
      case 'LoginWithCode': {
        const { url, code } = await credentials.signIn(method === 'Login' ? 'browser' : 'device');
        return [url, code];
      }
      case 'Logout':
        return [await credentials.signOut()];
      default:
        throw new Error(`schemas/ declare the method ${method}, and nothing does it`);
    }
  }
}

/** What fails in a way that a person can do something about is told in its words; D-Bus has names only for a few kinds. */
async function toldInWords<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof UnsuitedCredentials || error instanceof UnusableToken) {
      throw new BusError(invalidArgs, error.message);
    }
    throw error;
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
    Name: text(status.name),
    Kind: status.kind,
    Place: status.place,
    Enabled: status.enabled,
    State: status.state,
    Latency: status.latency,
    Version: text(status.version),
    Models: status.models.map(text),
    Loaded: status.loaded.map(({ name, size, vram, expires }) => ({
      name: variant('s', text(name)),
      size: variant('t', count(size)),
      vram: variant('t', count(vram)),
      expires: variant('x', expires),
    })),
    LastError: text(status.lastError),
    LastCheck: status.lastCheck,
    NextTry: status.nextTry,
    TokenState: status.credentials.state,
    TokenSource: status.credentials.kind,
    Account: text(status.credentials.account),
    SignIn: text(status.credentials.signIn),
  };
}

/** As a string of D-Bus's, which holds no NUL (D-Bus specification, "Basic types"). What servers call things is theirs. */
function text(value: string): string {
  return value.replaceAll('\0', '\uFFFD');
}

/** As an unsigned number; what a server says is one, but isn't, is 0. */
function count(value: number): number {
  return Number.isFinite(value) ? Math.min(Math.max(0, Math.trunc(value)), Number.MAX_SAFE_INTEGER) : 0;
}

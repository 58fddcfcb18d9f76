import broker1 from '../../schemas/online.cloudtolocalllm.Broker1.xml';
import connection1 from '../../schemas/online.cloudtolocalllm.Connection1.xml';
import type { Found } from '../connections/discovery.js';
import type { Problems } from '../config/problems.js';
import type { ConnectionStatus } from '../connections/connection.js';
import type { Broker } from '../routing/broker.js';
import { NotManaged, UnknownConnection, UnknownRoute } from '../routing/errors.js';
import { checkManaged } from '../routing/managing.js';
import type { Pulls } from '../routing/pulls.js';
import { UnsuitedCredentials } from '../connections/credentials.js';
import { UnusableToken } from '../secrets/token.js';
import { type Bus, BusError, variant } from './bus.js';
import { Exporter } from './exporter.js';
import type { PullObjects } from './pullObjects.js';
import { count, text } from './values.js';

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

/** What is shown and asked on the bus beside the broker itself. */
export interface BusServices {
  /** Path of the configuration file, '' if there is none. */
  readonly file: string;
  readonly problems: Problems;
  /** What pulls models; made when it is asked for. */
  readonly pulls: () => Promise<Pulls>;
  /** Looks for servers of models that no connection names. */
  readonly discover: () => Promise<readonly Found[]>;
  /** A text for a report of a problem. */
  readonly report: () => Promise<string>;
  /** Asks the person to unlock the keyring. */
  readonly unlock: () => Promise<void>;
}

/** The broker on the session bus: itself, and an object for each connection. Only shows it, and passes on what is asked. */
export class BrokerObjects {
  readonly #exporter: Exporter;
  readonly #shown = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #pulls: PullObjects | undefined;

  constructor(
    bus: Bus,
    private readonly broker: Broker,
    private readonly services: BusServices,
  ) {
    this.#exporter = new Exporter(bus, root);
    this.#exporter.add(brokerPath, broker1, {
      properties: () => ({
        ...brokerProperties(broker),
        ConfigurationFile: text(services.file),
        Problems: services.problems.list.map(text),
      }),
      set: (_property, value) => toldInWords(broker.chooseRoute(String(value))),
      call: (method, args) => this.#call(method, args),
    });
    this.#synchronize();
    broker.on('changed', this.#changed);
    services.problems.on('changed', this.#changed);
  }

  /** Shows the pulls, too. */
  async show(pulls: Pulls): Promise<void> {
    const { PullObjects } = await import('./pullObjects.js');
    this.#pulls = new PullObjects(this.#exporter, `${brokerPath}/pulls`, pulls);
  }

  /** Tells of nothing any more. */
  close(): void {
    this.#pulls?.close();
    this.broker.off('changed', this.#changed);
    this.services.problems.off('changed', this.#changed);
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

  async #call(method: string, args: readonly unknown[]): Promise<readonly unknown[]> {
    return toldInWords(args.length === 0 ? this.#asked(method) : this.#askedOf(method, args));
  }

  async #asked(method: string): Promise<readonly unknown[]> {
    switch (method) {
      case 'Refresh':
        void this.broker.refresh();
        return [];
      case 'Discover':
        return [(await this.services.discover()).map(described)];
      case 'Report':
        return [text(await this.services.report())];
      case 'Unlock':
        await this.services.unlock();
        return [];
      default:
        throw undone(method);
    }
  }

  /** What names a connection first. */
  async #askedOf(method: string, [id, argument]: readonly unknown[]): Promise<readonly unknown[]> {
    const connection = this.broker.connection(String(id));
    const { credentials } = connection;
    switch (method) {
      case 'Test': {
        await connection.check();
        const { state, latency, lastError } = connection.status;
        return [state, latency, text(lastError)];
      }
      case 'SetEnabled':
        await this.broker.setEnabled(connection.settings.id, argument === true);
        return [];
      case 'Pull': {
        const model = String(argument);
        checkManaged(connection, 'pull', model);
        const pull = (await this.services.pulls()).pull(connection, model, { model });
        return [this.#pulls?.pathOf(pull)];
      }
      case 'Unload': {
        const model = String(argument);
        checkManaged(connection, 'unload', model);
        const { unload } = await import('../routing/unloading.js');
        await unload(connection, model);
        // Who is told that it is out sees that it is.
        this.#synchronize();
        return [];
      }
      case 'SetToken':
        await credentials.keep(String(argument));
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
        throw undone(method);
    }
  }
}

function described({ kind, name, url, models }: Found): Record<string, unknown> {
  return {
    kind: variant('s', kind),
    name: variant('s', name),
    url: variant('s', url),
    models: variant('u', models),
  };
}

function undone(method: string): Error {
  return new Error(`schemas/ declare the method ${method}, and nothing does it`);
}

/** What is wrong with what a caller has named. */
const misnamed = [NotManaged, UnknownConnection, UnknownRoute, UnsuitedCredentials, UnusableToken];

/** What fails in a way that a person can do something about is told in its words; D-Bus has names only for a few kinds. */
async function toldInWords<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (misnamed.some((kind) => error instanceof kind)) throw new BusError(invalidArgs, (error as Error).message);
    throw error;
  }
}

function brokerProperties(broker: Broker): Record<string, unknown> {
  const { version, state, route, active, address, requestsInFlight, connections } = broker.status;
  return {
    Version: version,
    State: state,
    Route: route,
    ActiveConnection: active === '' ? '/' : connectionPath(active),
    Connections: connections.map(({ id }) => connectionPath(id)),
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

import Gio from 'gi://Gio';
import type GLib from 'gi://GLib';

import { call } from './bus.js';
import { Connection } from './connection.js';
import {
  BROKER_INTERFACE,
  CONNECTION_INTERFACE,
  type ConnectionSnapshot,
  PULL_INTERFACE,
  type PullSnapshot,
  ROOT_PATH,
} from './contract.js';
import type { Exported } from './exported.js';
import { Pull } from './pull.js';
import { RemoteObject } from './remoteObject.js';

type Properties = Record<string, GLib.Variant>;
type Interfaces = Record<string, Properties>;

const OBJECT_MANAGER = 'org.freedesktop.DBus.ObjectManager';
const PROPERTIES = 'org.freedesktop.DBus.Properties';

/**
 * A running service's objects, kept as they are over there. One mirror belongs to one owner of the bus name and ends
 * with it, so nothing of a service that died can be mistaken for its successor's.
 *
 * It uses no proxies: the tree is loaded at once, and two subscriptions keep it current whatever objects come and go.
 */
export class Mirror {
  /** The service as a whole. */
  readonly service = new RemoteObject();
  readonly #connections = new Map<string, Connection>();
  readonly #pulls = new Map<string, Pull>();
  readonly #bus: Gio.DBusConnection;
  readonly #owner: string;
  readonly #onChanged: () => void;
  readonly #cancellable = new Gio.Cancellable();
  readonly #subscriptions: number[];
  /** Signals that came before the tree was loaded; null from then on. */
  #early: (() => boolean)[] | null = [];

  /**
   * @param bus - the bus that the service is on
   * @param owner - the unique name of the running service
   * @param onChanged - called when a loaded tree changes
   */
  constructor(bus: Gio.DBusConnection, owner: string, onChanged: () => void) {
    this.#bus = bus;
    this.#owner = owner;
    this.#onChanged = onChanged;
    this.#subscriptions = [
      this.#follow(OBJECT_MANAGER, 'InterfacesAdded', ROOT_PATH, null, (_path, parameters) => {
        const [path, interfaces] = parameters.deepUnpack<[string, Interfaces]>();
        return this.#add(path, interfaces);
      }),
      this.#follow(OBJECT_MANAGER, 'InterfacesRemoved', ROOT_PATH, null, (_path, parameters) => {
        const [path, names] = parameters.deepUnpack<[string, string[]]>();
        return (
          (names.includes(CONNECTION_INTERFACE) && this.#connections.delete(path)) ||
          (names.includes(PULL_INTERFACE) && this.#pulls.delete(path))
        );
      }),
      this.#follow(PROPERTIES, 'PropertiesChanged', null, BROKER_INTERFACE, (_path, parameters) => {
        const [, changed] = parameters.deepUnpack<[string, Properties]>();
        return this.service.update(changed);
      }),
      this.#follow(PROPERTIES, 'PropertiesChanged', null, CONNECTION_INTERFACE, (path, parameters) => {
        const [, changed] = parameters.deepUnpack<[string, Properties]>();
        return this.#connections.get(path)?.update(changed) ?? false;
      }),
      this.#follow(PROPERTIES, 'PropertiesChanged', null, PULL_INTERFACE, (path, parameters) => {
        const [, changed] = parameters.deepUnpack<[string, Properties]>();
        return this.#pulls.get(path)?.update(changed) ?? false;
      }),
    ];
  }

  /** The connections in order of preference. */
  get connections(): ConnectionSnapshot[] {
    const order = this.service.read<string[]>('Connections', []);
    const rank = ({ path }: Connection) => (order.includes(path) ? order.indexOf(path) : order.length);
    return [...this.#connections.values()].toSorted((a, b) => rank(a) - rank(b)).map((each) => each.snapshot());
  }

  /** The pulls in the order in which they began. */
  get pulls(): PullSnapshot[] {
    return [...this.#pulls.values()].map((each) => each.snapshot());
  }

  /** Loads the tree. Signals that overtake the answer are applied after it, in order, so the last word counts. */
  async load(): Promise<void> {
    const request = {
      destination: this.#owner,
      path: ROOT_PATH,
      interface: OBJECT_MANAGER,
      method: 'GetManagedObjects',
    };
    const reply = await call(this.#bus, request, this.#cancellable);
    const [objects] = reply.deepUnpack<[Record<string, Interfaces>]>();
    for (const [path, interfaces] of Object.entries(objects)) this.#add(path, interfaces);
    for (const apply of this.#early ?? []) apply();
    this.#early = null;
  }

  /** Stops following. A load under way ends as cancelled. */
  destroy(): void {
    this.#cancellable.cancel();
    for (const subscription of this.#subscriptions) this.#bus.signal_unsubscribe(subscription);
  }

  #follow(
    interfaceName: string,
    signal: string,
    path: string | null,
    firstArgument: string | null,
    apply: (path: string, parameters: GLib.Variant) => boolean,
  ): number {
    return this.#bus.signal_subscribe(
      this.#owner,
      interfaceName,
      signal,
      path,
      firstArgument,
      Gio.DBusSignalFlags.NONE,
      (_bus, _sender, objectPath, _interface, _signal, parameters) => {
        if (this.#early !== null) this.#early.push(() => apply(objectPath, parameters));
        else if (apply(objectPath, parameters)) this.#onChanged();
      },
    );
  }

  #add(path: string, interfaces: Interfaces): boolean {
    const service = interfaces[BROKER_INTERFACE];
    const connection = interfaces[CONNECTION_INTERFACE];
    const pull = interfaces[PULL_INTERFACE];
    let changed = service !== undefined && this.service.update(service);
    if (connection !== undefined) changed = taken(this.#connections, new Connection(path), connection) || changed;
    if (pull !== undefined) changed = taken(this.#pulls, new Pull(path), pull) || changed;
    return changed;
  }
}

/** Updates the object of this path, which is the given one if none is known, and tells whether it is different now. */
function taken<T extends Exported<object>>(known: Map<string, T>, fresh: T, properties: Properties): boolean {
  const object = known.get(fresh.path) ?? fresh;
  known.set(fresh.path, object);
  return object.update(properties);
}

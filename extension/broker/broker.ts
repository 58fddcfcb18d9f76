import Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import GObject from 'gi://GObject';

import { type Call, call, failureOf, isCancelled, reasonOf, watchName } from './bus.js';
import {
  BROKER_INTERFACE,
  BROKER_PATH,
  BUS_NAME,
  type BrokerSnapshot,
  type Failure,
  type Presence,
  UNIT_NAME,
} from './contract.js';
import { Credentials } from './credentials.js';
import { Mirror } from './mirror.js';
import { RemoteObject } from './remoteObject.js';

const DBUS = { destination: 'org.freedesktop.DBus', path: '/org/freedesktop/DBus', interface: 'org.freedesktop.DBus' };

const SYSTEMD = {
  destination: 'org.freedesktop.systemd1',
  path: '/org/freedesktop/systemd1',
  interface: 'org.freedesktop.systemd1.Manager',
};

/** Milliseconds. The service needs less than a second; the bus itself waits two minutes for one that never comes. */
const START_TIMEOUT = 10_000;

/**
 * The service, followed for as long as this object lives: whether it runs, what it says, and the few things that can
 * be asked of it. Works without the service, and never starts it unasked. `changed` is emitted when a snapshot may
 * differ from the last one.
 */
export class Broker extends GObject.Object {
  static {
    GObject.registerClass({ GTypeName: 'CloudToLocalLLMBroker', Signals: { changed: {} } }, this);
  }

  readonly #bus = Gio.DBus.session;
  readonly #cancellable = new Gio.Cancellable();
  /** What can be had done about credentials. Whoever asks it tells what comes of it. */
  readonly credentials = new Credentials(this.#bus, this.#cancellable);
  readonly #nameWatch: number;
  #mirror: Mirror | null = null;
  #presence: Presence = 'unknown';
  #failure: Failure | null = null;

  constructor() {
    super();
    this.#nameWatch = watchName(
      this.#bus,
      BUS_NAME,
      (owner) => {
        this.#onAppeared(owner);
      },
      () => {
        this.#onVanished();
      },
    );
  }

  /** Everything worth showing at this moment, as plain data. */
  snapshot(): BrokerSnapshot {
    const service = this.#mirror?.service ?? new RemoteObject();
    const connections = [...(this.#mirror?.connections.values() ?? [])];
    return {
      presence: this.#presence,
      failure: this.#failure,
      state: service.read('State', 'connecting'),
      route: service.read('Route', 'automatic'),
      activeConnection: service.read('ActiveConnection', '/'),
      address: service.read('Address', ''),
      connections: connections.map((connection) => connection.snapshot()),
    };
  }

  /** Starts the service by bus activation. What comes of it shows in the snapshot. */
  start(): void {
    if (this.#mirror !== null || this.#presence === 'starting') return;
    const again = this.#failure?.action === 'start';
    this.#change('starting', null);
    this.#ask({
      ...DBUS,
      method: 'StartServiceByName',
      parameters: new GLib.Variant('(su)', [BUS_NAME, 0]),
      timeout: START_TIMEOUT,
    });
    // The bus may still be waiting for the last attempt, and then it tries nothing new.
    if (again) {
      this.#ask({ ...SYSTEMD, method: 'StartUnit', parameters: new GLib.Variant('(ss)', [UNIT_NAME, 'replace']) });
    }
  }

  /** Asks the service to use another route; when it does, its property tells. */
  setRoute(route: string): void {
    const request = {
      destination: BUS_NAME,
      path: BROKER_PATH,
      interface: 'org.freedesktop.DBus.Properties',
      method: 'Set',
      parameters: new GLib.Variant('(ssv)', [BROKER_INTERFACE, 'Route', new GLib.Variant('s', route)]),
    };
    this.#pursue('route', call(this.#bus, request, this.#cancellable));
  }

  /** Has the person asked to unlock the keyring; when it is, the connections' properties tell. */
  unlockKeyring(): void {
    this.#pursue('unlock', this.credentials.unlock());
  }

  /**
   * Begins to sign in for a connection; what comes of that is told by its properties.
   *
   * @param open - opens an address in the person's browser
   */
  signIn(id: string, open: (address: string) => Promise<void>): void {
    const asked = this.credentials.login(id).then(({ url }) => {
      this.#pursue('open', open(url));
    });
    this.#pursue('signIn', asked);
  }

  /** Looks whether a service that isn't running is installed by now, which the bus doesn't tell by itself. */
  refreshPresence(): void {
    call(this.#bus, { ...DBUS, method: 'ListActivatableNames' }, this.#cancellable)
      .then((reply) => {
        const [names] = reply.deepUnpack<[string[]]>();
        if (this.#mirror !== null || this.#presence === 'starting') return;
        this.#change(names.includes(BUS_NAME) ? 'stopped' : 'absent', this.#failure);
      })
      .catch((error: unknown) => {
        if (!isCancelled(error)) console.warn(`CloudToLocalLLM: the bus lists no services: ${reasonOf(error)}`);
      });
  }

  /** Lets go of the bus. The service runs on. */
  destroy(): void {
    this.#cancellable.cancel();
    this.#bus.unwatch_name(this.#nameWatch);
    this.#mirror?.destroy();
    this.#mirror = null;
  }

  /** Makes a call that starts the service, and says so if it fails while there is none. */
  #ask(request: Call): void {
    call(this.#bus, request, this.#cancellable).catch((error: unknown) => {
      // It may have come up all the same, or another call may have told already.
      if (isCancelled(error) || this.#mirror !== null || this.#presence !== 'starting') return;
      this.#change('stopped', failureOf('start', error));
      this.refreshPresence();
    });
  }

  /** Says so if something that a person wants doesn't come true. What failed before is forgotten. */
  #pursue(action: Failure['action'], asked: Promise<unknown>): void {
    this.#change(this.#presence, null);
    asked.catch((error: unknown) => {
      if (!isCancelled(error)) this.#change(this.#presence, failureOf(action, error));
    });
  }

  #onAppeared(owner: string): void {
    const mirror = new Mirror(this.#bus, owner, () => {
      this.emit('changed');
    });
    this.#mirror?.destroy();
    this.#mirror = mirror;
    mirror
      .load()
      .then(() => {
        if (this.#mirror === mirror) this.#change('running', null);
      })
      .catch((error: unknown) => {
        // One that died meanwhile is told by its name; one that stays but doesn't answer is told here.
        if (!isCancelled(error) && this.#mirror === mirror) this.#change('silent', null);
      });
  }

  #onVanished(): void {
    const mirror = this.#mirror;
    this.#mirror = null;
    // There is none at the first look at the bus, and while an attempt to start the service still runs.
    if (mirror !== null) {
      mirror.destroy();
      this.#change('stopped', null);
    }
    this.refreshPresence();
  }

  #change(presence: Presence, failure: Failure | null): void {
    this.#presence = presence;
    this.#failure = failure;
    this.emit('changed');
  }
}

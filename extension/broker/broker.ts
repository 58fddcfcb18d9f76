import Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import GObject from 'gi://GObject';

import { call, failureOf, isCancelled, reasonOf, watchName } from './bus.js';
import {
  BUS_NAME,
  type BrokerSnapshot,
  type Failure,
  OLLAMA_UNIT,
  type Presence,
  UNIT_NAME,
  type UnitOwner,
} from './contract.js';
import { Credentials } from './credentials.js';
import { Mirror } from './mirror.js';
import { RemoteObject } from './remoteObject.js';
import { Requests } from './requests.js';
import { Units } from './units.js';

const DBUS = { destination: 'org.freedesktop.DBus', path: '/org/freedesktop/DBus', interface: 'org.freedesktop.DBus' };

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
  /** What else can be asked of the service. Whoever asks it tells what comes of it. */
  readonly requests = new Requests(this.#bus, this.#cancellable);
  readonly #units = new Units(this.#cancellable);
  readonly #nameWatch: number;
  #mirror: Mirror | null = null;
  #presence: Presence = 'unknown';
  #failure: Failure | null = null;
  #restarting = false;
  #ollamaUnit: UnitOwner = '';

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
    return {
      presence: this.#presence,
      failure: this.#failure,
      state: service.read('State', 'connecting'),
      route: service.read('Route', 'automatic'),
      activeConnection: service.read('ActiveConnection', '/'),
      address: service.read('Address', ''),
      version: service.read('Version', ''),
      requestsInFlight: service.read('RequestsInFlight', 0),
      configurationFile: service.read('ConfigurationFile', ''),
      problems: service.read('Problems', []),
      connections: this.#mirror?.connections ?? [],
      pulls: this.#mirror?.pulls ?? [],
      ollamaUnit: this.#ollamaUnit,
    };
  }

  /** Starts the service by bus activation. What comes of it shows in the snapshot. */
  start(): void {
    if (this.#mirror !== null || this.#presence === 'starting') return;
    const again = this.#failure?.action === 'start';
    this.#change('starting', null);
    const parameters = new GLib.Variant('(su)', [BUS_NAME, 0]);
    const request = { ...DBUS, method: 'StartServiceByName', parameters, timeout: START_TIMEOUT };
    this.#whileStarting(call(this.#bus, request, this.#cancellable));
    // The bus may still be waiting for the last attempt, and then it tries nothing new.
    if (again) this.#whileStarting(this.#units.start('user', UNIT_NAME));
  }

  /** Ends the service and starts it again. What comes of it shows in the snapshot. */
  restart(): void {
    this.#restarting = true;
    const asked = this.#units.restart(UNIT_NAME).catch((error: unknown) => {
      this.#restarting = false;
      throw error;
    });
    this.#pursue('restart', asked);
  }

  /** Asks the service to use another route; when it does, its property tells. */
  setRoute(route: string): void {
    this.#pursue('route', this.requests.setRoute(route));
  }

  /** Switches a connection on or off; when it is, its property tells. */
  setEnabled(id: string, enabled: boolean): void {
    this.#pursue('enable', this.requests.setEnabled(id, enabled));
  }

  /** Tries a connection now; its properties tell how it does. */
  test(id: string): void {
    this.#pursue('test', this.requests.test(id));
  }

  /** Has a server fetch a model; an object of its own tells how far that is. */
  pull(id: string, model: string): void {
    this.#pursue('pull', this.requests.pull(id, model));
  }

  /** Ends a pull, or forgets one that has ended. */
  cancelPull(path: string): void {
    this.#pursue('cancelPull', this.requests.cancelPull(path));
  }

  /** Takes a model out of a server's memory; when it is, the connection's properties tell. */
  unload(id: string, model: string): void {
    this.#pursue('unload', this.requests.unload(id, model));
  }

  /** Starts Ollama's unit, if it is known whose it is; the connection's properties tell how that does. */
  startOllama(): void {
    if (this.#ollamaUnit !== '') this.#pursue('startOllama', this.#units.start(this.#ollamaUnit, OLLAMA_UNIT));
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

  /** Looks whether there is a unit of Ollama's that could be started, which nobody tells by itself. */
  refreshOllamaUnit(): void {
    this.#units
      .ownerOf(OLLAMA_UNIT)
      .then((owner) => {
        if (owner === this.#ollamaUnit) return;
        this.#ollamaUnit = owner;
        this.emit('changed');
      })
      .catch((error: unknown) => {
        if (!isCancelled(error)) console.warn(`CloudToLocalLLM: systemd knows no units: ${reasonOf(error)}`);
      });
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

  /** Says so if a call that starts the service fails while there is none. */
  #whileStarting(started: Promise<unknown>): void {
    started.catch((error: unknown) => {
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
    this.#restarting = false;
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
    // It may come up by itself, too; asked for like this, it is told if it doesn't.
    if (this.#restarting) this.start();
    this.refreshPresence();
  }

  #change(presence: Presence, failure: Failure | null): void {
    this.#presence = presence;
    this.#failure = failure;
    this.emit('changed');
  }
}

import { EventEmitter } from 'node:events';
import {
  type KeyringError,
  KeyringFault,
  KeyringLocked,
  KeyringUnavailable,
  ObjectGone,
  SessionGone,
} from './errors.js';

const serviceName = 'org.freedesktop.secrets';

/** Below it are all objects of a Secret Service, and itself is one. */
export const root = '/org/freedesktop/secrets';

const daemon = 'org.freedesktop.DBus';
const daemonPath = '/org/freedesktop/DBus';

const rules = [
  `type='signal',sender='${daemon}',interface='${daemon}',member='NameOwnerChanged',arg0='${serviceName}'`,
  `type='signal',sender='${serviceName}',path_namespace='${root}'`,
];

const wayOut = 'or give the token by the environment, a file or a systemd credential';

/** A method to call, and how many milliseconds its answer may take. */
export interface SecretCall {
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  readonly limit?: number;
}

/** A call that may be meant for one process only: the owner of the session that it goes by. */
export interface ServiceCall extends SecretCall {
  readonly owner?: string | undefined;
}

/** A signal that came over the bus. */
export interface BusSignal {
  readonly sender: string;
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  readonly body: readonly unknown[];
}

/** A message bus, as far as keyrings are concerned. Calls reject with an error that has a `dbusName`. */
export interface SecretBus {
  call(destination: string, call: SecretCall, signature?: string, ...body: unknown[]): Promise<unknown>;
  match(rule: string): Promise<void>;
  on(event: 'signal', listener: (signal: BusSignal) => void): unknown;
}

/**
 * Calls the session's Secret Service, whoever provides it. Starts one by D-Bus activation if none runs, as libsecret
 * does, and calls it by its unique name.
 *
 * Emits `signal` for its signals, and `owner` when another process, or none, has become the service.
 */
export class ServiceCaller extends EventEmitter<{ signal: [BusSignal]; owner: [] }> {
  #owner: string | undefined;
  /** How often the owner has changed. */
  #changes = 0;
  #following: Promise<void> | undefined;

  /**
   * @param bus the session's, or undefined where there is none
   * @param limit milliseconds that an answer may take
   */
  constructor(
    private readonly bus: SecretBus | undefined,
    private readonly limit: number,
  ) {
    super();
    bus?.on('signal', (signal) => {
      this.#heard(signal);
    });
  }

  /** The unique name of the process that is the service now. @throws {KeyringUnavailable} */
  async owner(): Promise<string> {
    return this.#service(this.#reachableBus());
  }

  /** Calls a method. @throws {KeyringError} */
  async call({ owner: meant, ...call }: ServiceCall, signature = '', ...body: unknown[]): Promise<unknown> {
    const bus = this.#reachableBus();
    const owner = await this.#service(bus);
    if (meant !== undefined && meant !== owner) throw new SessionGone();
    try {
      return await bus.call(owner, { limit: this.limit, ...call }, signature, ...body);
    } catch (error) {
      throw understood(error, call.member);
    }
  }

  #reachableBus(): SecretBus {
    if (this.bus === undefined) {
      throw new KeyringUnavailable(`there is no session bus, and so no keyring: log in to a desktop, ${wayOut}`);
    }
    return this.bus;
  }

  async #service(bus: SecretBus): Promise<string> {
    this.#following ??= this.#follow(bus);
    try {
      await this.#following;
    } catch (error) {
      this.#following = undefined;
      throw error;
    }
    if (this.#owner === undefined) await this.#start(bus);
    if (this.#owner === undefined) throw new KeyringUnavailable('the keyring has ended just after its start');
    return this.#owner;
  }

  /** From now on the owner is known: its changes are subscribed to before it is asked for. */
  async #follow(bus: SecretBus): Promise<void> {
    try {
      for (const rule of rules) await bus.match(rule);
    } catch (error) {
      throw understood(error, 'AddMatch');
    }
    await this.#askForOwner(bus);
  }

  async #askForOwner(bus: SecretBus): Promise<void> {
    const changes = this.#changes;
    try {
      const owner = await this.#askDaemon(bus, 'GetNameOwner', 's', serviceName);
      // A change that was heard since is no older than the answer.
      if (changes === this.#changes) this.#owner = String(owner);
    } catch (error) {
      if (nameOf(error) !== 'org.freedesktop.DBus.Error.NameHasNoOwner') throw understood(error, 'GetNameOwner');
    }
  }

  async #start(bus: SecretBus): Promise<void> {
    try {
      await this.#askDaemon(bus, 'StartServiceByName', 'su', serviceName, 0);
    } catch (error) {
      const name = nameOf(error);
      if (name === 'org.freedesktop.DBus.Error.ServiceUnknown') {
        throw new KeyringUnavailable(
          `there is no keyring here: install GNOME Keyring or KWallet, or switch on KeePassXC’s Secret Service, ${wayOut}`,
        );
      }
      if (name?.startsWith('org.freedesktop.DBus.Error.Spawn.') !== true) throw understood(error, 'StartServiceByName');
      throw new KeyringUnavailable(
        `the keyring could not be started (${name}): the journal of dbus or systemd says why. Mend it, ${wayOut}`,
      );
    }
    await this.#askForOwner(bus);
  }

  #askDaemon(bus: SecretBus, member: string, signature: string, ...body: unknown[]): Promise<unknown> {
    const call = { path: daemonPath, interface: daemon, member, limit: this.limit };
    return bus.call(daemon, call, signature, ...body);
  }

  #heard(signal: BusSignal): void {
    const { sender, member, body } = signal;
    if (sender === daemon && member === 'NameOwnerChanged' && body[0] === serviceName) {
      this.#changes += 1;
      this.#owner = body[2] === '' ? undefined : String(body[2]);
      this.emit('owner');
    } else if (sender !== '' && sender === this.#owner) {
      this.emit('signal', signal);
    }
  }
}

function nameOf(error: unknown): string | undefined {
  return (error as { dbusName?: string }).dbusName;
}

/** Its own words aren't repeated: what another program says of a call may hold what it knows. */
function understood(error: unknown, member: string): KeyringError {
  const name = nameOf(error);
  switch (name) {
    case undefined:
      throw error;
    case 'org.freedesktop.Secret.Error.IsLocked':
      return new KeyringLocked();
    case 'org.freedesktop.Secret.Error.NoSession':
      return new SessionGone();
    case 'org.freedesktop.Secret.Error.NoSuchObject':
    case 'org.freedesktop.DBus.Error.UnknownObject':
      return new ObjectGone();
    case 'org.freedesktop.DBus.Error.NoReply':
    case 'org.freedesktop.DBus.Error.Timeout':
    case 'org.freedesktop.DBus.Error.TimedOut':
      return new KeyringUnavailable(
        `the keyring doesn’t answer (${member}); if that stays so, restart it or log in anew`,
      );
    case 'org.freedesktop.DBus.Error.ServiceUnknown':
    case 'org.freedesktop.DBus.Error.NameHasNoOwner':
    case 'org.freedesktop.DBus.Error.Disconnected':
      return new KeyringUnavailable(
        'the keyring, or the session bus to it, has ended; log in anew if it doesn’t come back',
      );
    default:
      return new KeyringFault(`answers ${member} with the error ${name}`);
  }
}

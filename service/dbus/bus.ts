import { EventEmitter } from 'node:events';
import { createClient, messageType, Variant, type Message, type MessageBus } from 'dbus-native';

// The only file that knows the D-Bus library, so that it can be exchanged. What it makes up for:
// - its own dispatch of method calls doesn't compare signatures, lets a property's setter answer nothing, and fails on
//   arguments that are missing; ours (exporter.ts) gets the calls instead;
// - a bus that has gone is told once, as `closed`.

/** A bus can't be used. The message says why and what to do. */
export class BusUnavailable extends Error {
  override readonly name = 'BusUnavailable';
}

/** An error that a D-Bus caller is told by its name, for instance org.freedesktop.DBus.Error.InvalidArgs. */
export class BusError extends Error {
  override readonly name = 'BusError';

  constructor(
    readonly dbusName: string,
    message: string,
  ) {
    super(message);
  }
}

/** A call of one of our methods. */
export interface MethodCall {
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  readonly signature: string;
  readonly body: readonly unknown[];
}

/** A signal of somebody else's. */
export interface Signal extends MethodCall {
  readonly sender: string;
}

/** What to call of somebody else's, and how many milliseconds an answer may take (25,000 unless told). */
export interface CallTarget extends Pick<MethodCall, 'path' | 'interface' | 'member'> {
  readonly limit?: number;
}

/** What one of our methods gives back: values, and their signature. */
export interface MethodResult {
  readonly signature: string;
  readonly body: readonly unknown[];
}

/** RequestName's flag "do not queue", and its answer "primary owner" (D-Bus specification). */
const doNotQueue = 4;
const primaryOwner = 1;

const noReplyExpected = 1;

/** A value with its signature, where D-Bus wants a variant. */
export function variant(signature: string, value: unknown): unknown {
  return new Variant(signature, value);
}

/** A connection to a message bus. Emits `closed` once when the bus has gone, and `signal` for what was matched. */
export class Bus extends EventEmitter<{ closed: []; signal: [Signal] }> {
  #handler: (call: MethodCall) => Promise<MethodResult> = () =>
    Promise.reject(new BusError('org.freedesktop.DBus.Error.UnknownObject', 'nothing is here yet'));

  private constructor(private readonly client: MessageBus) {
    super();
    // Takes the library's place for method calls and signals; answers to our own calls remain its.
    const [libraryListener] = client.connection.listeners('message') as [(message: Message) => void];
    client.connection.removeAllListeners('message');
    client.connection.on('message', (message: Message) => {
      if (message.type === messageType.methodCall) void this.#answer(message);
      else if (message.type === messageType.signal)
        this.emit('signal', { ...callOf(message), sender: message.sender ?? '' });
      else libraryListener(message);
    });
    client.connection.on('close', () => this.emit('closed'));
    // Told by `closed`; without a listener it would end the process.
    client.connection.on('error', () => undefined);
  }

  /** Connects to the bus at an address, as in DBUS_SESSION_BUS_ADDRESS. @throws {BusUnavailable} */
  static async connect(busAddress: string): Promise<Bus> {
    const client = opened(busAddress);
    const bus = new Bus(client);
    await new Promise<void>((resolve, reject) => {
      client.connection.once('connect', resolve);
      client.connection.once('error', (error: Error) => {
        reject(new BusUnavailable(`the bus at ${busAddress} can't be reached: ${error.message}`));
      });
    });
    return bus;
  }

  /** Sets what answers calls of our methods. It throws BusError for what a caller is to be told. */
  answerCalls(handler: (call: MethodCall) => Promise<MethodResult>): void {
    this.#handler = handler;
  }

  /**
   * Calls a method of somebody else's, without introspection. Rejects with an error that has a `dbusName`.
   *
   * @returns nothing, the value, or an array of several values
   */
  async call(destination: string, target: CallTarget, signature = '', ...body: unknown[]): Promise<unknown> {
    const { path, interface: name, member, limit } = target;
    const message: Message = { destination, path, interface: name, member };
    if (signature !== '') Object.assign(message, { signature, body });
    return await this.client.invoke(message, limit === undefined ? {} : { timeout: limit });
  }

  /** Takes a name for ourselves. @throws {BusUnavailable} if another process has it */
  async ownName(name: string): Promise<void> {
    const answer = await this.client.requestName(name, doNotQueue);
    if (answer !== primaryOwner) {
      throw new BusUnavailable(
        `another broker has the name ${name} on the session bus; end it (systemctl --user stop cloudtolocalllm.socket ` +
          'cloudtolocalllm.service if it runs as a service), or start this one with --no-dbus',
      );
    }
  }

  /** Asks for signals that fit a match rule (D-Bus specification). */
  async match(rule: string): Promise<void> {
    await this.client.addMatch(rule);
  }

  /** Sends a signal to all. */
  send(path: string, interfaceName: string, member: string, signature: string, body: readonly unknown[]): void {
    this.client.sendSignal(path, interfaceName, member, signature, [...body]);
  }

  /** Leaves the bus; `closed` is not emitted for that. */
  async close(): Promise<void> {
    this.removeAllListeners('closed');
    await this.client.close();
  }

  async #answer(message: Message): Promise<void> {
    const silent = ((message.flags ?? 0) & noReplyExpected) !== 0;
    try {
      const { signature, body } = await this.#handler(callOf(message));
      if (!silent) this.client.sendReply(message, signature, [...body]);
    } catch (error) {
      if (silent) return;
      const name = error instanceof BusError ? error.dbusName : 'org.freedesktop.DBus.Error.Failed';
      this.client.sendError(message, name, (error as Error).message);
    }
  }
}

function opened(busAddress: string): MessageBus {
  try {
    return createClient({ busAddress });
  } catch (error) {
    throw new BusUnavailable(`the bus at ${busAddress} can't be reached: ${(error as Error).message}`);
  }
}

function callOf({ path, interface: name, member, signature, body }: Message): MethodCall {
  return {
    path: path ?? '',
    interface: name ?? '',
    member: member ?? '',
    signature: signature ?? '',
    body: body ?? [],
  };
}

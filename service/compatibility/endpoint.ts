import { createServer, type Server, type Socket } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import type { Broker } from '../routing/broker.js';
import type { Log } from '../telemetry/log.js';
import type { Conversation } from './conversation.js';
import { PortFile } from './portFile.js';
import { oldStatuses, oldTypes } from './statuses.js';

/** Clients at a time: there was one application. */
const maxClients = 16;

/** What the endpoint is made of. */
export interface EndpointOptions {
  readonly broker: Broker;
  /** http://HOST:PORT of the broker. */
  readonly address: string;
  /** Of the old installation. */
  readonly folder: string;
  readonly log: Log;
}

/**
 * What applications of the old program take for its tray daemon: a port on 127.0.0.1 that the file `tray_port` names, on
 * which JSON objects are exchanged, one a line. As on the broker's own port, only processes of the same user are answered.
 */
export class CompatibilityEndpoint {
  readonly #server: Server;
  readonly #portFile: PortFile;
  readonly #sockets = new Set<Socket>();
  readonly #conversations = new Set<Conversation>();
  #told: ReturnType<typeof oldStatuses>;

  private constructor(private readonly options: EndpointOptions) {
    this.#portFile = new PortFile(options.folder);
    this.#told = this.#statuses();
    this.#server = createServer({ pauseOnConnect: true }, (socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
      // One that breaks is as good as one that ends.
      socket.on('error', () => socket.destroy());
      void this.#meet(socket);
    });
    this.#server.maxConnections = maxClients;
  }

  /** Opens it; undefined where it can't be, which is told in the log: only old applications miss it. */
  static async open(options: EndpointOptions): Promise<CompatibilityEndpoint | undefined> {
    const endpoint = new CompatibilityEndpoint(options);
    try {
      await endpoint.#listen();
      return endpoint;
    } catch (error) {
      await endpoint.close();
      const reason = (error as Error).message;
      options.log.warn(`Applications of the older CloudToLocalLLM can’t find the broker: ${reason}`);
      return undefined;
    }
  }

  /** Closes it, and takes its file away. */
  async close(): Promise<void> {
    this.options.broker.off('changed', this.#changed);
    this.#portFile.remove();
    for (const socket of this.#sockets) socket.destroy();
    if (this.#server.listening) await new Promise((resolve) => this.#server.close(resolve));
  }

  async #listen(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = this.#server.address() as { port: number };
    this.#portFile.write(port);
    this.options.broker.on('changed', this.#changed);
    this.options.log.info(`Applications of the older CloudToLocalLLM find the broker at 127.0.0.1:${port}`);
  }

  /** Lets a client in, if it is our user's. What answers it is loaded with the first one. */
  async #meet(socket: Socket): Promise<void> {
    const { remoteAddress = '', remotePort = 0, localAddress = '', localPort = 0 } = socket;
    const [{ Conversation }, { Owners }] = await Promise.all([
      import('./conversation.js'),
      import('../http/owners.js'),
    ]);
    const ends = { remoteAddress, remotePort, localAddress, localPort };
    const owner = await new Owners().of(ends).catch(() => undefined);
    if (owner === undefined || owner !== process.getuid?.()) {
      socket.destroy();
      return;
    }
    const { address } = this.options;
    const conversation = new Conversation(socket, {
      address,
      statuses: () => this.#statuses(),
      keepToken: (token) => this.#keepToken(token),
    });
    this.#conversations.add(conversation);
    socket.once('close', () => this.#conversations.delete(conversation));
    conversation.begin();
  }

  #statuses(): ReturnType<typeof oldStatuses> {
    return oldStatuses(this.options.broker.status.connections);
  }

  readonly #changed = (): void => {
    const before = this.#told;
    this.#told = this.#statuses();
    if (this.#conversations.size === 0) return;
    for (const type of oldTypes) {
      const { last_check: _now, ...status } = this.#told[type];
      const { last_check: _then, ...last } = before[type];
      if (isDeepStrictEqual(status, last)) continue;
      const message = { command: 'CONNECTION_STATUS_CHANGED', connection_type: type, status };
      for (const conversation of this.#conversations) conversation.tell(message);
    }
  };

  /** The old protocol answers nothing to that: what went wrong is in the log. */
  async #keepToken(token: string): Promise<void> {
    const { broker, log } = this.options;
    const connection = broker.connections.find(({ settings }) => settings.kind === 'cloudtolocalllm');
    if (connection === undefined) {
      log.warn('An older application has sent a token, and there is no connection to CloudToLocalLLM’s cloud');
      return;
    }
    try {
      await (token === '' ? connection.credentials.forget() : connection.credentials.keep(token));
    } catch (error) {
      log.warn(`The token that an older application has sent is not kept: ${(error as Error).message}`);
    }
  }
}

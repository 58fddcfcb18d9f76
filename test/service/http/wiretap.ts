import { EventEmitter, once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { within } from '../../support/broker.ts';

/** A request that went by, and what it got. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  /** By lower-case name. */
  readonly headers: ReadonlyMap<string, string>;
  /** Of the answer; 0 until that begins. */
  status: number;
}

/**
 * Stands before a server and hands on every byte as it is, to see which requests come and what they get. Made for clients
 * that send a request when the one before has been answered, as browsers do.
 */
export class Wiretap {
  /** All that have been answered, without the icon that browsers want for every page. */
  exchanges: Exchange[] = [];
  /** Pages, by path, that it answers with by itself: what its name led to before it led to the server. */
  readonly pages = new Map<string, string>();
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #events = new EventEmitter();

  private constructor(to: URL) {
    this.#server = createServer((client) => {
      this.#pass(client, connect(Number(to.port), to.hostname));
    });
  }

  /** Stands before a server. @param address http://HOST:PORT */
  static async before(address: string): Promise<Wiretap> {
    const wiretap = new Wiretap(new URL(address));
    wiretap.#server.listen(0, '127.0.0.1');
    await once(wiretap.#server, 'listening');
    return wiretap;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Waits until as many have been answered. @returns each as `METHOD STATUS` */
  async answers(count: number): Promise<string[]> {
    const come = async (): Promise<void> => {
      while (this.exchanges.length < count) await once(this.#events, 'answered');
    };
    await within(come(), () => `of ${count} requests came ${JSON.stringify(this.exchanges)}`);
    return this.exchanges.map(({ method, status }) => `${method} ${status}`);
  }

  /** Cuts everything. */
  async stop(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #pass(client: Socket, server: Socket): void {
    let exchange: Exchange | undefined;
    client.on('data', (bytes: Buffer) => {
      if (exchange === undefined || exchange.status > 0) exchange = requestIn(bytes.toString('latin1')) ?? exchange;
      const page = exchange && this.pages.get(exchange.path);
      if (page === undefined) server.write(bytes);
      else client.end(`HTTP/1.1 200 OK\r\ncontent-type: text/html\r\nconnection: close\r\n\r\n${page}`);
    });
    server.on('data', (bytes: Buffer) => {
      client.write(bytes);
      if (exchange?.status !== 0) return;
      exchange.status = Number(/^HTTP\/1\.1 (\d{3})/.exec(bytes.toString('latin1'))?.[1] ?? 0);
      if (exchange.path === '/favicon.ico') return;
      this.exchanges.push(exchange);
      this.#events.emit('answered');
    });
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(one);
      one.on('error', () => undefined);
      one.on('end', () => other.end());
      one.on('close', () => {
        this.#sockets.delete(one);
        other.destroy();
      });
    }
  }
}

function requestIn(text: string): Exchange | undefined {
  const [, method, path, head] = /^([A-Z]+) (\S+) HTTP\/1\.1\r\n([^]*?)\r\n\r\n/.exec(text) ?? [];
  if (method === undefined || path === undefined || head === undefined) return undefined;
  const headers = head.split('\r\n').map((line) => {
    const [name = '', ...value] = line.split(':');
    return [name.toLowerCase(), value.join(':').trim()] as const;
  });
  return { method, path, headers: new Map(headers), status: 0 };
}

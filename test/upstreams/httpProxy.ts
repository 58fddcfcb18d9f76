import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Certificate } from '../support/certificates.ts';

/** What a proxy was asked. */
export interface Hop {
  /** As in the request's first line, for instance CONNECT models.example:443. */
  readonly asked: string;
  readonly headers: IncomingHttpHeaders;
}

/** An HTTP proxy that works, and leads whatever name it is asked for to a port of this machine. */
export class HttpProxyStandIn {
  readonly hops: Hop[] = [];
  /** USER:PASSWORD that it wants, if any. */
  wanted: string | undefined;
  /** The status with which it answers instead of doing what it should. */
  status: number | undefined;
  readonly #open = new Set<Duplex>();
  readonly #server;

  /** @param leads the port for a name, undefined where it knows none */
  constructor(
    private readonly leads: (host: string) => number | undefined,
    certificate?: Certificate,
  ) {
    const forward = (asking: IncomingMessage, answer: ServerResponse): void => {
      this.#forward(asking, answer);
    };
    this.#server = certificate === undefined ? createServer(forward) : createSecureServer(certificate, forward);
    this.#server.on('connect', (asking: IncomingMessage, client: Duplex) => {
      this.#tunnel(asking, client);
    });
    this.#server.on('connection', (socket: Socket) => {
      this.#open.add(socket);
      socket.once('close', () => this.#open.delete(socket));
    });
    this.#server.on('tlsClientError', () => undefined);
  }

  async start(): Promise<this> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return this;
  }

  stop(): void {
    this.#server.close();
    for (const socket of this.#open) socket.destroy();
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** The status with which it turns a request down, if it does. */
  #turnsDown({ method = '', url = '', headers }: IncomingMessage): number | undefined {
    this.hops.push({ asked: `${method} ${url}`, headers });
    const given = Buffer.from((headers['proxy-authorization'] ?? '').replace('Basic ', ''), 'base64').toString();
    return this.wanted !== undefined && given !== this.wanted ? 407 : this.status;
  }

  #tunnel(asking: IncomingMessage, client: Duplex): void {
    client.on('error', () => undefined);
    const port = this.leads((asking.url ?? '').replace(/:\d+$/, ''));
    const status = this.#turnsDown(asking) ?? (port === undefined ? 502 : undefined);
    if (status !== undefined || port === undefined) {
      client.end(`HTTP/1.1 ${status} No\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    const server = connect(port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      client.pipe(server).pipe(client);
    });
    server.on('error', () => client.destroy());
    client.on('close', () => server.destroy());
  }

  #forward(asking: IncomingMessage, answer: ServerResponse): void {
    const { hostname, pathname, search } = new URL(asking.url ?? '');
    const port = this.leads(hostname);
    const status = this.#turnsDown(asking) ?? (port === undefined ? 502 : undefined);
    if (status !== undefined || port === undefined) {
      answer.writeHead(status ?? 502, { 'content-type': 'text/html' }).end('<h1>No</h1>');
      return;
    }
    const headers = { ...asking.headers };
    delete headers['proxy-authorization'];
    const { method } = asking;
    const on = request({ port, method, path: pathname + search, headers, agent: false }, (from) => {
      answer.writeHead(from.statusCode ?? 0, from.headers);
      from.pipe(answer);
    });
    on.on('error', () => answer.destroy());
    asking.pipe(on);
  }
}

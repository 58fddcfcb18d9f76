import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

/** A request that a stand-in got. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Record<string, unknown>;
  /** Settles when whoever sent it has gone or was answered; true if it went before the answer was whole. */
  readonly closed: Promise<boolean>;
}

/** What a stand-in does instead of what it should. */
export type Fault =
  /** a web page, with this status */
  | { readonly page: number }
  /** the connection is cut after this many pieces of the answer */
  | { readonly cutAfter: number }
  /** nothing comes after this many pieces, and the connection stays */
  | { readonly stallAfter: number }
  /** this status with this body */
  | { readonly status: number; readonly body: object };

/** An HTTP server on loopback that answers as it is told, and remembers what it was asked. */
export abstract class StandIn {
  readonly #server: Server;
  /** Everything it was asked, but for what merely looks after it (a request without a body). */
  readonly received: Received[] = [];
  /** What goes wrong at requests for an answer, until it is taken away. */
  fault: Fault | undefined;
  /** Milliseconds between two pieces of a streamed answer. */
  pace = 0;
  #waiting: ((received: Received) => void) | undefined;
  #port = 0;

  constructor() {
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  /** Starts to listen, at the same port as before if it did. */
  async start(): Promise<this> {
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
    return this;
  }

  /** Cuts everything and listens no more: the next connection is refused. */
  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  /** http://HOST:PORT */
  get origin(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** The next request for an answer. */
  nextReceived(): Promise<Received> {
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }

  /** Answers a request of any path. */
  protected abstract handle(request: Received, response: ServerResponse): Promise<void>;

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString('utf8');
    const received: Received = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
      closed: new Promise((resolve) => {
        response.once('close', () => {
          resolve(!response.writableFinished);
        });
      }),
    };
    if (text !== '') {
      this.received.push(received);
      this.#waiting?.(received);
      this.#waiting = undefined;
    }
    if (this.fault && 'page' in this.fault) {
      response.writeHead(this.fault.page, { 'content-type': 'text/html' }).end('<!DOCTYPE html><h1>Welcome</h1>');
    } else if (this.fault && 'status' in this.fault && text !== '') {
      json(response, this.fault.status, this.fault.body);
    } else {
      await this.handle(received, response);
    }
  }

  /** Streams pieces of an answer, or what the fault leaves of it. */
  protected async stream(response: ServerResponse, contentType: string, pieces: Iterable<string>): Promise<void> {
    response.writeHead(200, { 'content-type': contentType });
    let count = 0;
    for (const piece of pieces) {
      if (this.fault && 'cutAfter' in this.fault && count === this.fault.cutAfter) {
        response.destroy();
        return;
      }
      if (this.fault && 'stallAfter' in this.fault && count === this.fault.stallAfter) return;
      if (this.pace > 0) await new Promise((resolve) => setTimeout(resolve, this.pace));
      if (response.destroyed) return;
      await new Promise<void>((resolve) => {
        response.write(piece, () => {
          resolve();
        });
      });
      count += 1;
    }
    response.end();
  }
}

/** Answers with JSON. */
export function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
}

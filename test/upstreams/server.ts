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

/** What a stand-in does instead of what it should. `faults.ts` has those of real servers, by name. */
export type Fault =
  /** a web page, with this status */
  | { readonly page: number }
  /** this status with this body, as often as said or else always */
  | {
      readonly status: number;
      readonly body: object;
      readonly headers?: Readonly<Record<string, string>>;
      readonly times?: number;
    }
  /** it reads the request and says nothing */
  | { readonly silent: true }
  /** it reads the request and cuts the connection */
  | { readonly resets: true }
  | StreamFault;

/** What goes wrong in the middle of an answer, whose pieces are tokens, and what comes before and after them. */
type StreamFault =
  /** the connection is cut after this many pieces of the answer */
  | { readonly cutAfter: number }
  /** nothing comes after this many pieces, and the connection stays */
  | { readonly stallAfter: number }
  /** after this many pieces the answer ends as a whole one does */
  | { readonly endAfter: number }
  /** as many pieces are missing at the end, which is otherwise as that of a whole answer */
  | { readonly missing: number }
  /** after this many pieces comes another one, and then the others or the end */
  | { readonly after: number; readonly piece: string; readonly then: 'goes on' | 'ends' }
  /** where the answer is cut on its way: behind every byte, or in the middle of every character that has several */
  | { readonly cuts: 'bytes' | 'characters' };

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

  /** Starts to listen, at the same port as before if it did, else at this one or any. */
  async start(port = 0): Promise<this> {
    this.#server.listen(this.#port || port, '127.0.0.1');
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

  /** Takes requests before anything of them is read, where that isn't JSON. @returns whether it takes this one */
  protected takes(_request: IncomingMessage, _response: ServerResponse): boolean {
    return false;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.takes(request, response)) return;
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
    const { fault } = this;
    if (fault && 'page' in fault) {
      response.writeHead(fault.page, { 'content-type': 'text/html' }).end('<!DOCTYPE html><h1>Welcome</h1>');
    } else if (fault && 'status' in fault && text !== '') {
      const { status, body, headers, times = Infinity } = fault;
      this.fault = times > 1 ? { ...fault, times: times - 1 } : undefined;
      json(response, status, body, headers);
    } else if (fault && 'resets' in fault && text !== '') {
      request.socket.resetAndDestroy();
    } else if (fault === undefined || !('silent' in fault) || text === '') {
      await this.handle(received, response);
    }
  }

  /** Answers with a whole answer, or what the fault leaves of it. */
  protected async whole(response: ServerResponse, body: object): Promise<void> {
    if (this.fault === undefined) json(response, 200, body);
    else await this.stream(response, jsonType, JSON.stringify(body).match(/.{1,40}/gsu) ?? []);
  }

  /** Streams pieces of an answer, or what the fault leaves of it. */
  protected async stream(response: ServerResponse, contentType: string, pieces: readonly string[]): Promise<void> {
    const { fault } = this;
    response.writeHead(200, { 'content-type': contentType });
    // A fault at the very beginning is one behind the head.
    if (fault) await flushed(response);
    let count = 0;
    for (const piece of faulty(pieces, fault)) {
      if (fault && 'cutAfter' in fault && count === fault.cutAfter) {
        response.destroy();
        return;
      }
      if (fault && 'stallAfter' in fault && count === fault.stallAfter) return;
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

const jsonType = 'application/json; charset=utf-8';

/** Answers with JSON. */
export function json(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': jsonType, ...headers }).end(JSON.stringify(body));
}

/** The pieces that a fault makes of an answer's. */
function faulty(pieces: readonly string[], fault: Fault | undefined): readonly (string | Buffer)[] {
  if (fault === undefined) return pieces;
  if ('endAfter' in fault) return pieces.slice(0, fault.endAfter);
  if ('missing' in fault) return pieces.slice(0, -fault.missing);
  if ('after' in fault) {
    const rest = fault.then === 'goes on' ? pieces.slice(fault.after) : [];
    return [...pieces.slice(0, fault.after), fault.piece, ...rest];
  }
  if ('cuts' in fault) return cutUp(Buffer.from(pieces.join('')), fault.cuts);
  return pieces;
}

/** Cuts text behind every byte, or only behind the first one of each character that has several. */
function cutUp(text: Buffer, where: 'bytes' | 'characters'): readonly Buffer[] {
  const ends = [...text.keys()].filter((index) => where === 'bytes' || (text[index] ?? 0) >= 0xc0);
  return [...ends.map((index) => index + 1), text.length].map((end, index, all) =>
    text.subarray(all[index - 1] ?? 0, end),
  );
}

/** Settles when the head of an answer is on its way. */
function flushed(response: ServerResponse): Promise<void> {
  response.flushHeaders();
  return new Promise((resolve) => {
    if (response.socket === null) resolve();
    else {
      response.socket.write('', () => {
        resolve();
      });
    }
  });
}

import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** What was asked: enough to choose an answer by. */
export interface Asked {
  readonly method: string;
  readonly path: string;
}

/** What is sent, and how the connection ends. */
export interface Wire {
  readonly pieces: readonly Buffer[];
  /** `stays`: nothing more comes, and it is not closed. */
  readonly then: 'ends' | 'resets' | 'stays';
}

/** A server that answers each connection's first request with bytes, whether they are HTTP or not, and reads no body. */
export class WireStandIn {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  answer: (asked: Asked) => Wire = () => ({ pieces: [], then: 'ends' });

  constructor() {
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      // Who goes away in the middle is seen by its test.
      socket.on('error', () => undefined);
      let head = '';
      socket.on('data', (chunk: Buffer) => {
        if (head.includes('\r\n')) return;
        head += chunk.toString('latin1');
        const [, method, path] = /^(\S+) (\S+) .*\r\n/.exec(head) ?? [];
        if (method !== undefined && path !== undefined) void send(socket, this.answer({ method, path }));
      });
    });
  }

  async start(): Promise<this> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return this;
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  /** http://HOST:PORT */
  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }
}

async function send(socket: Socket, { pieces, then }: Wire): Promise<void> {
  for (const piece of pieces) {
    if (socket.destroyed) return;
    await new Promise<void>((resolve) => {
      socket.once('close', resolve);
      socket.write(piece, () => {
        socket.off('close', resolve);
        resolve();
      });
    });
  }
  if (then === 'ends') socket.end();
  if (then === 'resets') socket.resetAndDestroy();
}

/** A whole answer of HTTP/1.1. */
export function wireOf(status: number, type: string, body: string | Buffer): Wire {
  const head = `HTTP/1.1 ${status} x\r\ncontent-type: ${type}\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n`;
  return { pieces: [Buffer.from(head), Buffer.from(body)], then: 'ends' };
}

import type { Socket } from 'node:net';
import { LineSplitter } from '../dialects/frames.js';
import { type OldCommand, NoCommand, oldCommand } from './commands.js';
import { NotAnswered, relayed } from './relaying.js';
import type { OldStatus, OldType } from './statuses.js';

/** What a conversation asks of the broker. */
export interface Answering {
  /** http://HOST:PORT of the broker itself. */
  readonly address: string;
  statuses(): Readonly<Record<OldType, OldStatus>>;
  /** Keeps a token for the old cloud service, or forgets it if it is ''. */
  keepToken(token: string): Promise<void>;
}

/** Of a client that asks faster than it can be answered no more is read than that. Commands. */
const mostWaiting = 64;

/** Speaks with one client of the old tray daemon: what it asks is answered in the order in which it asked. */
export class Conversation {
  readonly #lines = new LineSplitter();
  readonly #gone = new AbortController();
  #turn: Promise<void> = Promise.resolve();
  #waiting = 0;

  constructor(
    private readonly socket: Socket,
    private readonly answering: Answering,
  ) {
    socket.once('close', () => {
      this.#gone.abort();
    });
  }

  /** Takes what came, and what comes. */
  begin(): void {
    this.socket.on('data', (data) => {
      try {
        for (const line of this.#lines.feed(data)) this.#hear(line.toString('utf8'));
      } catch {
        // Longer than any line that means something.
        this.tell({ error: 'the line is too long' });
        this.socket.destroy();
      }
    });
    this.socket.resume();
  }

  /** Sends an object. */
  tell(fields: object): void {
    if (!this.socket.destroyed) this.socket.write(`${JSON.stringify(fields)}\n`);
  }

  #hear(line: string): void {
    if (line.trim() === '') return;
    this.#waiting += 1;
    if (this.#waiting >= mostWaiting) this.socket.pause();
    this.#turn = this.#turn.then(async () => {
      try {
        await this.#do(oldCommand(line));
      } catch (error) {
        if (!(error instanceof NoCommand || error instanceof NotAnswered)) throw error;
        this.tell({ error: error.message });
      }
      this.#waiting -= 1;
      if (this.#waiting === 0) this.socket.resume();
    });
  }

  async #do(command: OldCommand): Promise<void> {
    const { answering } = this;
    switch (command.name) {
      case 'PING':
        this.tell({ status: 'pong' });
        return;
      case 'GET_CONNECTION_STATUS':
        this.tell({ status: answering.statuses() });
        return;
      case 'UPDATE_AUTH_TOKEN':
        await answering.keepToken(command.token);
        return;
      case 'PROXY_REQUEST':
        this.tell({ result: await relayed(command.request, answering.address, this.#gone.signal) });
        return;
      case 'QUIT':
        // The old daemon was its application's. This one is everybody's, so the client alone leaves.
        this.socket.end();
        return;
      case 'IGNORED':
        return;
    }
  }
}

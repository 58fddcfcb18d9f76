import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';

/** An application of the older CloudToLocalLLM, as far as it speaks with its tray daemon. */
export class OldApplication {
  readonly #messages: Record<string, unknown>[] = [];
  readonly closed: Promise<unknown>;
  #rest = '';
  #arrived = (): void => undefined;

  private constructor(private readonly socket: Socket) {
    this.closed = once(socket, 'close');
    socket.on('error', () => undefined);
    socket.setEncoding('utf8').on('data', (text: unknown) => {
      const lines = (this.#rest + String(text)).split('\n');
      this.#rest = lines.pop() ?? '';
      this.#messages.push(...lines.map((line) => JSON.parse(line) as Record<string, unknown>));
      this.#arrived();
    });
  }

  /** Connects to the port that it finds below a home folder. */
  static async start(home: string): Promise<OldApplication> {
    const port = Number(readFileSync(join(home, '.cloudtolocalllm/tray_port'), 'utf8'));
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new OldApplication(socket);
  }

  /** Sends a command, and waits for no answer. */
  send(command: string, fields: object = {}): void {
    this.write(`${JSON.stringify({ command, ...fields })}\n`);
  }

  /** Sends bytes as they are. */
  write(text: string | Buffer): void {
    this.socket.write(text);
  }

  /** Sends a command, and waits for the answer to it. */
  async ask(command: string, fields: object = {}): Promise<Record<string, unknown>> {
    this.send(command, fields);
    return this.next(({ command: name }) => name === undefined);
  }

  /** Waits for the next message that fits. */
  async next(fits: (message: Record<string, unknown>) => boolean = () => true): Promise<Record<string, unknown>> {
    for (;;) {
      const at = this.#messages.findIndex(fits);
      const [message] = at < 0 ? [] : this.#messages.splice(at, 1);
      if (message !== undefined) return message;
      await Promise.race([
        new Promise<void>((resolve) => (this.#arrived = resolve)),
        this.closed.then(() => Promise.reject(new Error('the daemon has closed the connection'))),
      ]);
    }
  }

  /** Goes away. */
  stop(): void {
    this.socket.destroy();
  }
}

import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Page, writePage } from './page.js';

const path = '/callback';

/** The way back of a browser to us, on a port that is ours only as long as a sign-in runs (RFC 8252, section 7.3). */
export class LoopbackRedirect {
  readonly #server: Server;
  readonly #port: number;
  #answered: ((answer: URL) => void) | undefined;
  #state: string | undefined;
  /** The browser that came back, until it is told how it went. */
  #waiting: ServerResponse | undefined;

  /** Settles when a browser has come back, with the whole address. */
  readonly answer: Promise<URL>;

  private constructor(server: Server) {
    this.#server = server;
    this.#port = (server.address() as AddressInfo).port;
    this.answer = new Promise((resolve) => {
      this.#answered = resolve;
    });
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      this.#respond(request, response);
    });
  }

  /** Says by which state the answer is known (RFC 6749, section 10.12). Until then, and with another, nobody has it. */
  expect(state: string): void {
    this.#state = state;
  }

  static async open(): Promise<LoopbackRedirect> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new LoopbackRedirect(server);
  }

  /** Where the browser is to be sent back to. */
  get uri(): string {
    return `http://127.0.0.1:${this.#port}${path}`;
  }

  /** Tells the browser how it went, if one came back and is still there, and closes the port. */
  async close(page: Page): Promise<void> {
    this.#server.close();
    const response = this.#waiting;
    if (response !== undefined && !response.destroyed) {
      const gone = once(response, 'close');
      writePage(response, page);
      await gone;
    }
    this.#server.closeAllConnections();
  }

  #respond(request: IncomingMessage, response: ServerResponse): void {
    const refused = this.#refusal(request);
    if (refused !== undefined) {
      writePage(response, refused);
      return;
    }
    // It waits for what becomes of its code.
    this.#waiting = response;
    this.#answered?.(new URL(request.url ?? '', this.uri));
    this.#answered = undefined;
  }

  #refusal({ method, url = '', headers }: IncomingMessage): Page | undefined {
    const title = 'Not for you';
    // A name that leads to 127.0.0.1 is somebody's web page (DNS rebinding).
    if (headers.host !== `127.0.0.1:${this.#port}`) {
      return { status: 403, title, words: 'This address was reached by another name than its own.' };
    }
    if (url !== path && !url.startsWith(`${path}?`)) {
      return { status: 404, title: 'Not found', words: 'Nothing is here.' };
    }
    if (method !== 'GET') return { status: 405, title, words: 'Browsers come here with GET.' };
    // Whoever finds the port, a page or another user, could end the sign-in otherwise.
    if (this.#state === undefined || new URL(url, this.uri).searchParams.get('state') !== this.#state) {
      return {
        status: 400,
        title,
        words: 'This is not the answer to the sign-in that waits here: its state is another.',
      };
    }
    if (this.#answered === undefined) {
      return {
        status: 409,
        title: 'Already answered',
        words: 'This sign-in has its answer already. You can close this page.',
      };
    }
    return undefined;
  }
}

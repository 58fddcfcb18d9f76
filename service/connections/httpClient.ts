import type { Pool } from 'undici';
import type { ConnectionSettings } from '../config/configuration.js';
import { Exchange } from './exchange.js';
import { Cancelled, type Client, type UpstreamReply, type UpstreamRequest } from './upstream.js';

/** How long an idle socket is kept for the next request. Shorter than any server's own limit. Milliseconds. */
const keepAlive = 4000;

/** Sends requests to one server over HTTP, with a pool of sockets of its own. */
export class HttpClient implements Client {
  #pool: Promise<Pool> | undefined;
  readonly #settings: ConnectionSettings;
  readonly #basePath: string;
  readonly #headers: Readonly<Record<string, string>>;

  /**
   * @param settings where to, and the time-outs
   * @param basePath what comes before a request's path
   * @param credentials headers that go to this server's origin only: redirects are not followed
   */
  constructor(settings: ConnectionSettings, basePath: string, credentials: Readonly<Record<string, string>>) {
    this.#settings = settings;
    this.#basePath = basePath;
    this.#headers = { 'user-agent': 'CloudToLocalLLM', ...credentials };
  }

  async send(request: UpstreamRequest, signal: AbortSignal): Promise<UpstreamReply> {
    this.#pool ??= this.#open();
    const pool = await this.#pool;
    if (signal.aborted) throw new Cancelled();
    const { url, timeouts } = this.#settings;
    const exchange = new Exchange(url, { ...timeouts, ...request.timeouts }, signal);
    pool.dispatch(
      {
        method: request.method,
        path: this.#basePath + request.path,
        headers: { ...request.headers, ...this.#headers },
        body: request.body ?? null,
      },
      exchange,
    );
    return exchange.head;
  }

  close(): void {
    // Ends when the last running request has; there is nobody to tell.
    void this.#pool?.then((pool) => pool.close());
  }

  async #open(): Promise<Pool> {
    // Loaded with the first request, so that the broker is ready before.
    const { default: UndiciPool } = await import('undici/lib/dispatcher/pool.js');
    return new UndiciPool(new URL(this.#settings.url).origin, {
      connections: null,
      // Ours are in Exchange; undici's would end a model's long silence after 300 s.
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: keepAlive,
      connect: { timeout: this.#settings.timeouts.connect * 1000 },
    });
  }
}

/** How most servers are told a token (RFC 6750). */
export function bearer(token: string | undefined): Readonly<Record<string, string>> {
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
}

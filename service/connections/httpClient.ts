import type { Pool as PoolType } from 'undici';
import Pool from 'undici/lib/dispatcher/pool.js';
import type { ConnectionSettings } from '../config/configuration.js';
import { Exchange } from './exchange.js';
import type { Client, UpstreamReply, UpstreamRequest } from './upstream.js';

/** How long an idle socket is kept for the next request. Shorter than any server's own limit. Milliseconds. */
const keepAlive = 4000;

/** Sends requests to one server over HTTP, with a pool of sockets of its own. */
export class HttpClient implements Client {
  readonly #pool: PoolType;
  readonly #settings: ConnectionSettings;
  readonly #basePath: string;
  readonly #headers: Readonly<Record<string, string>>;

  /**
   * @param settings where to, and the time-outs
   * @param basePath what comes before a request's path
   * @param token sent as a bearer token, to this server's origin only: redirects are not followed
   */
  constructor(settings: ConnectionSettings, basePath: string, token: string | undefined) {
    this.#settings = settings;
    this.#basePath = basePath;
    this.#headers = {
      'user-agent': 'CloudToLocalLLM',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    };
    this.#pool = new Pool(new URL(settings.url).origin, {
      connections: null,
      // Ours are in Exchange; undici's would end a model's long silence after 300 s.
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: keepAlive,
      connect: { timeout: settings.timeouts.connect * 1000 },
    });
  }

  send(request: UpstreamRequest, signal: AbortSignal): Promise<UpstreamReply> {
    const exchange = new Exchange(this.#settings.url, this.#settings.timeouts, signal);
    this.#pool.dispatch(
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
    void this.#pool.close();
  }
}

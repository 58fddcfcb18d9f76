import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import type { ConnectionSettings } from '../config/configuration.js';
import { CredentialsDelayed, NoCredentials } from './credentials.js';
import { dispatcherFor } from './dispatcher.js';
import { Refused, Unreachable } from './errors.js';
import { Exchange } from './exchange.js';
import { masked } from './masking.js';
import { Cancelled, type Client, type UpstreamReply, type UpstreamRequest } from './upstream.js';

/** What a client has a connection's token from. */
export interface TokenGiver {
  /** @throws {NoCredentials | CredentialsDelayed} */
  token(): Promise<string | undefined>;
  /** The server didn't accept a token. @returns whether there is another one now */
  renewed(token: string): Promise<boolean>;
}

/** The header by which a server is told a token. */
export type TokenHeader = (token: string) => Readonly<Record<string, string>>;

/** Sends requests to one server over HTTP, with a pool of sockets of its own. */
export class HttpClient implements Client {
  #dispatcher: Promise<Dispatcher> | undefined;
  readonly #settings: ConnectionSettings;
  readonly #basePath: string;
  readonly #tokens: TokenGiver;
  readonly #header: TokenHeader;

  /**
   * @param settings where to, and the time-outs
   * @param basePath what comes before a request's path
   * @param tokens that go to this server's origin only: redirects are not followed
   */
  constructor(settings: ConnectionSettings, basePath: string, tokens: TokenGiver, header: TokenHeader = bearer) {
    this.#settings = settings;
    this.#basePath = basePath;
    this.#tokens = tokens;
    this.#header = header;
  }

  async send(request: UpstreamRequest, signal: AbortSignal): Promise<UpstreamReply> {
    const token = await this.#token();
    const reply = await this.#dispatch(request, token, signal);
    // What has been streamed can't be sent again.
    if (reply.status !== 401 || token === undefined || request.body instanceof Readable) return reply;
    if (!(await this.#tokens.renewed(token))) return reply;
    reply.body.cancel();
    return this.#dispatch(request, await this.#token(), signal);
  }

  async #token(): Promise<string | undefined> {
    try {
      return await this.#tokens.token();
    } catch (error) {
      if (error instanceof NoCredentials) throw new Refused(error.message);
      throw error instanceof CredentialsDelayed ? new Unreachable(error.message) : error;
    }
  }

  async #dispatch(request: UpstreamRequest, token: string | undefined, signal: AbortSignal): Promise<UpstreamReply> {
    this.#dispatcher ??= this.#open();
    const dispatcher = await this.#dispatcher;
    if (signal.aborted) throw new Cancelled();
    const { url, timeouts } = this.#settings;
    const exchange = new Exchange(url, { ...timeouts, ...request.timeouts }, signal);
    dispatcher.dispatch(
      {
        method: request.method,
        path: this.#basePath + request.path,
        headers: {
          ...request.headers,
          'user-agent': 'CloudToLocalLLM',
          ...(token === undefined ? {} : this.#header(token)),
        },
        body: request.body ?? null,
      },
      exchange,
    );
    return masked(await exchange.head, token);
  }

  close(): void {
    // Ends when the last running request has; there is nobody to tell, nor that none could be sent.
    this.#dispatcher?.then((dispatcher) => dispatcher.close()).catch(() => undefined);
  }

  #open(): Promise<Dispatcher> {
    const { url, ca, timeouts } = this.#settings;
    // Proxies belong to the process, as for every program of the session: they aren't configured.
    return dispatcherFor(url, { ca, connect: timeouts.connect, environment: process.env });
  }
}

/** How most servers are told a token (RFC 6750). */
export function bearer(token: string): Readonly<Record<string, string>> {
  return { authorization: `Bearer ${token}` };
}

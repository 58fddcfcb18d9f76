import type { ConnectionSettings } from '../config/configuration.js';
import type { Dialect } from '../dialects/dialect.js';
import type { Token, TokenState } from '../secrets/token.js';
import { demo } from './demo.js';
import { NotReady, Refused, TimedOut, Unreachable, type UpstreamError } from './errors.js';
import type { CatalogueEntry, ConnectionKind, Finding, LoadedModel } from './kind.js';
import { steadyLatency } from './latency.js';
import { ollama } from './ollama.js';
import { openai } from './openai.js';
import { Cancelled, type Client, type UpstreamReply, type UpstreamRequest } from './upstream.js';

/**
 * What is known of a connection. `refused`: our credentials; `limited`: its quota is used up; `cooling`: left alone for
 * a while after failures.
 */
export type ConnectionState =
  'connected' | 'connecting' | 'unreachable' | 'refused' | 'limited' | 'cooling' | 'disabled';

/** What is shown of a connection. */
export interface ConnectionStatus {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly place: string;
  readonly enabled: boolean;
  readonly state: ConnectionState;
  /** Milliseconds the last successful check took, 0 before the first. */
  readonly latency: number;
  readonly version: string;
  readonly models: readonly string[];
  readonly loaded: readonly LoadedModel[];
  /** '' if nothing is wrong. */
  readonly lastError: string;
  /** Seconds since 1970, 0 before the first check. */
  readonly lastCheck: number;
  readonly tokenState: TokenState;
}

const kinds: Readonly<Record<ConnectionSettings['kind'], ConnectionKind>> = { ollama, openai, demo };

/** A check that takes longer has failed. Milliseconds. */
const checkLimit = 10_000;

/** One configured upstream: what it is, what is known of it, and the way to send it requests. Owns its state. */
export class Connection {
  readonly #kind: ConnectionKind;
  readonly #client: Client;
  readonly #token: Token;
  readonly #closed = new AbortController();
  #state: ConnectionState;
  #latency = 0;
  #finding: Finding = { version: '', models: undefined, loaded: [] };
  #lastError = '';
  #lastCheck = 0;
  #running: Promise<void> | undefined;

  /**
   * @param settings what the user configured
   * @param token as far as it could be had
   * @param changed is called after anything of `status` has changed
   * @param failed is called after a request could not reach it
   */
  constructor(
    readonly settings: ConnectionSettings,
    token: Token,
    private readonly changed: () => void,
    private readonly failed: () => void,
  ) {
    this.#kind = kinds[settings.kind];
    this.#token = token;
    this.#client = this.#kind.client(settings, token.state === 'stored' ? token.value : undefined);
    this.#state = settings.enabled ? 'connecting' : 'disabled';
    if (settings.enabled && token.state === 'missing') {
      this.#state = 'refused';
      this.#lastError = `It has no token: ${token.problem}`;
    }
  }

  /** What is shown of it. */
  get status(): ConnectionStatus {
    const { id, name, kind, place, enabled } = this.settings;
    return {
      ...{ id, name, kind, place, enabled },
      state: this.#state,
      latency: this.#latency,
      version: this.#finding.version,
      models: this.#finding.models?.map((model) => model.name) ?? [],
      loaded: this.#finding.loaded,
      lastError: this.#lastError,
      lastCheck: this.#lastCheck,
      tokenState: this.#token.state,
    };
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** Its models, undefined as long as they aren't known. */
  get catalogue(): readonly CatalogueEntry[] | undefined {
    return this.#finding.models;
  }

  /** Whether it takes requests of this dialect as they are. */
  speaks(dialect: Dialect): boolean {
    return this.#kind.dialects.includes(dialect);
  }

  /** What it calls a model: as the user's map says, else the same. */
  nameFor(model: string): string {
    return this.settings.models[model] ?? model;
  }

  /** Whether it has a model, by the name that an application uses; `unknown` where its models aren't known. */
  has(model: string): 'yes' | 'no' | 'unknown' {
    if (this.#finding.models === undefined) return 'unknown';
    const name = this.nameFor(model);
    return this.#finding.models.some((entry) => this.#kind.sameModel(entry.name, name)) ? 'yes' : 'no';
  }

  /** Sends a request. @throws {UpstreamError} if no answer began, which is also noted as this connection's state */
  async send(request: UpstreamRequest, signal: AbortSignal): Promise<UpstreamReply> {
    try {
      return await this.#client.send(request, signal);
    } catch (error) {
      if (error instanceof Unreachable || (error instanceof TimedOut && error.phase === 'connect')) {
        this.#fails(error);
        this.failed();
      }
      throw error;
    }
  }

  /** Asks it how it is. The answer is in `status`; checks that run at the same time are one. */
  check(): Promise<void> {
    if (this.#state === 'disabled' || this.#token.state === 'missing') return Promise.resolve();
    this.#running ??= this.#check().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  /** Ends what is known and going on, but for requests that run. */
  close(): void {
    this.#closed.abort();
    this.#client.close();
  }

  async #check(): Promise<void> {
    const begun = performance.now();
    const limit = new AbortController();
    const abort = (): void => {
      limit.abort();
    };
    const timer = setTimeout(abort, checkLimit);
    this.#closed.signal.addEventListener('abort', abort);
    try {
      const finding = await this.#kind.check(this.#client, this.#address, limit.signal);
      this.#finding = finding;
      this.#latency = steadyLatency(this.#latency, performance.now() - begun);
      this.#becomes('connected', '');
    } catch (error) {
      if (this.#closed.signal.aborted) return;
      if (error instanceof Cancelled) {
        this.#fails(new TimedOut(`${this.#address} did not answer a check within ${checkLimit / 1000} s`, 'total'));
      } else {
        this.#fails(error as UpstreamError);
      }
    } finally {
      clearTimeout(timer);
      this.#closed.signal.removeEventListener('abort', abort);
    }
  }

  get #address(): string {
    return this.settings.url;
  }

  #fails(error: UpstreamError): void {
    const state = error instanceof Refused ? 'refused' : error instanceof NotReady ? 'connecting' : 'unreachable';
    this.#finding = { ...this.#finding, loaded: [] };
    this.#becomes(state, error.message);
  }

  #becomes(state: ConnectionState, lastError: string): void {
    this.#state = state;
    this.#lastError = lastError;
    this.#lastCheck = Math.floor(Date.now() / 1000);
    this.changed();
  }
}

import type { ConnectionSettings } from '../config/configuration.js';
import type { Uptake } from '../dialects/continuation.js';
import type { ServerName } from '../dialects/codec.js';
import type { Dialect } from '../dialects/dialect.js';
import type { EmbeddingServerName } from '../dialects/embeddings.js';
import { entryOf } from '../dialects/fields.js';
import type { Needs } from '../dialects/needs.js';
import type { Credentials, CredentialsChange, CredentialsStatus } from './credentials.js';
import { abilitiesOf } from './abilities.js';
import { anthropic } from './anthropic.js';
import { Breaker } from './breaker.js';
import { cloudToLocalLlm } from './cloudToLocalLlm.js';
import { demo } from './demo.js';
import { CutOff, Declined, NotReady, Refused, TimedOut, Unreachable, type UpstreamError } from './errors.js';
import { failureOf } from './failure.js';
import { Gate } from './gate.js';
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
  /** `open`: left alone after failures; `halfOpen`: the next request tries it. */
  readonly breaker: 'closed' | 'open' | 'halfOpen';
  /** While it is left alone: when it may be tried again. Seconds since 1970, 0 if it isn't left alone. */
  readonly nextTry: number;
  /** Of its token, or of whoever signed in. */
  readonly credentials: CredentialsStatus;
}

const kinds: Readonly<Record<ConnectionSettings['kind'], ConnectionKind>> = {
  ollama,
  openai,
  anthropic,
  cloudtolocalllm: cloudToLocalLlm,
  demo,
};

/** A check that takes longer has failed. Milliseconds. */
const checkLimit = 10_000;

/** One configured upstream: what it is, what is known of it, and the way to send it requests. Owns its state. */
export class Connection {
  readonly #kind: ConnectionKind;
  readonly #client: Client;
  readonly #closed = new AbortController();
  #breaker = new Breaker();
  readonly #gate: Gate;
  #restTimer: NodeJS.Timeout | undefined;
  #restReason = '';
  #nextTry = 0;
  /** As it is apart from what the breaker says. */
  #reach: ConnectionState;
  #latency = 0;
  #finding: Finding = { version: '', models: undefined, loaded: [] };
  /** Models that were looked for in memory because they answer, and weren't there. */
  readonly #sought = new Set<string>();
  #lastError = '';
  #lastCheck = 0;
  #running: Promise<void> | undefined;

  /**
   * @param settings what the user configured
   * @param credentials of its own; they may outlive it, and are closed by whoever made them
   * @param changed is called after anything of `status` has changed
   * @param doubted is called after a request has failed in a way that a check can confirm
   */
  constructor(
    readonly settings: ConnectionSettings,
    readonly credentials: Credentials,
    private readonly changed: () => void,
    private readonly doubted: () => void,
  ) {
    this.#kind = kinds[settings.kind];
    this.#client = this.#kind.client(settings, credentials);
    this.#gate = new Gate(settings.concurrency, settings.name);
    this.#reach = settings.enabled ? 'connecting' : 'disabled';
    credentials.changed = (change) => {
      this.#credentialsChanged(change);
    };
  }

  /** What is shown of it. */
  get status(): ConnectionStatus {
    const { id, name, kind, place, enabled } = this.settings;
    return {
      ...{ id, name, kind, place, enabled },
      state: this.state,
      latency: this.#latency,
      version: this.#finding.version,
      models: this.#finding.models?.map((model) => model.name) ?? [],
      loaded: this.#finding.loaded,
      lastError: this.#problem || (this.state === this.#reach ? this.#lastError : this.#restReason),
      lastCheck: this.#lastCheck,
      breaker: this.#breaker.rest !== 'cooling' ? 'closed' : this.#breaker.wait > 0 ? 'open' : 'halfOpen',
      nextTry: this.state === this.#reach || this.#breaker.wait === 0 ? 0 : this.#nextTry,
      credentials: this.credentials.status,
    };
  }

  get state(): ConnectionState {
    if (this.#problem !== '') return 'refused';
    return this.#reach === 'connected' ? (this.#breaker.rest ?? 'connected') : this.#reach;
  }

  /** Whether it answers, also while it is left alone. */
  get reachable(): boolean {
    return this.#reach === 'connected' && this.#problem === '';
  }

  /** Whether a request may go to it in its turn, as far as is known. */
  get ready(): boolean {
    return this.reachable && this.#breaker.ready;
  }

  /** Milliseconds for which it is to be left alone. */
  get wait(): number {
    return this.#breaker.wait;
  }

  /** Whether a request would have to wait for others to end. */
  get full(): boolean {
    return this.#gate.full;
  }

  /** Its models, undefined as long as they aren't known. */
  get catalogue(): readonly CatalogueEntry[] | undefined {
    return this.#finding.models;
  }

  /** What its server speaks. */
  get dialect(): Dialect {
    return this.#kind.dialect;
  }

  /** Whether its server can be told to fetch models, and to let go of them. The demo speaks Ollama's API, and has nothing. */
  get managed(): boolean {
    return this.dialect === 'ollama' && this.settings.kind !== 'demo';
  }

  /** Whether what is asked at an endpoint can be asked there as it is. */
  answers(path: string): boolean {
    return this.#kind.paths.includes(path);
  }

  /** How it is asked what was meant for another endpoint. */
  server(model: string): ServerName {
    return this.#kind.server(this.entry(model));
  }

  /** What it calls a model: as the user's map says, else as its kind of server compares names. */
  nameFor(model: string): string {
    const mapped = entryOf(this.settings.models, model);
    if (mapped !== undefined) return mapped;
    const names = this.#finding.models?.map((entry) => entry.name) ?? [];
    return this.#kind.ownName(model, names);
  }

  /** What it lists of a model, by the name that an application uses. */
  entry(model: string): CatalogueEntry | undefined {
    const name = this.nameFor(model);
    return this.#finding.models?.find((one) => this.#kind.sameModel(one.name, name));
  }

  /** What tells a model's file from all others; undefined where the server doesn't say. */
  digest(model: string): string | undefined {
    const digest = this.entry(model)?.listing.digest;
    return typeof digest === 'string' && digest !== '' ? digest : undefined;
  }

  /** How it is asked for vectors, undefined where it can't be. */
  get embeddings(): EmbeddingServerName | undefined {
    return this.#kind.embeddings;
  }

  /** Whether it has a model, by the name that an application uses; `unknown` where its models aren't known. */
  has(model: string): 'yes' | 'no' | 'unknown' {
    if (this.#finding.models === undefined) return 'unknown';
    const name = this.nameFor(model);
    return this.#finding.models.some((entry) => this.#kind.sameModel(entry.name, name)) ? 'yes' : 'no';
  }

  /** Whether the model is known not to be able to do something that is needed. */
  lacks(model: string, needs: Needs): boolean {
    if (!needs.tools && !needs.vision) return false;
    const entry = this.entry(model);
    const abilities = entry === undefined ? undefined : abilitiesOf(entry.listing);
    if (abilities === undefined) return false;
    return (needs.tools && !abilities.tools) || (needs.vision && !abilities.vision);
  }

  /** How it can be made to go on from text that is there: by taking it as its own, or by no means but beginning again. */
  takesUp(model: string): Uptake {
    return this.#kind.takesUp(this.nameFor(model), this.entry(model));
  }

  /** Whether a model was in its memory when it was last looked at. */
  holds(model: string): boolean {
    return this.#finding.loaded.some(({ name }) => this.#kind.sameModel(name, model));
  }

  /** Waits until it takes another request. @returns what is called after that, once @throws {Busy | Cancelled} */
  enter(signal: AbortSignal): Promise<() => void> {
    return this.#gate.enter(this.settings.timeouts.queue, signal);
  }

  /** A request has its turn. @returns what is called if it goes away before anything is known of how it went */
  begin(): () => void {
    return this.#breaker.begin();
  }

  /** Sends a request. What becomes of it is told with `began`, `completed` and `failed`. @throws {UpstreamError | Cancelled} */
  send(request: UpstreamRequest, signal: AbortSignal): Promise<UpstreamReply> {
    return this.#client.send(request, signal);
  }

  /** A request's answer has begun. */
  began(): void {
    const before = this.state;
    this.#breaker.began();
    // What the last check found is older.
    if (this.#reach !== 'connected' && this.#reach !== 'disabled') {
      this.#becomes('connected', '');
      this.doubted();
    } else if (this.state !== before) {
      this.changed();
    }
  }

  /**
   * A model answers, so it is in memory now. What the last look didn't find there is looked for soon, but once: what a
   * server has elsewhere answer is never found.
   *
   * @param model by the name that an application uses
   */
  used(model: string): void {
    const name = this.nameFor(model);
    if (!this.managed || this.holds(name) || this.#sought.has(name)) return;
    this.#sought.add(name);
    this.doubted();
  }

  /** A request's answer is complete. */
  completed(): void {
    this.#breaker.completed();
  }

  /** A request has failed, after whatever was tried again. */
  failed(error: UpstreamError): void {
    const failure = failureOf(error);
    this.#breaker.failed(failure, error instanceof Declined ? error.retryAfter : undefined);
    if (error instanceof Unreachable || (error instanceof TimedOut && error.phase === 'connect')) this.#fails(error);
    if (this.#breaker.rest !== undefined) {
      this.#restReason = error.brief;
      this.#tellOfRest();
    }
    if (error instanceof CutOff || this.#reach === 'unreachable' || failure === 'missing' || failure === 'silence') {
      this.doubted();
    }
  }

  /** An error as others may read it: without the token, which servers repeat that don't accept it. */
  redacted(error: UpstreamError): UpstreamError {
    return error instanceof Declined ? error.redacted((text) => this.credentials.redacted(text)) : error;
  }

  /** Asks it how it is. The answer is in `status`; checks that run at the same time are one. */
  check(): Promise<void> {
    if (this.#reach === 'disabled') return Promise.resolve();
    this.#running ??= this.#check().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  /** The same after something has changed there: a check that runs may have asked before. */
  async checkAgain(): Promise<void> {
    await this.#running;
    await this.check();
  }

  /** Ends what is known and going on, but for requests that run. */
  close(): void {
    this.#closed.abort();
    clearTimeout(this.#restTimer);
    this.#client.close();
  }

  async #check(): Promise<void> {
    await this.credentials.look();
    if (this.#problem !== '') return;
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
      for (const name of this.#sought) if (this.holds(name)) this.#sought.delete(name);
      this.#latency = steadyLatency(this.#latency, performance.now() - begun);
      if (this.#reach === 'unreachable') this.#breaker.recovered();
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

  /** Why nothing can be sent to it for want of credentials, '' if it can. */
  get #problem(): string {
    return this.#reach === 'disabled' ? '' : this.credentials.status.problem;
  }

  /** With another token it is as good as another connection. */
  #credentialsChanged(change: CredentialsChange): void {
    if (change === 'usable' && this.#reach !== 'disabled') {
      this.#breaker = new Breaker();
      if (this.#reach === 'refused') this.#reach = 'connecting';
      this.#lastError = '';
      void this.checkAgain();
    }
    this.changed();
  }

  get #address(): string {
    return this.settings.url;
  }

  #fails(error: UpstreamError): void {
    const state = error instanceof Refused ? 'refused' : error instanceof NotReady ? 'connecting' : 'unreachable';
    this.#finding = { ...this.#finding, loaded: [] };
    this.#becomes(state, this.credentials.redacted(error.brief));
  }

  /** Tells of it now, and again when it is over. */
  #tellOfRest(): void {
    const { wait } = this.#breaker;
    this.#nextTry = Math.ceil((Date.now() + wait) / 1000);
    clearTimeout(this.#restTimer);
    this.changed();
    this.#restTimer = setTimeout(() => {
      this.changed();
    }, wait);
    this.#restTimer.unref();
  }

  #becomes(state: ConnectionState, lastError: string): void {
    this.#reach = state;
    this.#lastError = lastError;
    this.#lastCheck = Math.floor(Date.now() / 1000);
    this.changed();
  }
}

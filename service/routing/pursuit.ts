import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from '../connections/connection.js';
import { Busy, Declined, Unsuitable, UpstreamError } from '../connections/errors.js';
import { type Failure, failureOf } from '../connections/failure.js';
import { Cancelled, type UpstreamRequest } from '../connections/upstream.js';
import { Untranslatable } from '../dialects/codec.js';
import type { Framing } from '../dialects/frames.js';
import type { Log } from '../telemetry/log.js';
import { Attempt } from './attempt.js';
import { AllFailed, type FailedAttempt } from './errors.js';
import { deadline, decide, type Decision } from './retry.js';

/** Between two looks at a server that loads its model. Milliseconds. */
const loadingInterval = 500;

/** What all attempts of a request have in common. */
export interface PursuitOptions {
  readonly streamed: boolean;
  readonly signal: AbortSignal;
  readonly log: Log;
}

/** A request as one connection is asked it, and how its answer comes. */
export interface Call {
  readonly request: UpstreamRequest;
  readonly framing: Framing;
  /** What an answer becomes that came whole. @throws {BrokenAnswer} if it can't be used */
  whole(bytes: Buffer): Buffer;
}

/** An attempt whose answer has begun, and what it answers. */
export interface Answered<C extends Call> {
  readonly attempt: Attempt;
  readonly call: C;
}

/** One request on its way through the connections: its attempts, how they failed, and what is left of its time. */
export class Pursuit {
  #attempts = 0;
  /** Of them those that only found that it isn't time yet. */
  #waits = 0;
  readonly #failures: FailedAttempt[] = [];
  readonly #end = performance.now() + deadline;

  constructor(private readonly options: PursuitOptions) {}

  /** Attempts until now. */
  get attempts(): number {
    return this.#attempts;
  }

  /** Whether a connection of such a name has failed. */
  hasFailedAt(named: (name: string) => boolean): boolean {
    return this.#failures.some(({ connection }) => named(connection));
  }

  /**
   * Asks one connection after another, each again where that makes sense, until an answer begins.
   *
   * @param candidates in the order in which they are asked
   * @param make says how one of them is asked; throws Untranslatable where it can't be
   * @throws {Declined} if the request is at fault
   * @throws {AllFailed} if nobody answers
   * @throws {Cancelled} if the signal ends it
   */
  async answer<C extends Call>(
    candidates: readonly Connection[],
    make: (connection: Connection) => C,
  ): Promise<Answered<C>> {
    const queue = [...candidates];
    const deferred = new Set<Connection>();
    for (let connection = queue.shift(); connection !== undefined; connection = queue.shift()) {
      // It may have failed others since the order was made.
      if (!connection.ready && !deferred.has(connection) && queue.some(({ ready }) => ready)) {
        deferred.add(connection);
        queue.push(connection);
        continue;
      }
      const answer = await this.#turn(connection, queue, make);
      if (answer === 'stop') break;
      if (answer !== 'next') return answer;
    }
    throw this.#outcome();
  }

  /** One connection's turn. @returns its answer, or what comes next */
  async #turn<C extends Call>(
    connection: Connection,
    queue: readonly Connection[],
    make: (connection: Connection) => C,
  ): Promise<Answered<C> | 'next' | 'stop'> {
    if (!(await this.#allowed(connection))) return 'next';
    const { signal } = this.options;
    const call = this.#call(connection, make);
    if (call === undefined) return 'next';
    const withdrawn = connection.begin();
    signal.addEventListener('abort', withdrawn);
    try {
      return await this.#tries(connection, queue, call);
    } catch (error) {
      withdrawn();
      throw error;
    } finally {
      signal.removeEventListener('abort', withdrawn);
    }
  }

  /** Asks one connection until it answers, or isn't to be asked again. */
  async #tries<C extends Call>(
    connection: Connection,
    queue: readonly Connection[],
    call: C,
  ): Promise<Answered<C> | 'next' | 'stop'> {
    const { request, framing } = call;
    const whole = (bytes: Buffer): Buffer => call.whole(bytes);
    const { name, patience, place, timeouts, busy } = connection.settings;
    const { signal, streamed, log } = this.options;
    const others = (): boolean => queue.some(({ ready }) => ready);
    const begun = performance.now();
    for (let tries = 1; ; tries += 1) {
      this.#attempts += 1;
      let error: UpstreamError;
      try {
        if (connection.full && busy === 'spill' && others()) throw new Busy(`${name} answers as many as it takes`);
        const hurried = place === 'cloud' && streamed && others() && timeouts.handOver > 0;
        const sent = hurried ? { ...request, timeouts: { firstByte: timeouts.handOver } } : request;
        return { attempt: await Attempt.begin(connection, sent, { framing, whole, others, signal }), call };
      } catch (caught) {
        if (!(caught instanceof UpstreamError)) throw caught;
        error = caught;
      }
      this.#failures.push({ connection: name, error });
      const decision = decide(
        {
          ...{ failure: failureOf(error), tries, others: others(), patience: patience * 1000, busy },
          retryAfter: error instanceof Declined ? error.retryAfter : undefined,
          waited: performance.now() - begun,
          queueLimit: timeouts.queue * 1000,
          attempts: this.#attempts - this.#waits,
          remaining: this.#end - performance.now(),
        },
        Math.random,
      );
      log.warn(`${name} could not answer: ${error.brief}`);
      if (!(await this.#goesOn(decision, connection, begun))) {
        connection.failed(error);
        return decision.do === 'stop' ? 'stop' : 'next';
      }
      if (failureOf(error) === 'busy' || decision.do === 'await') {
        this.#waits += 1;
        tries -= 1;
      }
    }
  }

  /** How a connection is asked; undefined if it can't be asked that. */
  #call<C extends Call>(connection: Connection, make: (connection: Connection) => C): C | undefined {
    try {
      return make(connection);
    } catch (error) {
      if (!(error instanceof Untranslatable)) throw error;
      this.#failures.push({ connection: connection.settings.name, error: new Unsuitable(error.message) });
      return undefined;
    }
  }

  /** Waits for a connection whose quota is used up, if that isn't long. @returns whether it may be asked */
  async #allowed(connection: Connection): Promise<boolean> {
    if (connection.state !== 'limited') return true;
    const { name, patience } = connection.settings;
    const { wait } = connection;
    if (wait <= patience * 1000) {
      await this.#pause(wait);
      return true;
    }
    const { lastError } = connection.status;
    this.#failures.push({
      connection: name,
      error: new Declined(`${lastError} (it is left alone for ${Math.ceil(wait / 1000)} s)`, 'quota', 429, '', wait),
    });
    return false;
  }

  /** Waits as decided. @returns whether the connection is tried again */
  async #goesOn(decision: Decision, connection: Connection, begun: number): Promise<boolean> {
    switch (decision.do) {
      case 'again':
        await this.#pause(decision.after);
        return true;
      case 'await': {
        // The request is sent again only once the model is there, so that no wait is begun anew for nothing.
        const limit = connection.settings.timeouts.firstByte * 1000;
        while ((limit === 0 || performance.now() - begun < limit) && performance.now() < this.#end) {
          await this.#pause(loadingInterval);
          await connection.check();
          if (connection.state !== 'connecting') return connection.reachable;
        }
        return false;
      }
      case 'next':
      case 'stop':
        return false;
    }
  }

  async #pause(milliseconds: number): Promise<void> {
    const { signal } = this.options;
    try {
      await sleep(milliseconds, undefined, { signal });
    } catch {
      throw new Cancelled();
    }
  }

  /** What is told when nobody answered: the server's own words where the request is at fault, else all that happened. */
  #outcome(): Error {
    const last = this.#failures.at(-1)?.error;
    const kinds = new Set(this.#failures.map(({ error }) => failureOf(error)));
    const fault = (error: UpstreamError): boolean => ['client', 'policy'].includes(failureOf(error));
    if (last !== undefined && fault(last)) return last;
    const [first] = this.#failures;
    const same = kinds.size === 1 && ['context', 'missing', 'unsuitable'].some((kind) => kinds.has(kind as Failure));
    return same && first !== undefined ? first.error : new AllFailed(this.#failures);
  }
}

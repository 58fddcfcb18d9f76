import type { Failure } from './failure.js';

/** Failed turns in a row after which a connection is left alone. */
const threshold = 3;

/**
 * How long it is left alone, the first time and at most. Milliseconds. The longest is short enough for the user's first
 * choice to serve again within 15 s of its recovery.
 */
const shortest = 5_000;
const longest = 10_000;

/** How long a connection is left alone that turned us away without saying for how long. Milliseconds. */
const withoutWord = 10_000;

/** How long one is that doesn't accept our token: nothing but a new one helps, and with that all begins anew. */
const afterRefusal = 300_000;

/** Why a connection is left alone. */
export type Rest = 'cooling' | 'limited' | 'refused';

/**
 * Decides from what became of requests whether a connection is to be left alone, and until when. Repeated failures of the
 * server open it; after a while one request may try, and its success closes it. A quota and a refused token are told by
 * the server itself and hold for as long as it says; they count as no failure.
 *
 * What a client chose, such as a time limit of its own, never gets here.
 */
export class Breaker {
  #failures = 0;
  #pause = shortest;
  #rest: Rest | undefined;
  #until = 0;
  #trial: symbol | undefined;

  /** @param now milliseconds, of a clock that doesn't jump */
  constructor(private readonly now: () => number = performance.now.bind(performance)) {}

  /** Why it is left alone, undefined if it isn't. A limit ends by itself, cooling by a success. */
  get rest(): Rest | undefined {
    if (this.#rest !== undefined && this.#rest !== 'cooling' && this.now() >= this.#until) return undefined;
    return this.#rest;
  }

  /** Milliseconds until it may be tried, 0 if it may be now. */
  get wait(): number {
    return this.rest === undefined ? 0 : Math.max(0, this.#until - this.now());
  }

  /** Whether a request may go to it in its turn: it is not left alone, or it is time for the one that tries. */
  get ready(): boolean {
    return this.rest === undefined || (this.wait === 0 && this.#trial === undefined);
  }

  /** A request goes to it. @returns what is called when it went away without an outcome */
  begin(): () => void {
    if (this.rest === undefined || this.#trial !== undefined) return () => undefined;
    const trial = Symbol();
    this.#trial = trial;
    return () => {
      // It may have been over long ago, and another one begun.
      if (this.#trial === trial) this.#trial = undefined;
    };
  }

  /** An answer has begun: others may come again, but the next failure is one too many until one is complete. */
  began(): void {
    if (this.#rest === 'cooling') this.#failures = threshold - 1;
    // It may have been asked before the server said that it had enough.
    if (this.#rest !== 'limited') this.#rest = undefined;
    this.#trial = undefined;
  }

  /** An answer is complete. */
  completed(): void {
    this.#failures = 0;
    this.#pause = shortest;
  }

  /**
   * A turn has failed, after whatever was tried again in it.
   *
   * @param retryAfter milliseconds, if the server said so
   */
  failed(failure: Failure, retryAfter: number | undefined): void {
    this.#trial = undefined;
    switch (failure) {
      case 'quota':
        this.#leave('limited', retryAfter ?? withoutWord);
        return;
      case 'credentials':
        this.#leave('refused', afterRefusal);
        return;
      case 'transient':
      case 'silence':
      case 'broken':
        this.#failures += 1;
        if (retryAfter !== undefined || this.#failures >= threshold) this.#cool(retryAfter ?? 0);
        return;
      case 'client':
      case 'policy':
      case 'context':
      case 'missing':
        // It works: it has read the request and answered.
        this.began();
        return;
      case 'unsuitable':
      case 'busy':
      case 'loading':
        return;
    }
  }

  /** It could not be reached and now can: whatever was counted then is no sign of what is there now. */
  recovered(): void {
    if (this.#rest === 'cooling') this.#until = this.now();
    this.#failures = Math.min(this.#failures, threshold - 1);
  }

  #cool(atLeast: number): void {
    // Failures of requests that were sent before it opened are old news, and a limit holds as long as the server said.
    if (this.wait > 0) return;
    this.#leave('cooling', Math.max(atLeast, this.#pause));
    this.#pause = Math.min(longest, this.#pause * 2);
  }

  #leave(rest: Rest, milliseconds: number): void {
    this.#rest = rest;
    this.#until = this.now() + milliseconds;
  }
}

const minute = 60_000;

/** What sums of fractions may be off by. Milliseconds. */
const rounding = 0.001;

/** A token bucket: so many requests a minute on the average, and as many at once after a minute's rest. */
export class Bucket {
  /** When it is full again; each request that is let in puts that off. */
  #full = -Infinity;

  /** @param rate requests a minute */
  constructor(readonly rate: number) {}

  /**
   * Takes a request's token.
   *
   * @param now milliseconds
   * @returns 0, or the milliseconds after which there is one
   */
  take(now: number): number {
    const full = Math.max(this.#full, now) + minute / this.rate;
    const pause = full - now - minute;
    if (pause > rounding) return Math.ceil(pause - rounding);
    this.#full = full;
    return 0;
  }
}

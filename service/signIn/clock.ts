/** Where the time is taken from, so that tests can turn it. Milliseconds. */
export interface Clock {
  /** Since 1970, as this machine believes; jumps when it is set. */
  wall(): number;
  /** Since some moment; never jumps, and on Linux stands still while the machine sleeps. */
  monotonic(): number;
}

export const systemClock: Clock = { wall: () => Date.now(), monotonic: () => performance.now() };

/**
 * How much is left of something that is valid for a while. Counted from when we got it and never compared with a
 * provider's time, so that a wrong clock does no harm; of this machine's two clocks the one counts that says that more
 * time has passed: one stands still while the machine sleeps, the other may be set back.
 */
export class Life {
  readonly #wall: number;
  readonly #monotonic: number;
  readonly #spent: number;

  /**
   * @param seconds how long it is valid, undefined if nobody said
   * @param gotAt when that was said, by this machine's clock then: milliseconds since 1970. In the future means that the
   *   clock was set back since, and nothing can be known: then it counts as over
   */
  constructor(
    private readonly clock: Clock,
    private readonly seconds: number | undefined,
    gotAt: number,
  ) {
    this.#wall = clock.wall();
    this.#monotonic = clock.monotonic();
    this.#spent = gotAt > this.#wall ? Infinity : this.#wall - gotAt;
  }

  /** Milliseconds; 0 or less when it is over, Infinity where nobody knows. */
  get left(): number {
    return this.seconds === undefined ? Infinity : this.seconds * 1000 - this.age;
  }

  /** Whether so little is left that it should be renewed before it is over. */
  get ending(): boolean {
    return this.seconds !== undefined && this.left < Math.min(60_000, this.seconds * 100);
  }

  /** Milliseconds since it was got. */
  get age(): number {
    const byWall = this.clock.wall() - this.#wall;
    const byMonotonic = this.clock.monotonic() - this.#monotonic;
    return this.#spent + Math.max(byWall, byMonotonic);
  }
}

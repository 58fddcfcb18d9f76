/**
 * Looks at something that changes, one time after the other. However often it is to look again while a look is under way,
 * one more follows: that one sees all there was to see.
 */
export class Looks {
  #last: Promise<void>;
  #waiting = false;

  /** Looks for the first time. @param look settles when it has looked */
  constructor(private readonly look: () => Promise<void>) {
    this.#last = look();
  }

  /** Settles when the newest look is over, be it one that is yet to begin. */
  get over(): Promise<void> {
    return this.#last;
  }

  /** Looks again. @returns what settles when a look is over that began after this */
  again(): Promise<void> {
    if (this.#waiting) return this.#last;
    this.#waiting = true;
    this.#last = this.#last.then(() => {
      this.#waiting = false;
      return this.look();
    });
    return this.#last;
  }
}

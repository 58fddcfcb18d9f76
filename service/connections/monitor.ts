import type { Connection } from './connection.js';

/** Between two checks of a connection that works, while it is used or looked at. Seconds. */
const interval = 10;

/** The same at rest. A provider is asked less often: it may count the questions. Seconds. */
const restIntervals = { local: 30, cloud: 300 };

/** How long after it was used or looked at it comes to rest. Milliseconds. */
const attention = 120_000;

/** The first wait after a failed check, and the longest: what was restarted is seen soon, what is gone costs little. */
const firstWait = 1;
const longestWait = 10;

/**
 * How long to wait before the next check. Seconds.
 *
 * @param attended whether it has been used or looked at lately
 * @param failures how many checks have failed since the last one that didn't
 * @param random from 0 to 1, so that what went down together isn't asked together
 */
export function secondsToNextCheck(
  place: 'local' | 'cloud',
  attended: boolean,
  failures: number,
  random: () => number,
): number {
  if (failures === 0) return attended ? interval : restIntervals[place];
  return Math.min(longestWait, firstWait * 2 ** (failures - 1)) * (0.75 + random() / 4);
}

/** Checks a connection at once and then again and again, until it is stopped. */
export class Monitor {
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;
  #failures = 0;
  #lastAttention = performance.now();

  constructor(private readonly connection: Connection) {
    void this.#round();
  }

  /** It is used or looked at, or may be soon: what is known of it is to be fresh. */
  attend(): void {
    const rested = !this.#attended;
    this.#lastAttention = performance.now();
    if (rested && this.#failures === 0) this.#wait();
  }

  /** Something has just happened to it that the last check doesn't know: it is checked soon. */
  hurry(): void {
    this.#failures = 1;
    this.#wait();
  }

  /** Ends the checks. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  async #round(): Promise<void> {
    await this.connection.check();
    this.#failures = this.connection.state === 'connected' ? 0 : this.#failures + 1;
    this.#wait();
  }

  get #attended(): boolean {
    return performance.now() - this.#lastAttention < attention;
  }

  #wait(): void {
    clearTimeout(this.#timer);
    // Nothing to wait for: only other settings change it.
    if (this.#stopped || this.connection.state === 'disabled') return;
    const seconds = secondsToNextCheck(this.connection.settings.place, this.#attended, this.#failures, Math.random);
    this.#timer = setTimeout(() => void this.#round(), seconds * 1000);
  }
}

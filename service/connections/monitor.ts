import type { Connection } from './connection.js';

/** Between two checks of a connection that works. A provider is asked less often: it counts requests. Seconds. */
const intervals = { local: 10, cloud: 60 };

/** The first wait after a failed check, and the longest: what was restarted is seen soon, what is gone costs little. */
const firstWait = 1;
const longestWait = 10;

/**
 * How long to wait before the next check. Seconds.
 *
 * @param failures how many checks have failed since the last one that didn't
 * @param random from 0 to 1, so that what went down together isn't asked together
 */
export function secondsToNextCheck(place: 'local' | 'cloud', failures: number, random: () => number): number {
  if (failures === 0) return intervals[place];
  return Math.min(longestWait, firstWait * 2 ** (failures - 1)) * (0.75 + random() / 4);
}

/** Checks a connection at once and then again and again, until it is stopped. */
export class Monitor {
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;
  #failures = 0;

  constructor(private readonly connection: Connection) {
    void this.#round();
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

  #wait(): void {
    clearTimeout(this.#timer);
    // Nothing to wait for: only other settings change it.
    if (this.#stopped || this.connection.state === 'disabled') return;
    const seconds = secondsToNextCheck(this.connection.settings.place, this.#failures, Math.random);
    this.#timer = setTimeout(() => void this.#round(), seconds * 1000);
  }
}

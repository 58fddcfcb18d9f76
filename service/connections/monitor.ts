import type { Connection } from './connection.js';

/** Between two checks of a connection. A provider is asked less often: it counts requests. Seconds. */
const intervals = { local: 10, cloud: 60 };

/** Checks a connection at once and then again and again, until it is stopped. */
export class Monitor {
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(private readonly connection: Connection) {
    void this.#round();
  }

  /** Ends the checks. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  async #round(): Promise<void> {
    await this.connection.check();
    if (this.#stopped) return;
    const { place } = this.connection.settings;
    // A provider that can't be reached costs nobody anything, so it is looked for as often as a local server.
    const seconds = this.connection.state === 'connected' ? intervals[place] : intervals.local;
    this.#timer = setTimeout(() => void this.#round(), seconds * 1000);
  }
}

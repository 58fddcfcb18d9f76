import { Busy } from './errors.js';
import { Cancelled } from './upstream.js';

interface Waiting {
  enter(): void;
}

/** Lets so many requests through at a time; the others wait in the order in which they came. */
export class Gate {
  #inside = 0;
  readonly #queue = new Set<Waiting>();

  /**
   * @param places how many may be inside, 0 for no limit
   * @param name of what is behind it, for messages
   */
  constructor(
    private readonly places: number,
    private readonly name: string,
  ) {}

  /** Whether who comes now must wait. */
  get full(): boolean {
    return this.places > 0 && this.#inside >= this.places;
  }

  /**
   * Waits for a place.
   *
   * @param seconds for which it is waited at most, 0 for no limit
   * @param signal ends the wait
   * @returns what gives the place back, once
   * @throws {Busy} when the time is over
   * @throws {Cancelled} when the signal ends it
   */
  enter(seconds: number, signal: AbortSignal): Promise<() => void> {
    if (signal.aborted) return Promise.reject(new Cancelled());
    if (!this.full) return Promise.resolve(this.#take());
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#queue.delete(waiting);
        clearTimeout(timer);
        signal.removeEventListener('abort', cancel);
      };
      const waiting: Waiting = {
        enter: () => {
          leave();
          resolve(this.#take());
        },
      };
      const cancel = (): void => {
        leave();
        reject(new Cancelled());
      };
      const timer =
        seconds > 0
          ? setTimeout(() => {
              leave();
              reject(
                new Busy(`${this.name} answers ${this.places} requests already, and none ended within ${seconds} s`),
              );
            }, seconds * 1000)
          : undefined;
      signal.addEventListener('abort', cancel);
      this.#queue.add(waiting);
    });
  }

  #take(): () => void {
    this.#inside += 1;
    let inside = true;
    return () => {
      if (!inside) return;
      inside = false;
      this.#inside -= 1;
      const [first] = this.#queue;
      first?.enter();
    };
  }
}

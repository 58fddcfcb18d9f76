import { type Fields, wordIn } from '../dialects/fields.js';

/** More layers than any model has; what is told of others isn't counted. */
const mostLayers = 1000;

interface Layer {
  readonly completed: number;
  readonly total: number;
}

/**
 * How far a pull is, from the lines that an Ollama server tells. It fetches a model layer by layer, and tells of each how
 * much is there; what all of them come to only grows.
 */
export class PullProgress {
  readonly #layers = new Map<string, Layer>();
  #step = '';

  /** Takes in a line. */
  hear({ status, digest, total, completed }: Fields): void {
    this.#step = wordIn(status);
    if (typeof digest !== 'string' || (this.#layers.size >= mostLayers && !this.#layers.has(digest))) return;
    const whole = bytes(total);
    this.#layers.set(digest, { total: whole, completed: Math.min(bytes(completed), whole) });
  }

  /** What the server says it is doing, in its own words. */
  get step(): string {
    return this.#step;
  }

  /** Bytes that are there. */
  get completed(): number {
    return sum([...this.#layers.values()].map(({ completed }) => completed));
  }

  /** Bytes of all that is known to be fetched, 0 while nothing is. */
  get total(): number {
    return sum([...this.#layers.values()].map(({ total }) => total));
  }
}

function bytes(told: unknown): number {
  return typeof told === 'number' && Number.isFinite(told) && told > 0 ? Math.trunc(told) : 0;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0);
}

import type { TokenCount } from '../dialects/usage.js';
import { Histogram } from './histogram.js';

/** How a request ended. */
export const outcomes = ['answered', 'failed', 'broken', 'cancelled'] as const;

/**
 * `answered` whole; `failed` before anything of an answer came; `broken` in the middle of it; `cancelled` by who asked.
 */
export type Outcome = (typeof outcomes)[number];

/** From what a person doesn't notice to a model that is loaded from a slow disk. Seconds. */
const bounds = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];

/** What was counted of one connection. */
export class ConnectionCount {
  /** By the dialect in which it was asked, and how it ended, as `DIALECT OUTCOME`. */
  readonly requests = new Map<string, number>();
  readonly firstByte = new Histogram(bounds);
  readonly duration = new Histogram(bounds);
  attempts = 0;
  failovers = 0;
  continuations = 0;
  input = 0;
  output = 0;
}

/** What is known of an answer when it begins. */
export interface Answered {
  /** Id of the connection. */
  readonly connection: string;
  readonly attempts: number;
  /** Whether another connection had been asked before, and failed. */
  readonly failedOver: boolean;
  readonly tokens: () => TokenCount | undefined;
  /** Ids of connections that went on where it broke off. */
  readonly continuedBy: () => readonly string[];
}

/** Counts one request. */
export class Observation {
  readonly #begun = performance.now();
  #answered: Answered | undefined;
  #firstByte = 0;
  #outcome: Outcome | undefined;

  constructor(
    private readonly metrics: Metrics,
    private readonly dialect: string,
  ) {}

  /** A connection answers. */
  answered(by: Answered): void {
    this.#answered = by;
  }

  /** The first piece of the answer goes out. */
  begins(): void {
    if (this.#firstByte === 0) this.#firstByte = performance.now();
  }

  /** It fails, or breaks off. */
  fails(): void {
    this.#outcome ??= this.#firstByte === 0 ? 'failed' : 'broken';
  }

  /** It is over. @param whole whether all of it went out */
  ends(whole: boolean): void {
    const outcome = this.#outcome ?? (whole ? 'answered' : 'cancelled');
    const { connection = '', attempts, failedOver, tokens, continuedBy } = this.#answered ?? {};
    const count = this.metrics.of(connection);
    const kind = `${this.dialect} ${outcome}`;
    count.requests.set(kind, (count.requests.get(kind) ?? 0) + 1);
    count.attempts += attempts ?? 0;
    count.failovers += failedOver === true ? 1 : 0;
    const { input = 0, output = 0 } = tokens?.() ?? {};
    count.input += input;
    count.output += output;
    for (const id of continuedBy?.() ?? []) this.metrics.of(id).continuations += 1;
    if (this.#firstByte > 0) count.firstByte.add((this.#firstByte - this.#begun) / 1000);
    if (outcome === 'answered') count.duration.add((performance.now() - this.#begun) / 1000);
  }
}

/**
 * What the broker counts of requests. Neither models nor users are told apart: there is no end to their names, and what one
 * asks is nobody's affair.
 */
export class Metrics {
  /** By the connection's id; '' where none answered. */
  readonly connections = new Map<string, ConnectionCount>();

  /** Begins to count a request. */
  begins(dialect: string): Observation {
    return new Observation(this, dialect);
  }

  /** What was counted of a connection. */
  of(connection: string): ConnectionCount {
    let count = this.connections.get(connection);
    if (count === undefined) {
      count = new ConnectionCount();
      this.connections.set(connection, count);
    }
    return count;
  }
}

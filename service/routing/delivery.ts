import { BrokenAnswer, Declined, type UpstreamError } from '../connections/errors.js';
import { classify } from '../connections/failure.js';
import type { Fields } from '../dialects/fields.js';
import { type Frame, FrameTooLong, type Framing } from '../dialects/frames.js';

/** What follows from bytes of an answer. */
export interface Outcome {
  /** To be handed on, in order; nothing as long as the answer hasn't begun. */
  readonly frames: readonly Frame[];
  /** Why the rest won't come. */
  readonly failure?: UpstreamError;
  /** The answer is whole; `marked` tells whether its end mark came. */
  readonly whole?: { readonly marked: boolean };
}

/** What is held back until the answer has begun. A server that only clears its throat for longer has begun. */
const mostHeld = { frames: 32, bytes: 64 * 1024 };

/**
 * Decides what of a streamed answer may be handed on, without any I/O: it takes bytes, and tells frames.
 *
 * Nothing is told before something came that a client can use, so that a failure until then can be made good elsewhere.
 * From then on it tells everything but a single line that can't be read, and at the end whether the answer is whole: it
 * is when each of its choices has said why it ends.
 */
export class Delivery {
  readonly #reader;
  #held: Frame[] = [];
  #heldBytes = 0;
  #begun = false;
  #skipped = false;
  #over = false;
  #marked = false;
  readonly #open = new Set<number>();
  readonly #finished = new Set<number>();

  /** @param address of the server, for messages */
  constructor(
    framing: Framing,
    private readonly address: string,
  ) {
    this.#reader = framing.reader();
  }

  /** Whether nothing is missing any more but the end mark, and what may stand before it. */
  get awaitsMark(): boolean {
    return !this.#over && this.#complete;
  }

  /** Takes what came. */
  feed(chunk: Buffer): Outcome {
    if (this.#over) return { frames: [] };
    try {
      return this.#take(this.#reader.feed(chunk));
    } catch (error) {
      if (!(error instanceof FrameTooLong)) throw error;
      return this.#fail([], new BrokenAnswer(`${this.address}: ${error.message}`));
    }
  }

  /** Nothing more comes. @param error why, if it isn't simply the end */
  ended(error?: UpstreamError): Outcome {
    if (this.#over) return { frames: [] };
    const rest = this.#reader.rest();
    const outcome = this.#take(rest === undefined ? [] : [rest]);
    if (outcome.failure !== undefined || outcome.whole !== undefined) return outcome;
    if (this.#complete) return this.#end([...outcome.frames]);
    return this.#fail(
      outcome.frames,
      error ?? new BrokenAnswer(`${this.address} ended its answer in the middle, without saying why`),
    );
  }

  get #complete(): boolean {
    return this.#finished.size > 0 && this.#finished.size === this.#open.size;
  }

  #take(frames: readonly Frame[]): Outcome {
    const told: Frame[] = [];
    for (const frame of frames) {
      if (this.#over) break;
      if (frame.malformed) {
        if (this.#skipped) {
          return this.#fail(told, new BrokenAnswer(`${this.address} answers with lines that can’t be read`));
        }
        this.#skipped = true;
        continue;
      }
      if (frame.fields !== undefined) this.#skipped = false;
      // Once it has said why it ends, what fails is of no use to anybody.
      if (frame.error && !this.#complete) return this.#fail(told, declinedInside(this.address, frame.fields ?? {}));
      if (frame.error) continue;
      this.#note(frame);
      told.push(...this.#released(frame));
      if (frame.last) {
        this.#marked = true;
        if (!this.#complete) {
          return this.#fail(told.slice(0, -1), new BrokenAnswer(`${this.address} ended its answer without saying why`));
        }
        return this.#end(told);
      }
    }
    return { frames: told };
  }

  #note(frame: Frame): void {
    for (const index of frame.choices) this.#open.add(index);
    for (const index of frame.finished) this.#finished.add(index);
  }

  #released(frame: Frame): Frame[] {
    if (this.#begun) return [frame];
    const silent = frame.fields === undefined && !frame.last;
    // A comment keeps a connection alive that has nothing to say; it isn't worth a place.
    if (!silent) {
      this.#held.push(frame);
      this.#heldBytes += frame.bytes.length;
    }
    const throat = this.#held.length > mostHeld.frames || this.#heldBytes > mostHeld.bytes;
    if (!frame.substance && !this.#complete && !throat) return [];
    this.#begun = true;
    const released = this.#held;
    this.#held = [];
    return released;
  }

  #fail(frames: readonly Frame[], failure: UpstreamError): Outcome {
    this.#over = true;
    return { frames, failure };
  }

  #end(frames: readonly Frame[]): Outcome {
    this.#over = true;
    return { frames, whole: { marked: this.#marked } };
  }
}

/** The error that a server tells inside an answer whose status is good. */
export function declinedInside(address: string, fields: Fields): Declined {
  const { failure, reason } = classify(undefined, fields);
  return new Declined(`${address} answered with an error`, failure, 200, reason, undefined);
}

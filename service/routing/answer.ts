import type { UpstreamError } from '../connections/errors.js';
import { type Body, type BodyReader, Cancelled } from '../connections/upstream.js';
import type { Delivered } from '../dialects/continuation.js';
import type { Fields } from '../dialects/fields.js';
import type { Frame, Framing } from '../dialects/frames.js';
import type { Log } from '../telemetry/log.js';
import type { Attempt, FrameReceiver } from './attempt.js';
import { Seam } from './seam.js';

/** As much text is kept for going on from it; a longer answer that breaks off is lost. Characters. */
const mostText = 1024 * 1024;

/** An answer that goes on from another. */
export interface Continuation {
  readonly attempt: Attempt;
  /** Whether it begins anew. */
  readonly anew: boolean;
}

/** What an answer needs that breaks off: finds who goes on, undefined if nobody can. */
export type TakeUp = (delivered: Delivered) => Promise<Continuation | undefined>;

/** A streamed answer as the client gets it: the bytes of the connection that began it, and of those that went on. */
export class Answer implements Body, FrameReceiver {
  readonly #continuedBy: string[] = [];
  #attempt: Attempt;
  /** Where the attempt goes on from another. */
  #seam: Seam | undefined;
  #reader: BodyReader | undefined;
  #paused = false;
  #over = false;
  #text = '';
  #pieces = 0;
  #intricate = false;
  #finished = false;
  #first: Fields | undefined;
  /** Why it broke off, the last time. */
  #cause: UpstreamError | undefined;

  /**
   * @param attempt that has begun it
   * @param takeUp undefined if it may not be continued
   */
  constructor(
    attempt: Attempt,
    private readonly framing: Framing,
    private readonly takeUp: TakeUp | undefined,
    private readonly log: Log,
  ) {
    this.#attempt = attempt;
  }

  /** Ids of the connections that went on where another broke off, in order. */
  get continuedBy(): readonly string[] {
    return this.#continuedBy;
  }

  read(reader: BodyReader): void {
    this.#reader = reader;
    this.#flow(this.#attempt, undefined);
  }

  pause(): void {
    this.#paused = true;
    this.#attempt.pause();
  }

  resume(): void {
    this.#paused = false;
    if (!this.#over) this.#attempt.resume();
  }

  begun(): void {
    // It has begun, or there would be none.
  }

  cancel(): void {
    this.#over = true;
    this.#attempt.cancel();
  }

  frames(frames: readonly Frame[]): void {
    const attempt = this.#attempt;
    const seam = this.#seam;
    for (const frame of frames) {
      if (this.#over) return;
      const bytes = seam === undefined ? frame.bytes : this.#joined(frame, seam);
      if (bytes === 'another') {
        attempt.cancel();
        this.log.warn(`${attempt.connection.settings.name} gave another answer instead of going on with this one`);
        void this.#brokeOff();
        return;
      }
      if (bytes.length === 0) continue;
      if (seam !== undefined) this.#goesOn(attempt);
      else if (this.takeUp !== undefined) this.#note(frame, frame.text);
      this.#reader?.chunk(bytes);
    }
  }

  whole(mark: string): void {
    this.#over = true;
    if (mark !== '') this.#reader?.chunk(Buffer.from(mark));
    this.#reader?.end();
  }

  failed(error: UpstreamError): void {
    this.log.warn(`${this.#attempt.connection.settings.name} broke off its answer: ${error.message}`);
    this.#cause = error;
    void this.#brokeOff();
  }

  #flow(attempt: Attempt, seam: Seam | undefined): void {
    this.#attempt = attempt;
    this.#seam = seam;
    if (this.#paused) attempt.pause();
    attempt.flow(this);
  }

  /** A frame of an answer that goes on, as far as it is new. */
  #joined(frame: Frame, seam: Seam): Buffer | 'another' {
    if (frame.fields === undefined) return frame.last ? frame.bytes : Buffer.alloc(0);
    const ends = frame.finished.length > 0;
    const taken = frame.text === '' ? { text: '' } : seam.take(frame.text);
    if (taken === 'another') return taken;
    const rest = ends ? seam.end() : { text: '' };
    if (rest === 'another') return rest;
    const text = taken.text + rest.text;
    // Thoughts behind the answer they led to would confuse whoever shows them.
    const thought = frame.substance && frame.text === '' && !frame.intricate;
    const useful =
      text !== '' || ends || frame.intricate || (thought && this.#text === '') || frame.choices.length === 0;
    if (!useful) return Buffer.alloc(0);
    const bytes = this.framing.continued(frame, text, this.#first);
    this.#note(frame, text);
    return bytes;
  }

  #note(frame: Frame, text: string): void {
    this.#first ??= frame.fields;
    if (text !== '') this.#pieces += 1;
    if (this.#text.length + text.length > mostText) this.#intricate = true;
    else this.#text += text;
    if (frame.intricate) this.#intricate = true;
    if (frame.finished.length > 0) this.#finished = true;
  }

  #goesOn(attempt: Attempt): void {
    const { id, name } = attempt.connection.settings;
    if (this.#continuedBy.at(-1) === id) return;
    this.#continuedBy.push(id);
    this.log.warn(`${name} goes on with the answer`);
  }

  async #brokeOff(): Promise<void> {
    if (this.#over) return;
    if (this.takeUp !== undefined && !this.#intricate && !this.#finished) {
      try {
        const continuation = await this.takeUp({ text: this.#text, pieces: this.#pieces });
        if (continuation !== undefined) {
          this.#flow(continuation.attempt, new Seam(this.#text, continuation.anew));
          return;
        }
      } catch (failure) {
        if (failure instanceof Cancelled) return;
        // What broke the answer is what the client is told; this comes on top.
        this.log.error(`an answer could not be continued: ${(failure as Error).message}`);
      }
    }
    this.#over = true;
    if (this.#cause !== undefined) this.#reader?.failed(this.#cause);
  }
}

/** A whole answer as a body. */
export class WholeBody implements Body {
  constructor(private readonly bytes: Buffer) {}

  read(reader: BodyReader): void {
    reader.chunk(this.bytes);
    reader.end();
  }

  pause(): void {
    // There is but one chunk.
  }

  resume(): void {
    // There is but one chunk.
  }

  begun(): void {
    // It is whole.
  }

  cancel(): void {
    // It is whole.
  }
}

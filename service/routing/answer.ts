import { BrokenAnswer, type UpstreamError } from '../connections/errors.js';
import { type Body, type BodyReader, Cancelled } from '../connections/upstream.js';
import { Unspeakable } from '../dialects/codec.js';
import type { Delivered } from '../dialects/continuation.js';
import type { Fields } from '../dialects/fields.js';
import type { Frame } from '../dialects/frames.js';
import type { Before, Rendering } from '../dialects/rendering.js';
import { countedTokens, type TokenCount } from '../dialects/usage.js';
import type { Log } from '../telemetry/log.js';
import type { Attempt, FrameReceiver } from './attempt.js';
import { Seam } from './seam.js';

/** As much text is kept for going on from it; a longer answer that breaks off is lost. Characters. */
const mostText = 1024 * 1024;

/** An answer that goes on from another. */
export interface Continuation {
  readonly attempt: Attempt;
  readonly rendering: Rendering;
  /** Whether it begins anew. */
  readonly anew: boolean;
}

/** What an answer needs that breaks off: finds who goes on, undefined if nobody can. */
export type TakeUp = (delivered: Delivered, before: Before) => Promise<Continuation | undefined>;

/** A streamed answer as the client gets it: the bytes of the connection that began it, and of those that went on. */
export class Answer implements Body, FrameReceiver {
  readonly #continuedBy: string[] = [];
  #attempt: Attempt;
  #rendering: Rendering;
  /** Where the attempt goes on from another. */
  #seam: Seam | undefined;
  #reader: BodyReader | undefined;
  #paused = false;
  #over = false;
  #text = '';
  #thought = false;
  #pieces = 0;
  #intricate = false;
  #finished = false;
  #first: Fields | undefined;
  #last: Fields | undefined;
  #tokens: TokenCount | undefined;
  /** Why it broke off, the last time. */
  #cause: UpstreamError | undefined;

  /**
   * @param attempt that has begun it, and what it is to the client
   * @param takeUp undefined if it may not be continued
   */
  constructor(
    attempt: Attempt,
    rendering: Rendering,
    private readonly takeUp: TakeUp | undefined,
    private readonly log: Log,
  ) {
    this.#attempt = attempt;
    this.#rendering = rendering;
  }

  /** Ids of the connections that went on where another broke off, in order. */
  get continuedBy(): readonly string[] {
    return this.#continuedBy;
  }

  /** What it took, as far as the server has said. */
  get tokens(): TokenCount | undefined {
    return this.#tokens;
  }

  read(reader: BodyReader): void {
    this.#reader = reader;
    this.#flow(this.#attempt, this.#rendering, undefined);
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
      // Nobody tells it beside text.
      if (frame.text === '') this.#tokens = countedTokens(frame.fields, this.#tokens);
      const bytes = this.#told(() => (seam === undefined ? this.#rendering.frame(frame) : this.#joined(frame, seam)));
      if (bytes instanceof BrokenAnswer) {
        attempt.cancel();
        this.failed(bytes);
        return;
      }
      if (bytes === 'another') {
        attempt.cancel();
        this.log.warn(`${attempt.connection.settings.name} gave another answer instead of going on with this one`);
        void this.#brokeOff();
        return;
      }
      if (seam === undefined && this.takeUp !== undefined) this.#note(frame, frame.text);
      if (bytes.length === 0) continue;
      if (seam !== undefined) this.#goesOn(attempt);
      this.#reader?.chunk(bytes);
    }
  }

  whole(marked: boolean): void {
    const rest = this.#told(() => this.#rendering.end(marked));
    if (rest instanceof BrokenAnswer) {
      this.failed(rest);
      return;
    }
    this.#over = true;
    if (this.#seam !== undefined) this.#goesOn(this.#attempt);
    if (rest.length > 0) this.#reader?.chunk(rest);
    this.#reader?.end();
  }

  failed(error: UpstreamError): void {
    this.log.warn(`${this.#attempt.connection.settings.name} broke off its answer: ${error.brief}`);
    this.#cause = error;
    void this.#brokeOff();
  }

  #flow(attempt: Attempt, rendering: Rendering, seam: Seam | undefined): void {
    this.#attempt = attempt;
    this.#rendering = rendering;
    this.#seam = seam;
    if (this.#paused) attempt.pause();
    attempt.flow(this);
  }

  /** What is written, or why it can't be. */
  #told<T>(write: () => T): T | BrokenAnswer {
    try {
      return write();
    } catch (error) {
      if (!(error instanceof Unspeakable)) throw error;
      const { url } = this.#attempt.connection.settings;
      const told = `${url} answers with what can’t be handed on`;
      return new BrokenAnswer(`${told}: ${error.message}`, told);
    }
  }

  /** A frame of an answer that goes on, as far as it is new. */
  #joined(frame: Frame, seam: Seam): Buffer | 'another' {
    if (frame.fields === undefined) return frame.last ? this.#rendering.frame(frame) : Buffer.alloc(0);
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
    if (!useful) {
      this.#rendering.skip(frame);
      return Buffer.alloc(0);
    }
    const bytes = this.#rendering.part(frame, text);
    this.#note(frame, text);
    return bytes;
  }

  #note(frame: Frame, text: string): void {
    this.#first ??= frame.fields;
    this.#last = frame.fields ?? this.#last;
    if (text !== '') this.#pieces += 1;
    if (this.#text.length + text.length > mostText) this.#intricate = true;
    else this.#text += text;
    if (frame.intricate) this.#intricate = true;
    else if (frame.substance && frame.text === '') this.#thought = true;
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
        const continuation = await this.takeUp(
          { text: this.#text, pieces: this.#pieces },
          { first: this.#first, last: this.#last, thought: this.#thought, text: this.#text },
        );
        if (continuation !== undefined) {
          const { attempt, rendering, anew } = continuation;
          this.#flow(attempt, rendering, new Seam(this.#text, anew));
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

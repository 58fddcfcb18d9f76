import type { Fields } from './fields.js';

/** One piece of a streamed answer that means something by itself: a line of NDJSON, or a server-sent event. */
export interface Frame {
  /** As it came, with what separates it from the next. */
  readonly bytes: Buffer;
  /** What it says; undefined if it says nothing (a comment), is an end mark, or can't be read. */
  readonly fields: Fields | undefined;
  /** It should say something and can't be read. */
  readonly malformed: boolean;
  /** The server tells that it failed. */
  readonly error: boolean;
  /** It holds something for a client to use: text, a thought, a tool call. */
  readonly substance: boolean;
  /** Text of the answer. */
  readonly text: string;
  /** It holds something that another model can't take up in the middle: a tool call, a second choice, probabilities. */
  readonly intricate: boolean;
  /** The choices that it speaks of, by their index. */
  readonly choices: readonly number[];
  /** Of them those that are complete with it. */
  readonly finished: readonly number[];
  /** It is the end mark: nothing comes behind it. */
  readonly last: boolean;
}

/** Cuts the bytes of an answer into frames, wherever the network has cut them. */
export interface FrameReader {
  /** The frames that are whole with this chunk. @throws {FrameTooLong} */
  feed(chunk: Buffer): Frame[];
  /** The frame that is left when nothing more comes, if it is one in spite of its missing separator. */
  rest(): Frame | undefined;
}

/** How a dialect streams an answer. */
export interface Framing {
  reader(): FrameReader;
  /** Whether a JSON object is a whole answer that wasn't streamed. */
  isAnswer(fields: Fields): boolean;
  /** What is written when the last choice is finished and the server forgot its end mark. */
  readonly endMark: string;
  /**
   * A frame of an answer that goes on where another broke off, made to fit the one it goes on from. Not there where a
   * frame depends on those before it: then the answer is written anew, as a translated one is.
   *
   * @param text what of its text is new
   * @param first the first frame of the answer that broke off
   */
  continued?(frame: Frame, text: string, first: Fields | undefined): Buffer;
}

/** More than any frame takes, be it a picture. Bytes. */
export const frameLimit = 16 * 1024 * 1024;

/** A frame without end. */
export class FrameTooLong extends Error {
  override readonly name = 'FrameTooLong';

  constructor() {
    super(`a line of its answer is longer than ${frameLimit / 1024 / 1024} MiB`);
  }
}

const newline = 10;

/** Cuts bytes into lines, each with its newline. It never looks inside a character: a newline's byte is in no other. */
export class LineSplitter {
  #pieces: Buffer[] = [];
  #length = 0;

  /** The lines that are whole with this chunk. @throws {FrameTooLong} */
  feed(chunk: Buffer): Buffer[] {
    const lines: Buffer[] = [];
    let start = 0;
    for (;;) {
      const end = chunk.indexOf(newline, start) + 1;
      if (end === 0) break;
      const piece = chunk.subarray(start, end);
      lines.push(this.#pieces.length === 0 ? piece : Buffer.concat([...this.#pieces, piece]));
      this.#pieces = [];
      this.#length = 0;
      start = end;
    }
    if (start < chunk.length) {
      this.#pieces.push(chunk.subarray(start));
      this.#length += chunk.length - start;
      if (this.#length > frameLimit) throw new FrameTooLong();
    }
    return lines;
  }

  /** What is left without a newline. */
  rest(): Buffer {
    return Buffer.concat(this.#pieces);
  }
}

/** A frame that says nothing. */
export function silentFrame(bytes: Buffer): Frame {
  return {
    bytes,
    fields: undefined,
    malformed: false,
    error: false,
    substance: false,
    text: '',
    intricate: false,
    choices: [],
    finished: [],
    last: false,
  };
}

import { type EventDecoder, type ReplyEncoder, Unspeakable } from './codec.js';
import type { ChatEvent } from './events.js';
import type { Fields } from './fields.js';
import type { Frame, Framing } from './frames.js';

/** What a client has of an answer when another server goes on with it. */
export interface Before {
  /** The first frame that said something, and the last. */
  readonly first: Fields | undefined;
  readonly last: Fields | undefined;
  /** Whether thoughts came. */
  readonly thought: boolean;
  readonly text: string;
}

/** What the frames of a server's answer are to the client. One for each answer of a server. All throw Unspeakable. */
export interface Rendering {
  /** A whole frame. */
  frame(frame: Frame): Buffer;
  /** A frame of an answer that goes on from another, of whose text only this is new. */
  part(frame: Frame, text: string): Buffer;
  /** A frame of such an answer of which the client has everything, or needs nothing. */
  skip(frame: Frame): void;
  /** What is still to be written when the answer is whole. @param marked whether its end mark has come */
  end(marked: boolean): Buffer;
}

const nothing = Buffer.alloc(0);

/** Of an answer in the client's own dialect: the bytes as they came. @param before undefined for the first answer */
export function nativeRendering(framing: Framing, before: Before | undefined): Rendering {
  return {
    frame: (frame) => frame.bytes,
    part: (frame, text) => framing.continued?.(frame, text, before?.first) ?? nothing,
    skip: () => undefined,
    end: (marked) => (marked ? nothing : Buffer.from(framing.endMark)),
  };
}

/** Writes the answers of servers, one after another where one goes on for another, as one answer of another dialect. */
export class Translator {
  #begun = false;

  constructor(private readonly encoder: ReplyEncoder) {}

  /** @param before undefined for the first answer */
  rendering(decoder: EventDecoder, before: Before | undefined): Rendering {
    if (before !== undefined && !this.#begun) this.#resume(before);
    return {
      frame: (frame) => (frame.fields === undefined ? nothing : this.#write(decoder.frame(frame))),
      part: (frame, text) => (frame.fields === undefined ? nothing : this.#write(withText(decoder.frame(frame), text))),
      // Its figures may count.
      skip: (frame) => void decoder.frame(frame),
      end: () => this.#write(decoder.end()),
    };
  }

  /** What the client has came in its own dialect: the encoder must know of it to go on. */
  #resume({ first, last, thought, text }: Before): void {
    this.#write([
      { type: 'start', model: '' },
      ...(thought ? [{ type: 'thinking' as const, text: '…' }] : []),
      { type: 'text', text },
    ]);
    if (first !== undefined && last !== undefined) this.encoder.resumes?.(first, last);
  }

  #write(events: readonly ChatEvent[]): Buffer {
    if (events.length > 0) this.#begun = true;
    const text = written(this.encoder, events);
    return text === '' ? nothing : Buffer.from(text);
  }
}

/** What an encoder writes for events. @throws {Unspeakable} also if they tell that the server failed */
export function written(encoder: ReplyEncoder, events: readonly ChatEvent[]): string {
  let text = '';
  for (const event of events) {
    if (event.type === 'error') throw new Unspeakable(event.message);
    text += encoder.encode(event);
  }
  return text;
}

/** The events with this text instead of their own: at its place, or else before the end. */
function withText(events: readonly ChatEvent[], text: string): readonly ChatEvent[] {
  const others = (some: readonly ChatEvent[]) => some.filter(({ type }) => type !== 'text');
  if (text === '') return others(events);
  const own = events.findIndex(({ type }) => type === 'text');
  const end = events.findIndex(({ type }) => type === 'finish');
  const place = own >= 0 ? own : end >= 0 ? end : events.length;
  return [...others(events.slice(0, place)), { type: 'text', text }, ...others(events.slice(place))];
}

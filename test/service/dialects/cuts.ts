import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Frame, Framing } from '../../../service/dialects/frames.js';

/** An answer as a server writes it. */
export interface Recording {
  readonly what: string;
  readonly stream: string;
  /** How many frames it is. */
  readonly frames: number;
  readonly text: string;
  /** The separator that the server left out behind the last frame. */
  readonly missing?: string;
}

/** The frames of an answer that comes in these pieces. */
export function framesOf(framing: Framing, pieces: readonly Buffer[]): Frame[] {
  const reader = framing.reader();
  const frames = pieces.flatMap((piece) => reader.feed(piece));
  const rest = reader.rest();
  return rest === undefined ? frames : [...frames, rest];
}

/** The frame that a text is. Throws if it is more than one or none. */
export function frameOf(framing: Framing, text: string): Frame {
  const [frame, ...others] = framesOf(framing, [Buffer.from(text)]);
  if (frame === undefined || others.length > 0) throw new Error(`${1 + others.length} frames or none: ${text}`);
  return frame;
}

/** The pieces of bytes that are cut at these offsets. */
export function cut(bytes: Buffer, offsets: readonly number[]): Buffer[] {
  const ends = [...offsets].sort((a, b) => a - b);
  return [...ends, bytes.length].map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
}

/** Specifies that it makes no difference where the network cuts an answer. */
export function anyCutGivesTheSame(framing: Framing, recordings: readonly Recording[]): void {
  // Text tells two buffers apart much faster than a matcher does, and there are thousands of cuts.
  const told = (pieces: readonly Buffer[]): string =>
    JSON.stringify(framesOf(framing, pieces).map((frame) => ({ ...frame, bytes: frame.bytes.toString('latin1') })));

  it.each(recordings)('are the bytes that came, in order: $what', ({ stream, frames, text, missing = '' }) => {
    const whole = framesOf(framing, [Buffer.from(stream)]);
    expect(Buffer.concat(whole.map(({ bytes }) => bytes)).toString('utf8')).toBe(stream + missing);
    expect(whole).toHaveLength(frames);
    expect(whole.map((frame) => frame.text).join('')).toBe(text);
  });

  it.each(recordings)('are the same wherever the answer is cut in two: $what', ({ stream }) => {
    const bytes = Buffer.from(stream);
    const whole = told([bytes]);
    const offsets = [...bytes.keys()].filter((offset) => told(cut(bytes, [offset])) !== whole);
    expect(offsets).toEqual([]);
  });

  it.each(recordings)('are the same byte by byte: $what', ({ stream }) => {
    const bytes = Buffer.from(stream);
    expect(told(cut(bytes, [...bytes.keys()]))).toBe(told([bytes]));
  });

  it.each(recordings)('are the same wherever the answer is cut in many: $what', ({ stream }) => {
    const bytes = Buffer.from(stream);
    const whole = told([bytes]);
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length)), (offsets) => {
        expect(told(cut(bytes, offsets))).toBe(whole);
      }),
      { seed: 20 },
    );
  });
}

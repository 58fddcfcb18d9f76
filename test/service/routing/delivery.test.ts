import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BrokenAnswer, Declined, TimedOut, type UpstreamError } from '../../../service/connections/errors.js';
import { type Framing, frameLimit } from '../../../service/dialects/frames.js';
import { ollamaFraming } from '../../../service/dialects/ollama/frames.js';
import { openaiFraming } from '../../../service/dialects/openai/frames.js';
import { Delivery, type Outcome } from '../../../service/routing/delivery.js';
import { cut } from '../dialects/cuts.js';

/** What a server can write. Only OpenAI's answers have other choices, and a mark behind the finish of all. */
type Piece =
  | 'preamble'
  | 'comment'
  | 'text'
  | 'other text'
  | 'malformed'
  | 'error'
  | 'finish'
  | 'other finish'
  | 'usage'
  | 'mark'
  | 'end';

/** How a dialect writes it. */
interface Writer {
  readonly name: string;
  readonly framing: Framing;
  /** Frames of their own. */
  readonly pieces: readonly Piece[];
  /** @param tag makes it one of its kind */
  readonly write: (piece: Piece, tag: number) => string;
}

const event = (fields: object): string => `data: ${JSON.stringify(fields)}\n\n`;
const line = (fields: object): string => `${JSON.stringify(fields)}\n`;
const chunk = (id: number, index: number, delta: object, finish_reason: string | null = null): string =>
  event({ id, choices: [{ index, delta, finish_reason }] });
const chat = (tag: number, content: string, done: boolean): string =>
  line({ tag, message: { role: 'assistant', content }, done });

const openaiWrites: Record<Piece, (tag: number) => string> = {
  preamble: (tag) => chunk(tag, 0, { role: 'assistant', content: '' }),
  comment: (tag) => `: ${tag}\n\n`,
  text: (tag) => chunk(tag, 0, { content: 'Grüße' }),
  'other text': (tag) => chunk(tag, 1, { content: '👋' }),
  malformed: (tag) => `data: {"id":${tag}\n\n`,
  error: () => event({ error: { message: 'overloaded', code: 502 } }),
  finish: (tag) => chunk(tag, 0, {}, 'stop'),
  'other finish': (tag) => chunk(tag, 1, {}, 'stop'),
  usage: (tag) => event({ id: tag, choices: [], usage: {} }),
  mark: () => 'data: [DONE]\n\n',
  end: (tag) => `${chunk(tag, 0, {}, 'stop')}data: [DONE]\n\n`,
};
const openai: Writer = {
  name: 'OpenAI',
  framing: openaiFraming,
  pieces: (Object.keys(openaiWrites) as Piece[]).filter((piece) => piece !== 'end'),
  write: (piece, tag) => openaiWrites[piece](tag),
};

const ollamaWrites: Partial<Record<Piece, (tag: number) => string>> = {
  preamble: (tag) => chat(tag, '', false),
  comment: (tag) => `${' '.repeat(tag)}\n`,
  text: (tag) => chat(tag, 'Grüße', false),
  malformed: (tag) => `{"tag":${tag}\n`,
  error: () => line({ error: 'overloaded' }),
  end: (tag) => chat(tag, '', true),
};
const ollama: Writer = {
  name: 'Ollama',
  framing: ollamaFraming,
  pieces: Object.keys(ollamaWrites) as Piece[],
  write: (piece, tag) => ollamaWrites[piece]?.(tag) ?? '',
};

const address = 'http://localhost:11434';

/** What a delivery makes of an answer that comes in these chunks. */
function outcomesOf(framing: Framing, chunks: readonly Buffer[], error?: UpstreamError): Outcome[] {
  const delivery = new Delivery(framing, address);
  return [...chunks.map((chunk) => delivery.feed(chunk)), delivery.ended(error)];
}

const textOf = (outcomes: readonly Outcome[]): string =>
  outcomes.flatMap(({ frames }) => frames.map(({ bytes }) => bytes.toString('utf8'))).join('');

/** How an answer ends: whether its mark came, or why the rest won't come. */
function endOf(outcomes: readonly Outcome[]): { marked: boolean } | UpstreamError | undefined {
  const [end, ...others] = outcomes.flatMap(({ failure, whole }) => [failure ?? [], whole ?? []].flat());
  if (others.length > 0) throw new Error('it ends more than once');
  return end;
}

const words = (end: ReturnType<typeof endOf>): string => (end instanceof Error ? end.message : JSON.stringify(end));

const inTheMiddle = /in the middle, without saying why/;
const unread = /lines that can’t be read/;
const whole = { marked: true };

describe.each([openai, ollama])('an answer of $name', ({ framing, write }) => {
  const written = (pieces: readonly Piece[]): string => pieces.map((piece) => write(piece, 1)).join('');

  it.each<[what: string, pieces: Piece[], told: Piece[], end: object | RegExp]>([
    ['is told from its beginning', ['preamble', 'text', 'text', 'end'], ['preamble', 'text', 'text', 'end'], whole],
    ['begins with its end if it is empty', ['preamble', 'end'], ['preamble', 'end'], whole],
    [
      'is told without comments in front',
      ['comment', 'preamble', 'comment', 'text', 'end'],
      ['preamble', 'text', 'end'],
      whole,
    ],
    ['is told with comments within', ['text', 'comment', 'text', 'end'], ['text', 'comment', 'text', 'end'], whole],
    ['is nothing if the server only clears its throat', ['preamble', 'preamble', 'comment'], [], inTheMiddle],
    ['is nothing if nothing comes', [], [], inTheMiddle],
    ['is nothing if it fails before it begins', ['preamble', 'error', 'text', 'end'], [], /overloaded/],
    ['ends where it fails', ['preamble', 'text', 'error', 'text', 'end'], ['preamble', 'text'], /overloaded/],
    ['ends where it breaks off', ['preamble', 'text'], ['preamble', 'text'], inTheMiddle],
    ['leaves out a line that can’t be read', ['text', 'malformed', 'text', 'end'], ['text', 'text', 'end'], whole],
    [
      'leaves out several that don’t follow each other',
      ['malformed', 'text', 'malformed', 'text', 'end'],
      ['text', 'text', 'end'],
      whole,
    ],
    ['ends at two that follow each other', ['text', 'malformed', 'malformed', 'text'], ['text'], unread],
    ['ends at two with a comment between', ['text', 'malformed', 'comment', 'malformed'], ['text', 'comment'], unread],
    ['is nothing if it begins with two', ['malformed', 'malformed', 'text', 'end'], [], unread],
    ['is over with its end', ['text', 'end', 'text', 'malformed', 'malformed', 'error'], ['text', 'end'], whole],
  ])('%s', (_what, given, told, end) => {
    const outcomes = outcomesOf(framing, [Buffer.from(written(given))]);
    expect(textOf(outcomes)).toBe(written(told));
    if (end instanceof RegExp) expect(words(endOf(outcomes))).toMatch(end);
    else expect(endOf(outcomes)).toEqual(end);
  });

  it('waits no longer once the server has cleared its throat for more than 32 frames', () => {
    const delivery = new Delivery(framing, address);
    const throat = Buffer.from(written(['preamble']));
    for (let fed = 0; fed < 32; fed += 1) expect(delivery.feed(throat).frames).toEqual([]);
    expect(delivery.feed(Buffer.from(written(['comment']))).frames).toEqual([]);
    expect(delivery.feed(throat).frames).toHaveLength(33);
  });

  it('waits no longer once it has cleared its throat for more than 64 KiB', () => {
    const delivery = new Delivery(framing, address);
    const throat = Buffer.from(written(['preamble']).replace('assistant', 'a'.repeat(40_000)));
    expect(delivery.feed(throat).frames).toEqual([]);
    expect(delivery.feed(throat).frames).toHaveLength(2);
  });

  it('fails as the connection does when that breaks', () => {
    const error = new TimedOut('it fell silent', 'idle');
    expect(endOf(outcomesOf(framing, [Buffer.from(written(['text']))], error))).toBe(error);
  });

  it('is whole when the connection breaks behind its end', () => {
    const error = new TimedOut('it fell silent', 'idle');
    expect(endOf(outcomesOf(framing, [Buffer.from(written(['text', 'end']))], error))).toEqual(whole);
  });

  it('is whole when its last line isn’t ended', () => {
    const outcomes = outcomesOf(framing, [Buffer.from(written(['text', 'end']).trimEnd())]);
    expect(textOf(outcomes)).toBe(written(['text', 'end']));
    expect(endOf(outcomes)).toEqual(whole);
  });

  it('breaks off with half a line, which isn’t told', () => {
    const outcomes = outcomesOf(framing, [Buffer.from(written(['text', 'text']).slice(0, -8))]);
    expect(textOf(outcomes)).toBe(written(['text']));
    expect(words(endOf(outcomes))).toMatch(inTheMiddle);
  });

  it('fails with a line that has no end', () => {
    const outcomes = outcomesOf(framing, [Buffer.from(written(['text'])), Buffer.alloc(frameLimit + 1, 'a')]);
    expect(textOf(outcomes)).toBe(written(['text']));
    expect(words(endOf(outcomes))).toMatch(/longer than 16 MiB/);
  });

  it('fails in the server’s own words', () => {
    const failure = endOf(outcomesOf(framing, [Buffer.from(written(['text', 'error']))]));
    expect(failure).toBeInstanceOf(Declined);
    expect(failure).toMatchObject({ message: `${address} answered with an error: overloaded`, reason: 'overloaded' });
  });
});

describe('an answer of OpenAI', () => {
  const written = (pieces: readonly Piece[]): string => pieces.map((piece) => openai.write(piece, 1)).join('');
  const withoutWhy = /ended its answer without saying why/;
  const unmarked = { marked: false };

  it.each<[what: string, pieces: Piece[], told: number, end: object | RegExp]>([
    ['is whole without the mark that its server forgot', ['text', 'finish', 'usage'], 3, unmarked],
    ['isn’t whole with a mark alone', ['text', 'mark'], 1, withoutWhy],
    ['is nothing with a mark alone', ['preamble', 'mark'], 0, withoutWhy],
    ['isn’t whole before each choice is finished', ['text', 'other text', 'finish', 'mark'], 3, withoutWhy],
    ['isn’t whole with a choice that was announced', ['preamble', 'other text', 'other finish'], 3, inTheMiddle],
    ['is whole with each choice', ['text', 'other text', 'finish', 'other finish', 'mark'], 5, whole],
    ['doesn’t fail once it is finished', ['text', 'finish', 'error', 'usage', 'mark'], 4, whole],
    ['fails while a choice is open', ['text', 'other text', 'finish', 'error', 'other finish'], 3, /overloaded/],
  ])('%s', (_what, pieces, told, end) => {
    const outcomes = outcomesOf(openai.framing, [Buffer.from(written(pieces))]);
    expect(outcomes.flatMap(({ frames }) => frames)).toHaveLength(told);
    if (end instanceof RegExp) expect(words(endOf(outcomes))).toMatch(end);
    else expect(endOf(outcomes)).toEqual(end);
  });

  it('that isn’t whole is a broken one', () => {
    expect(endOf(outcomesOf(openai.framing, [Buffer.from(written(['text', 'mark']))]))).toBeInstanceOf(BrokenAnswer);
  });
});

/** Whether each choice that these pieces speak of is finished. */
function isFinished(pieces: readonly Piece[]): boolean {
  const has = (...some: Piece[]): boolean => pieces.some((piece) => some.includes(piece));
  const [one, other] = [has('finish', 'end'), has('other finish')];
  return (one || other) && (one || !has('preamble', 'text')) && (other || !has('other text'));
}

/** How many of the pieces come until the answer begins, the one included that begins it. */
function beginningOf(pieces: readonly Piece[]): number {
  const begins = (piece: Piece, index: number): boolean =>
    piece === 'text' || piece === 'other text' || isFinished(pieces.slice(0, index + 1));
  return 1 + pieces.findIndex(begins) || Infinity;
}

describe.each([openai, ollama])('any answer of $name, wherever it is cut', ({ framing, pieces: kinds, write }) => {
  /** One answer: its frames, and what became of them. */
  interface Run {
    readonly pieces: readonly Piece[];
    /** The pieces up to the one that is the last of any answer. */
    readonly counted: readonly Piece[];
    readonly frames: readonly string[];
    readonly chunks: readonly Buffer[];
    readonly outcomes: readonly Outcome[];
  }

  const error = new TimedOut('it fell silent', 'idle');
  // Less than what is waited for at most. Text is what most of an answer is.
  const pieces = fc.array(fc.oneof(fc.constantFrom(...kinds), fc.constant<Piece>('text')), { maxLength: 30 });
  const offsets = fc.array(fc.nat(5000), { maxLength: 40 });

  const always = (holds: (run: Run) => void): void => {
    fc.assert(
      fc.property(pieces, offsets, fc.boolean(), (given, at, breaks) => {
        const frames = given.map(write);
        const bytes = Buffer.from(frames.join(''));
        const chunks = cut(
          bytes,
          at.map((offset) => offset % (bytes.length + 1)),
        );
        const outcomes = outcomesOf(framing, chunks, breaks ? error : undefined);
        const last = given.findIndex((piece) => piece === 'mark' || piece === 'end');
        const counted = last < 0 ? given : given.slice(0, last + 1);
        holds({ pieces: given, counted, frames, chunks, outcomes });
      }),
      { seed: 20, numRuns: 500 },
    );
  };
  const isWhole = ({ outcomes }: Run): boolean => !(endOf(outcomes) instanceof Error);
  /** What is worth telling of it, if all goes well. */
  const worth = ({ counted, frames }: Run): string => {
    const beginning = beginningOf(counted);
    return frames
      .slice(0, counted.length)
      .filter((_frame, index) => {
        const piece = counted[index];
        return piece !== 'malformed' && piece !== 'error' && (piece !== 'comment' || index >= beginning);
      })
      .join('');
  };

  it('is told only once it has begun', () => {
    always(({ pieces: given, frames, chunks, outcomes }) => {
      const before = Buffer.byteLength(frames.slice(0, beginningOf(given)).join(''));
      const begun = beginningOf(given) < Infinity;
      let fed = 0;
      for (const [index, { frames: told }] of outcomes.entries()) {
        fed += chunks[index]?.length ?? 0;
        if (!begun || fed < before) expect(told).toEqual([]);
      }
    });
  });

  it('is told in order and unaltered', () => {
    always((run) => {
      expect(worth(run).startsWith(textOf(run.outcomes))).toBe(true);
    });
  });

  it('ends once, and nothing is told behind its end', () => {
    always(({ outcomes }) => {
      const end = outcomes.findIndex(({ failure, whole: done }) => failure !== undefined || done !== undefined);
      expect(endOf(outcomes)).toBeDefined();
      expect(textOf(outcomes.slice(end + 1))).toBe('');
    });
  });

  it('is whole only if each choice is finished, and then nothing of it is lost', () => {
    always((run) => {
      if (!isWhole(run)) return;
      expect(isFinished(run.counted)).toBe(true);
      expect(textOf(run.outcomes)).toBe(worth(run));
    });
  });

  it('is whole if each choice is finished and nothing was wrong', () => {
    always((run) => {
      if (run.counted.some((piece) => piece === 'malformed' || piece === 'error')) return;
      expect(isWhole(run)).toBe(isFinished(run.counted));
    });
  });

  it('is never whole after an error that came before it was finished', () => {
    always((run) => {
      const failed = run.counted.some((piece, at) => piece === 'error' && !isFinished(run.counted.slice(0, at)));
      if (failed) expect(isWhole(run)).toBe(false);
    });
  });

  it('is the same as in one piece', () => {
    always(({ frames, chunks, outcomes }) => {
      const broken = endOf(outcomes) === error ? error : undefined;
      const atOnce = outcomesOf(framing, [Buffer.from(frames.join(''))], broken);
      expect(chunks.length).toBeGreaterThan(0);
      expect(textOf(outcomes)).toBe(textOf(atOnce));
      expect(words(endOf(outcomes))).toBe(words(endOf(atOnce)));
    });
  });
});

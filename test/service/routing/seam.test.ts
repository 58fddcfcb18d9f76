import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Joined, Seam } from '../../../service/routing/seam.js';

/** What the pieces of a continuing answer come to, and its end. */
function joinedOf(delivered: string, pieces: readonly string[], anew = false): Joined {
  const seam = new Seam(delivered, anew);
  let text = '';
  for (const next of [...pieces.map((piece) => () => seam.take(piece)), () => seam.end()]) {
    const joined = next();
    if (joined === 'another') return joined;
    text += joined.text;
  }
  return { text };
}

const sentence = 'The quick brown fox jumps over the lazy dog.';

describe('an answer that goes on', () => {
  it.each<[what: string, delivered: string, pieces: string[], expected: Joined]>([
    ['just goes on', 'The quick', [' brown', ' fox'], { text: ' brown fox' }],
    ['begins like what was delivered, by chance', 'The quick', ['The', 'n it', ' ran.'], { text: 'Then it ran.' }],
    ['is over before it is known that this was by chance', 'The quick', ['Th', 'e'], { text: 'The' }],
    ['tells all anew', 'The quick', ['The', ' quick', ' brown'], { text: ' brown' }],
    ['tells all anew in larger pieces', 'The quick', ['The quick brown'], { text: ' brown' }],
    ['tells all anew, and no more', 'The quick', ['The quick'], { text: '' }],
    ['tells much anew, then another answer', sentence, [sentence.slice(0, 24), ' and'], 'another'],
    ['tells much anew, and stops', sentence, [sentence.slice(0, 24)], 'another'],
    [
      'tells a little anew, then another answer',
      sentence,
      [sentence.slice(0, 23), '!'],
      { text: `${sentence.slice(0, 23)}!` },
    ],
    ['says nothing', 'The quick', [], { text: '' }],
    ['has nothing to go on from', '', ['The', ' quick'], { text: 'The quick' }],
    ['repeats the beginning later on', 'The quick', [' one. ', 'The quick'], { text: ' one. The quick' }],
  ])('%s', (_what, delivered, pieces, expected) => {
    expect(joinedOf(delivered, pieces)).toEqual(expected);
  });
});

describe('an answer that is known to begin anew', () => {
  it.each<[what: string, delivered: string, pieces: string[], expected: Joined]>([
    ['tells all anew', 'The quick', ['The', ' quick', ' brown'], { text: ' brown' }],
    ['is another one', 'The quick', ['The', ' slow'], 'another'],
    ['is another one from its first letter', 'The quick', [' brown'], 'another'],
    ['is another one if it ends sooner', 'The quick', ['The'], 'another'],
    ['is another one if it says nothing', 'The quick', [], 'another'],
    ['is the first where nothing was delivered', '', ['The'], { text: 'The' }],
  ])('%s', (_what, delivered, pieces, expected) => {
    expect(joinedOf(delivered, pieces, true)).toEqual(expected);
  });
});

describe('the piece of an answer', () => {
  it('is told as soon as it is known to be new', () => {
    const seam = new Seam('The quick', false);
    expect(seam.take('The')).toEqual({ text: '' });
    expect(seam.take('n')).toEqual({ text: 'Then' });
    expect(seam.take(' it')).toEqual({ text: ' it' });
  });

  it('is told as it comes behind what was delivered', () => {
    const seam = new Seam('The', true);
    expect(seam.take('The')).toEqual({ text: '' });
    expect(seam.take('The')).toEqual({ text: 'The' });
    expect(seam.end()).toEqual({ text: '' });
  });

  it('isn’t told twice at the end', () => {
    const seam = new Seam('The quick', false);
    seam.take('The');
    expect(seam.end()).toEqual({ text: 'The' });
    expect(seam.end()).toEqual({ text: '' });
  });
});

describe('any answer, wherever it breaks off and however the rest is cut', () => {
  // Few letters, so that much is alike by chance.
  const text = fc.string({ unit: fc.constantFrom('a', 'b', 'ü', '👋'), minLength: 1, maxLength: 60 });
  const offsets = fc.array(fc.nat(200));
  const pieces = (whole: string, at: readonly number[]): string[] => {
    const ends = at.map((offset) => offset % (whole.length + 1)).sort((a, b) => a - b);
    return [...ends, whole.length].map((end, index) => whole.slice(ends[index - 1] ?? 0, end));
  };
  const alike = (one: string, other: string): number => {
    const letters = [...one.split('').entries()].find(([index, letter]) => letter !== other[index]);
    return letters?.[0] ?? one.length;
  };

  it.each([false, true])('is whole when it is told anew (known: %s)', (known) => {
    fc.assert(
      fc.property(text, fc.nat(120), offsets, (whole, length, at) => {
        const delivered = whole.slice(0, length);
        expect(joinedOf(delivered, pieces(whole, at), known)).toEqual({ text: whole.slice(delivered.length) });
      }),
      { seed: 20, numRuns: 500 },
    );
  });

  it('is whole when it goes on, unless it repeats its beginning', () => {
    fc.assert(
      fc.property(text, text, offsets, (delivered, rest, at) => {
        fc.pre(!rest.startsWith(delivered) && alike(rest, delivered) < 24);
        expect(joinedOf(delivered, pieces(rest, at))).toEqual({ text: rest });
      }),
      { seed: 20, numRuns: 500 },
    );
  });

  it('is another one when it is told anew and differs', () => {
    fc.assert(
      fc.property(text, text, offsets, (delivered, other, at) => {
        fc.pre(!other.startsWith(delivered));
        expect(joinedOf(delivered, pieces(other, at), true)).toBe('another');
      }),
      { seed: 20, numRuns: 500 },
    );
  });
});

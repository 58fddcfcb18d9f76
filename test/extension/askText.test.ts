import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  everything,
  extended,
  isEmpty,
  selectedPart,
  selectedText,
  type Selection,
  wholeAt,
  wordAt,
} from '../../extension/ask/selection.ts';
import { bytesBefore, type Mark, marked, unitsBefore } from '../../extension/ask/spans.ts';

describe('emphasis in a text', () => {
  const mark = (start: number, end: number, look: Mark['look']): Mark => ({ start, end, look });
  it.each<[string, string, Mark[]]>([
    ['plain', 'plain', []],
    ['a **bold** word', 'a bold word', [mark(2, 6, 'bold')]],
    ['an *italic* word', 'an italic word', [mark(3, 9, 'italic')]],
    ['run `ls -l` now', 'run ls -l now', [mark(4, 9, 'code')]],
    ['`` a`b ``', 'a`b', [mark(0, 3, 'code')]],
    ['**bold with `code`**', 'bold with code', [mark(0, 14, 'bold'), mark(10, 14, 'code')]],
    ['`**not bold**`', '**not bold**', [mark(0, 12, 'code')]],
    ['2 * 3 * 4', '2 * 3 * 4', []],
    ['a*b*c', 'a*b*c', []],
    ['**open', '**open', []],
    ['`open', '`open', []],
    ['** spaced **', '** spaced **', []],
    ['**** and ``', '**** and ``', []],
    ['<b>&amp;</b>', '<b>&amp;</b>', []],
    ['**Grüße 👋**!', 'Grüße 👋!', [mark(0, 8, 'bold')]],
  ])('%s', (source, text, marks) => {
    expect(marked(source)).toEqual({ text, marks });
  });

  it('loses nothing but marks, and stays inside the text', () => {
    const pieces = fc.array(fc.constantFrom('*', '**', '`', '``', ' ', 'a', 'word', 'ü', '👋', '\n'), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(pieces, (parts) => {
        const source = parts.join('');
        const { text, marks } = marked(source);
        const bare = (words: string): string => words.replace(/[*`\s]/g, '');
        expect(bare(text)).toBe(bare(source));
        for (const { start, end } of marks) expect(0 <= start && start <= end && end <= text.length).toBe(true);
      }),
    );
  });

  it('is done with in no time, even if nothing is closed', () => {
    for (const sign of ['*', '`', '**a ', '` ', '*a']) marked(sign.repeat(2000));
  });
});

it('counts bytes as Pango does', () => {
  expect(bytesBefore('Grüße 👋', 3)).toBe(4);
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (before, behind) => {
      expect(unitsBefore(before + behind, bytesBefore(before + behind, before.length))).toBe(before.length);
    }),
  );
});

describe('a selection', () => {
  const texts = [
    { text: 'Hello there', prefix: '' },
    { text: 'first', prefix: '• ' },
    { text: 'last one', prefix: '• ' },
  ];
  const from = (index: number, offset: number, toIndex: number, toOffset: number): Selection => ({
    anchor: { index, offset },
    head: { index: toIndex, offset: toOffset },
  });

  it.each<[string, Selection | null, string]>([
    ['nothing', null, ''],
    ['a place', from(0, 3, 0, 3), ''],
    ['a part', from(0, 0, 0, 5), 'Hello'],
    ['a part backwards', from(0, 5, 0, 0), 'Hello'],
    ['over several texts', from(0, 6, 2, 4), 'there\n• first\n• last'],
    ['over several texts backwards', from(2, 4, 0, 6), 'there\n• first\n• last'],
    ['from within an item', from(1, 2, 2, 4), 'rst\n• last'],
    ['everything', everything(texts), 'Hello there\n• first\n• last one'],
    ['a word', wordAt({ index: 0, offset: 8 }, texts), 'there'],
    ['a word at its end', wordAt({ index: 0, offset: 5 }, texts), 'Hello'],
    ['a whole text', wholeAt({ index: 1, offset: 2 }, texts), '• first'],
  ])('of %s', (_name, selection, text) => {
    expect(selectedText(selection, texts)).toBe(text);
    expect(isEmpty(selection)).toBe(text === '');
  });

  it('tells each text its part', () => {
    const selection = from(0, 6, 2, 4);
    expect([0, 1, 2, 3].map((index) => selectedPart(selection, index, 9))).toEqual([
      [6, 9],
      [0, 9],
      [0, 4],
      [0, 0],
    ]);
  });

  it('grows and shrinks with the arrows', () => {
    const steps = (...directions: (1 | -1)[]): string =>
      selectedText(
        directions.reduce<Selection | null>((selection, step) => extended(selection, step, texts), null),
        texts,
      );
    expect(steps(1)).toBe('Hello there');
    expect(steps(1, 1)).toBe('Hello there\n• first');
    expect(steps(1, 1, 1, 1)).toBe('Hello there\n• first\n• last one');
    expect(steps(-1)).toBe('• last one');
    expect(steps(-1, -1, -1, -1)).toBe('Hello there\n• first\n• last one');
    expect(extended(null, 1, [])).toBeNull();
  });
});

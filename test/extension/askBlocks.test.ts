import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AnswerText, type Block, codeParts } from '../../extension/ask/blocks.ts';

/** The blocks of a text that comes as a whole. */
function blocksOf(text: string): Block[] {
  const answer = new AnswerText();
  answer.append(text);
  return answer.blocks(true);
}

const text = (words: string): Block => ({ kind: 'text', text: words });
const code = (words: string, language = ''): Block => ({ kind: 'code', text: words, language });
const item = (words: string, marker = '•', depth = 0): Block => ({ kind: 'item', text: words, marker, depth });

describe('an answer', () => {
  it.each<[string, string, Block[]]>([
    ['nothing', '', []],
    ['paragraphs', 'One\nline two\n\n\nTwo', [text('One\nline two'), text('Two')]],
    [
      'headings',
      '# Big #\ntext\n### Small',
      [{ kind: 'heading', text: 'Big', level: 1 }, text('text'), { kind: 'heading', text: 'Small', level: 3 }],
    ],
    ['no heading without a space', '#tag', [text('#tag')]],
    [
      'code',
      'So:\n```python\nif x:\n\n    y()\n```\nDone',
      [text('So:'), code('if x:\n\n    y()', 'python'), text('Done')],
    ],
    ['code with tildes', '~~~\n```\n~~~', [code('```')]],
    ['code with a longer fence', '````md\n```\nx\n```\n````', [code('```\nx\n```', 'md')]],
    ['code in a list', '- do\n  ```sh\n  ls\n    -l\n  ```', [item('do'), code('ls\n  -l', 'sh')]],
    ['code that never ends', '```\nx\n\ny', [code('x\n\ny')]],
    ['code in a line of text', '```x``` is code', [text('```x``` is code')]],
    [
      'a list',
      '- one\n  more\n* two\n  1. three\n\n10) ten',
      [item('one\nmore'), item('two'), item('three', '1.', 1), item('ten', '10)')],
    ],
    ['no list of a number', '3.14 is pi', [text('3.14 is pi')]],
    ['a line', 'a\n\n---\nb', [text('a'), { kind: 'rule' }, text('b')]],
    [
      'a table',
      'See\n| a | b |\n|---|---|\n| 1 | 2 |\nend',
      [text('See'), code('| a | b |\n|---|---|\n| 1 | 2 |'), text('end')],
    ],
    ['HTML and markup as they stand', '<b>x</b> &amp; <script>', [text('<b>x</b> &amp; <script>')]],
    ['Windows’ newlines', 'a\r\n\r\nb\r\n', [text('a'), text('b')]],
  ])('has %s', (_name, source, blocks) => {
    expect(blocksOf(source)).toEqual(blocks);
  });

  const markdown = fc.array(
    fc.constantFrom(
      '# H',
      '- item',
      '  - deep',
      '1. one',
      '```',
      '```js',
      '~~~',
      '',
      'text',
      '  ',
      '| a |',
      '---',
      '**b**',
      '\n',
    ),
  );

  it('is the same however it comes', () => {
    fc.assert(
      fc.property(markdown, fc.array(fc.nat()), (lines, places) => {
        const whole = lines.join('\n');
        const at = [0, ...places.map((place) => place % (whole.length + 1)), whole.length].sort((a, b) => a - b);
        const answer = new AnswerText();
        for (const [index, end] of at.slice(1).entries()) {
          answer.append(whole.slice(at[index], end));
          answer.blocks(false);
        }
        expect(answer.blocks(true)).toEqual(blocksOf(whole));
      }),
    );
  });

  it('keeps what is settled as the same objects', () => {
    const answer = new AnswerText();
    answer.append('One\n\n```\ncode\n```\nTh');
    const before = answer.blocks(false);
    answer.append('ree');
    const later = answer.blocks(false);
    expect(later).toHaveLength(3);
    expect(later[0]).toBe(before[0]);
    expect(later[1]).toBe(before[1]);
    expect(later[2]).toEqual(text('Three'));
  });

  it('doesn’t show what may yet become a mark', () => {
    const answer = new AnswerText();
    answer.append('Look\n\n``');
    expect(answer.blocks(false)).toEqual([text('Look')]);
    expect(answer.blocks(true)).toEqual([text('Look'), text('``')]);
  });

  it('cuts a paragraph that doesn’t end', () => {
    const lines = Array.from({ length: 300 }, (_, index) => `line ${String(index)} of many`);
    const blocks = blocksOf(lines.join('\n'));
    expect(blocks.length).toBeGreaterThan(2);
    expect(blocks.map((block) => (block.kind === 'text' ? block.text : '')).join('\n')).toBe(lines.join('\n'));
  });

  it('loses no word', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-z]{1,9}$/), { minLength: 1 }), markdown, (words, marks) => {
        const source = words.map((word, index) => `${marks[index] ?? ''}\n${word}`).join('\n');
        const shown = blocksOf(source)
          .map((block) => ('text' in block ? block.text : ''))
          .join('\n');
        for (const word of words) expect(shown).toContain(word);
      }),
    );
  });
});

it('shows long code in parts that make the whole', () => {
  const lines = Array.from({ length: 100 }, (_, index) => String(index)).join('\n');
  expect(codeParts(lines)).toHaveLength(3);
  expect(codeParts(lines).join('\n')).toBe(lines);
  expect(codeParts('')).toEqual(['']);
});

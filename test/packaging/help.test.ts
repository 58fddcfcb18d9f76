import { describe, expect, it } from 'vitest';
import { parseHelp } from '../../packaging/build/help.mjs';
import { help, parseCommand } from '../../service/cli/arguments.ts';

const around = (lines: string): string => `Usage: it COMMAND

What it is.

${lines}

  -h, --help            this text

Exit status: 0 done, 1 failed.
`;

describe('the command line, understood from its own help', () => {
  it.each([
    ['a word', '  logout ID             sign out', { words: ['logout'], argument: 'ID', text: 'sign out' }],
    ['two words', '  token set ID          keep it', { words: ['token', 'set'], argument: 'ID' }],
    ['nothing to fill in', '  status [--json]       what it does', { words: ['status'], argument: undefined }],
    [
      'an option in its line',
      '  login ID [--code]     sign in',
      { argument: 'ID', options: [{ name: '--code', text: '', shared: false, usage: '--code' }] },
    ],
    [
      'an option with a value in its line',
      '  ask [-m MODEL] [PROMPT]  ask it',
      { argument: 'PROMPT', options: [{ name: '-m', value: 'MODEL', text: '', shared: false, usage: '-m MODEL' }] },
    ],
    [
      'an option in a line of its own',
      '  serve                 run it\n      --config FILE       with FILE',
      { options: [{ name: '--config', value: 'FILE', text: 'with FILE', shared: false, usage: '--config FILE' }] },
    ],
    [
      'an option that has a short form',
      '  ask [PROMPT]          ask\n      -m, --model MODEL   this one',
      { options: [{ usage: '-m, --model MODEL', name: '--model', short: '-m', value: 'MODEL', text: 'this one' }] },
    ],
    [
      'a text over two lines',
      '  pull MODEL            gets a\n                        model',
      { text: 'gets a model' },
    ],
  ])('%s', (_, line, expected) => {
    const [command] = parseHelp(around(line)).commands;
    expect(command).toMatchObject(expected);
  });

  it('gives an option that is told once for several commands to all of them', () => {
    const { commands } = parseHelp(
      around('  key list              all\n  key revoke NAME       one\n      --config FILE       (of all two) of it'),
    );
    expect(commands.map(({ options }) => options.map(({ name, text }) => [name, text]))).toEqual([
      [['--config', 'of it']],
      [['--config', 'of it']],
    ]);
  });

  it.each([
    ['no command', ''],
    ['a line of neither kind', '      what is this'],
  ])('refuses a help with %s, rather than losing something', (_, lines) => {
    expect(() => parseHelp(around(lines))).toThrow(/--help/);
  });

  it('knows exactly the commands that the program knows', () => {
    const { commands } = parseHelp(help);
    expect(commands.length).toBeGreaterThan(10);
    for (const { words } of commands) {
      // Whatever is missing after it, it is not the command that is unknown.
      let complaint = '';
      try {
        parseCommand(words);
      } catch (error) {
        complaint = (error as Error).message;
      }
      expect(complaint, words.join(' ')).not.toMatch(/there is no command/);
    }
  });
});

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { completions } from '../../packaging/build/completions.mjs';
import { parseHelp } from '../../packaging/build/help.mjs';
import { manualPage } from '../../packaging/build/manual.mjs';
import { help } from '../../service/cli/arguments.ts';

const known = parseHelp(help);
const pages = ['cloudtolocalllm.1', 'cloudtolocalllm-server.8'];
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'documents-'));
  for (const name of pages) {
    const source = readFileSync(fileURLToPath(new URL(`../../packaging/man/${name}`, import.meta.url)), 'utf8');
    writeFileSync(join(folder, name), manualPage(source, known, { version: '1.2.3', date: '2026-01-31' }));
  }
  for (const [shell, text] of Object.entries(completions(known))) writeFileSync(join(folder, shell), text);
  // Two connections, and a command that lists a model with a colon in its name.
  writeFileSync(join(folder, 'gsettings'), `#!/bin/sh\necho "['ollama', 'my_own']"\n`, { mode: 0o755 });
  writeFileSync(join(folder, 'cloudtolocalllm'), '#!/bin/sh\necho llama3.2:3b\n', { mode: 0o755 });
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe.each(pages)('the man page %s', (page) => {
  it('is one that man shows without a complaint', () => {
    const env = { ...process.env, MANWIDTH: '100', LC_ALL: 'C.UTF-8', MANROFFOPT: '-ww' };
    const { stderr, stdout, status } = spawnSync('man', ['--warnings', '-l', join(folder, page)], {
      encoding: 'utf8',
      env,
    });
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    expect(stdout).toContain('CloudToLocalLLM 1.2.3');
    expect(stdout).not.toMatch(/@[A-Z]+@/);
  });
});

describe('the man page of the command', () => {
  const shown = (): string =>
    execFileSync('man', ['-l', join(folder, 'cloudtolocalllm.1')], {
      encoding: 'utf8',
      env: { ...process.env, MANWIDTH: '120', LC_ALL: 'C.UTF-8' },
    });

  it.each(known.commands)('tells $usage', ({ usage, options }) => {
    const text = shown();
    expect(text).toContain(`       ${usage}`);
    for (const option of options) expect(text).toContain(option.usage);
  });

  it('tells every exit status', () => {
    for (const status of known.statuses.split(', ')) {
      const [, number = '', meaning = ''] = /^(\d) (.*)$/.exec(status) ?? [];
      expect(shown()).toMatch(new RegExp(`${number} +${meaning}`));
    }
  });
});

/** What each shell itself offers after a begun command line. */
const shells: Record<string, (begun: string[]) => string[]> = {
  bash: (begun) =>
    run('bash', [
      '-c',
      `source /usr/share/bash-completion/bash_completion; source ${folder}/bash
       COMP_WORDS=(cloudtolocalllm "$@" ""); COMP_CWORD=$(( $# + 1 )); COMP_LINE="\${COMP_WORDS[*]}"; COMP_POINT=\${#COMP_LINE}
       compopt() { :; }
       _cloudtolocalllm; printf '%s\\n' "\${COMPREPLY[@]}"`,
      'bash',
      ...begun,
    ]),
  // What its completion system would show, printed: it draws only in a terminal.
  zsh: (begun) =>
    run('zsh', [
      '-fc',
      `_describe() { print -rl -- "\${(@P)argv[-1]%%:*}"; }; compadd() { shift; print -rl -- "$@"; }; _files() { ls -A; }
       _message() { :; }
       words=(cloudtolocalllm "$@" ""); CURRENT=$#words; source ${folder}/zsh; exit`,
      'zsh',
      ...begun,
    ]),
  fish: (begun) =>
    run('fish', [
      '--no-config',
      '-c',
      `source ${folder}/fish; complete -C ${JSON.stringify(`cloudtolocalllm ${begun.map((word) => `${word} `).join('')}`)}
       complete -C ${JSON.stringify(`cloudtolocalllm ${begun.map((word) => `${word} `).join('')}-`)}`,
    ]).map((line) => line.split('\t')[0] ?? ''),
};

function run(program: string, args: string[]): string[] {
  const env = { ...process.env, PATH: `${folder}:${process.env.PATH ?? ''}`, HOME: folder };
  const { stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', env, cwd: folder });
  // A shell goes on after a mistake, and shows it in the middle of what somebody types.
  expect(stderr).toBe('');
  return stdout.split('\n').filter(Boolean);
}

describe.each(Object.keys(shells))('the completions of %s', (shell) => {
  const offered = (...begun: string[]): string[] => shells[shell]?.(begun) ?? [];

  it('offer every first word', () => {
    const words = new Set(known.commands.map((command) => command.words[0]));
    expect(offered()).toEqual(expect.arrayContaining([...words]));
  });

  it.each(known.commands.filter(({ words }) => words.length > 1))('offer $usage', ({ words }) => {
    expect(offered(...words.slice(0, -1))).toContain(words.at(-1));
  });

  it.each(known.commands.filter(({ options }) => options.length > 0))('offer the options of $usage', (command) => {
    const names = command.options.map(({ name }) => name);
    expect(offered(...command.words)).toEqual(expect.arrayContaining(names));
  });

  it.each([
    ['connections where an id is asked for', ['token', 'set'], ['ollama', 'my_own']],
    ['the routes that there always are, and connections', ['route'], ['automatic', 'local', 'cloud', 'my_own']],
    ['files where one is asked for', ['config', 'check'], ['cloudtolocalllm.1']],
    ['files as an option’s value', ['serve', '--config'], ['cloudtolocalllm.1']],
    ['connections as an option’s value', ['key', 'create', 'laptop', '--connection'], ['ollama', 'my_own']],
    ['models after an option', ['ask', '--model'], ['llama3.2:3b']],
    ['models after its short form', ['ask', '-m'], ['llama3.2:3b']],
    ['what is left after an option', ['key', 'create', '--rate', '5'], ['--connection']],
  ])('offer %s', (_, begun, expected) => {
    expect(offered(...begun)).toEqual(expect.arrayContaining(expected));
  });
});

import { parse } from 'node:path';
import { describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import keys from '../../schemas/org.gnome.shell.extensions.cloudtolocalllm.gschema.xml?keys';
import { help, parseCommand, UsageError } from '../../service/cli/arguments.ts';
import { linesOf, pages, spansOf, textOf } from './pages.ts';

/** Programs behind whose name the command's arguments stand. */
const commands = ['cloudtolocalllm', 'cloudtolocalllm-server'];

/** The commands of a line, each in its words; what a shell does with them besides is left out. */
function commandsOf(line: string): readonly (readonly string[])[] {
  const words = [...line.matchAll(/'([^']*)'|"((?:[^"\\]|\\.)*)"|(&&|\|\||[|;<>()])|((?:[^\s'"|;&<>()\\]|\\.)+)/g)];
  const found: string[][] = [[]];
  for (const [, single, double, end, plain] of words) {
    if (end !== undefined) found.push([]);
    else found.at(-1)?.push(single ?? double ?? plain ?? '');
  }
  // What precedes a command: variables for it alone, and sudo.
  return found
    .map((words) => words.slice(words.findIndex((word) => !/^[A-Z_]+=/.test(word) && word !== 'sudo')))
    .filter(({ length }) => length > 0);
}

/** Why the command wouldn't understand these words; undefined if it does. */
function misunderstood(args: readonly string[]): string | undefined {
  try {
    parseCommand(args);
    return undefined;
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
}

/** The words with which commands begin. */
const beginnings = new Set([...help.matchAll(/^ {2}([a-z]+) /gm)].map(([, word]) => word));

/** The command's lines among others. */
function ours(lines: readonly string[]): readonly (readonly string[])[] {
  return lines.flatMap(commandsOf).filter(([program = '']) => commands.includes(parse(program).base));
}

/** What a page says with the command's name: lines of its blocks, and what it names in the text. */
function saidOn(page: string): readonly (readonly string[])[] {
  // In the text, a name alone or the first word behind it speaks of a command, and `…` of any.
  const named = ours(spansOf(page)).filter(
    ([, ...args]) => args.length > 1 || (args[0] !== undefined && !beginnings.has(args[0])),
  );
  return [...ours(linesOf(page)), ...named.filter((words) => !words.some((word) => word.includes('…')))];
}

describe.each(pages)('%s', (page) => {
  it('has only command lines that the command understands', () => {
    const wrong = saidOn(page).flatMap(([program = '', ...args]) => {
      const reason = misunderstood(args);
      return reason === undefined ? [] : [`${program} ${args.join(' ')}: ${reason}`];
    });
    expect(wrong).toEqual([]);
  });

  it('has only npm scripts that there are', () => {
    const named = [...textOf(page).matchAll(/\bnpm run (?:--silent )?([\w:-]+)/g)].map(([, name = '']) => name);
    expect(named.filter((name) => !Object.hasOwn(packageJson.scripts, name))).toEqual([]);
  });

  it('has only settings that there are', () => {
    const main = 'org.gnome.shell.extensions.cloudtolocalllm';
    const wrong = [...linesOf(page), ...spansOf(page)].flatMap(commandsOf).flatMap(([program, ...args]) => {
      if (program !== 'gsettings') return [];
      const [, schema = '', key] = args.filter(
        (arg, index) => arg !== '--schemadir' && args[index - 1] !== '--schemadir',
      );
      // Variables that pages set before: S the schema, C the one of connections, with the path before the id.
      const name = schema.startsWith('$C/') ? `${main}.connection` : schema === '$S' ? main : schema.split(':')[0];
      if (name === undefined || key === undefined || !name.startsWith(main)) return [];
      return keys[name]?.[key] === undefined ? [`gsettings ${args.join(' ')}`] : [];
    });
    expect(wrong).toEqual([]);
  });

  it('has only paths of settings that there are', () => {
    const main = 'org.gnome.shell.extensions.cloudtolocalllm';
    const top = `/${main.replaceAll('.', '/')}/`;
    const isThere = (path: string): boolean => {
      const [id, key] = /^(?:connections\/([^/]+)\/)?([^/]*)$/.exec(path.slice(top.length))?.slice(1) ?? ['', '/'];
      const schema = id === undefined ? main : `${main}.connection`;
      return key === '' || (key !== undefined && keys[schema]?.[key] !== undefined);
    };
    const paths = [...linesOf(page), ...spansOf(page)]
      .flatMap(commandsOf)
      .filter(([program]) => program === 'dconf')
      .flatMap(([, ...args]) => args.filter((arg) => arg.startsWith('/')));
    expect(paths.filter((path) => !path.startsWith(top) || !isThere(path))).toEqual([]);
  });

  it('names packages of this version', () => {
    const named = textOf(page).matchAll(
      /(?:cloudtolocalllm|CloudToLocalLLM)[_-](\d+\.\d+\.\d+)(?:-1_all\.deb|-1\.noarch\.rpm|-arch\.tar\.gz|\.tar\.xz|-x86_64\.AppImage)/g,
    );
    expect([...named].map(([, version]) => version).filter((version) => version !== packageJson.version)).toEqual([]);
  });
});

it.each([
  ['a block', 'docs/server.md', 'cloudtolocalllm-server key create office --connection ollama --rate 60'],
  ['the text', 'docs/install.md', 'cloudtolocalllm token clear ID'],
  ['a block in a list', 'docs/applications.md', 'cloudtolocalllm test ollama'],
])('finds a command line in %s', (_where, page, line) => {
  expect(saidOn(page).map((words) => words.join(' '))).toContain(line);
});

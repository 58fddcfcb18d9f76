// Brings the translators' files in extension/po/ up to date with the sources: the template, and the catalogue of every
// language that LINGUAS lists. Languages that are named begin one. With --check it writes nothing, and fails where
// something isn't up to date, isn't translated, or doesn't fit what it translates.
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { catalogue, template } from './translations/catalogues.mjs';
import { TranslationError } from './translations/errors.mjs';
import { flawsOf } from './translations/flaws.mjs';
import { languagesIn } from './translations/folder.mjs';
import { merged, messagesIn } from './translations/messages.mjs';

const root = fileURLToPath(new URL('../', import.meta.url));
const folder = join(root, 'extension/po');
const { 'gettext-domain': domain } = JSON.parse(readFileSync(join(root, 'metadata.json'), 'utf8'));
const args = process.argv.slice(2);
const checking = args.includes('--check');
const problems = [];

try {
  const messages = merged(sources().flatMap((path) => messagesIn(relative(root, path), readFileSync(path, 'utf8'))));
  const languages = [...new Set([...languagesIn(folder), ...args.filter((arg) => !arg.startsWith('--'))])].sort();
  const catalogues = languages.map((language) => [
    `${language}.po`,
    catalogue(language, messages, textOf(`${language}.po`)),
  ]);
  const listed = languages.map((language) => `${language}\n`).join('');
  for (const file of [['LINGUAS', listed], [`${domain}.pot`, template(messages)], ...catalogues]) expect(...file);
  if (checking) problems.push(...languages.flatMap((language) => flawsOf(language, textOf(`${language}.po`))));
  for (const name of readdirSync(folder).filter((each) => each.endsWith('.po'))) {
    if (!languages.includes(basename(name, '.po'))) problems.push(`extension/po/${name} isn’t listed in LINGUAS.`);
  }
} catch (error) {
  if (!(error instanceof TranslationError)) throw error;
  problems.push(error.message);
}
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;

/** The extension's sources, in the order of their names. */
function sources() {
  const found = readdirSync(join(root, 'extension'), { recursive: true, encoding: 'utf8' });
  return found
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
    .sort()
    .map((name) => join(root, 'extension', name));
}

/** Has a file have this text, or says that it hasn't. */
function expect(name, text) {
  if (textOf(name) === text) return;
  if (checking) problems.push(`extension/po/${name} is out of date: npm run translations brings it up to date.`);
  else writeFileSync(join(folder, name), text);
}

/** The text of a file; empty if there is none yet. */
function textOf(name) {
  const path = join(folder, name);
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

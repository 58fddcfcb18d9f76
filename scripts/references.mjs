// Writes the references in docs/reference/ from the contracts in schemas/, which the programs compile in. With --check it
// writes nothing, and fails where a page isn't what would be written.
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { configurationReference } from './references/configuration.mjs';
import { dbusReference } from './references/dbus.mjs';
import { settingsReference } from './references/settings.mjs';

const root = fileURLToPath(new URL('../', import.meta.url));
const schemas = join(root, 'schemas');
const checking = process.argv.includes('--check');

const interfaces = readdirSync(schemas)
  .filter((name) => name.endsWith('.xml') && !name.endsWith('.gschema.xml'))
  .sort();
const [settings] = readdirSync(schemas).filter((name) => name.endsWith('.gschema.xml'));
await expect('dbus.md', dbusReference(interfaces.map((name) => [basename(name), textOf(name)])));
await expect('settings.md', settingsReference(textOf(settings)));
await expect('configuration.md', configurationReference(JSON.parse(textOf('configuration.schema.json'))));

/** Has a page have this text, or says that it hasn't. */
async function expect(name, text) {
  const path = join(root, 'docs/reference', name);
  const wanted = await format(text, { ...(await resolveConfig(path)), parser: 'markdown' });
  if (existsSync(path) && readFileSync(path, 'utf8') === wanted) return;
  if (checking) {
    console.error(`${relative(root, path)} is out of date: npm run references brings it up to date.`);
    process.exitCode = 1;
    return;
  }
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, wanted);
}

function textOf(name) {
  return readFileSync(join(schemas, name), 'utf8');
}

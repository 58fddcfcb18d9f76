// Builds the packages into dist/packages, the same bytes each time, with SHA256SUMS and the release's notes.
// --only deb,zip builds a selection (and what it needs); --out FOLDER puts them elsewhere; --version 4.0.0 insists on it: a
// release's tag and changelog must be of that version.
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { formats } from '../packaging/build/formats.mjs';
import { hasSection, writeNotes, writeSums } from '../packaging/build/notes.mjs';
import { sourceDate } from '../packaging/build/sourceDate.mjs';
import { Problem } from '../packaging/home/programs.mjs';
import { product } from '../packaging/product.mjs';
import { NotProvided, provide } from './provide.mjs';
import { shippedPackages } from './shipped.mjs';

const source = new URL('../', import.meta.url).pathname;

try {
  const { values } = parseArgs({
    options: { only: { type: 'string' }, out: { type: 'string' }, version: { type: 'string' } },
  });
  if (values.version !== undefined) insistOn(values.version);
  const chosen = selection(values.only);
  const out = resolve(values.out ?? join(source, 'dist/packages'));
  provide([...new Set(chosen.flatMap(({ tools }) => tools))], 'Packages are built');
  // What is left of another version would be in the sums.
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  await build(chosen, out);
} catch (error) {
  const expected = error instanceof Problem || error instanceof NotProvided || error.code?.startsWith('ERR_PARSE_ARGS');
  if (!expected) throw error;
  console.error(`Not done: ${error.message}`);
  process.exitCode = error.status ?? 1;
}

async function build(chosen, out) {
  const work = mkdtempSync(join(tmpdir(), 'cloudtolocalllm-packages-'));
  const job = { source, work, out, date: sourceDate(), licence: await licence() };
  try {
    const files = [];
    for (const format of chosen) files.push(...(await format.build(job)));
    writeNotes(out, files, source);
    writeSums(out, files);
    console.log([...files, 'NOTES.md', 'SHA256SUMS'].map((name) => join(out, name)).join('\n'));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** A release is of the version that its tag names, and the changelog says what is in it. */
function insistOn(version) {
  if (version !== product.version) {
    throw new Problem(`package.json has version ${product.version}, and ${version} is to be released.`);
  }
  if (!hasSection(readFileSync(join(source, 'CHANGELOG.md'), 'utf8'), version)) {
    throw new Problem(`CHANGELOG.md has no section "## ${version}": rename what is unreleased.`);
  }
}

/** The formats that were asked for, and those that they are built from, in their order. */
function selection(only) {
  if (only === undefined) return formats;
  const names = only.split(',');
  const unknown = names.find((name) => !formats.some((format) => format.name === name));
  if (unknown !== undefined) {
    const known = formats.map(({ name }) => name).join(', ');
    throw new Problem(`there is no format "${unknown}"; there are ${known}`, 2);
  }
  const needed = new Set(names.flatMap((name) => [name, formats.find((format) => format.name === name).after]));
  return formats.filter(({ name }) => needed.has(name));
}

/** The licence of a file with all that is bundled in it, as SPDX writes it. */
async function licence() {
  const bundled = new Set((await shippedPackages()).map(({ license }) => license));
  return [product.license, ...[...bundled].sort()].join(' AND ');
}

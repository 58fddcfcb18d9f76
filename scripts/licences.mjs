// Writes docs/licences.md: whose code is in what we ship, and under which licence. With --check it writes nothing, and fails
// where the file is out of date. Either way it fails where a licence isn't known to go together with ours.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as prettier from 'prettier';
import { shippedPackages } from './shipped.mjs';

const root = new URL('../', import.meta.url);
const target = fileURLToPath(new URL('docs/licences.md', root));

/**
 * Licences whose code may be part of a program under GPL-2.0-or-later, by their SPDX names (the Free Software Foundation's
 * "Various Licenses and Comments about Them"). Those that go together with version 3 alone, such as Apache-2.0, aren't here:
 * with them nobody could choose version 2 any more.
 */
const compatible = new Set(['0BSD', 'BSD-2-Clause', 'BSD-3-Clause', 'CC0-1.0', 'ISC', 'MIT', 'Unlicense', 'Zlib']);

const packages = await shippedPackages();
const misfits = packages.filter(({ license }) => !compatible.has(license));
for (const { name, license } of misfits) {
  console.error(
    `${name} is under ${license || 'no licence that it names'}, which isn’t known to go together with GPL-2.0-or-later.`,
  );
}
const text = await prettier.format(written(packages), { ...(await prettier.resolveConfig(target)), filepath: target });
if (!process.argv.includes('--check')) {
  writeFileSync(target, text);
} else if (readFileSync(target, 'utf8') !== text) {
  console.error('docs/licences.md is out of date: node scripts/licences.mjs writes it anew.');
  process.exitCode = 1;
}
if (misfits.length > 0) process.exitCode = 1;

function written(all) {
  return [
    '# Licences',
    'CloudToLocalLLM is under GPL-2.0-or-later. Of these packages something is in `dist/service/cloudtolocalllm.mjs`; the',
    'extension has no code but its own. `node scripts/licences.mjs` writes this list, `npm run check` compares it.',
    '',
    '| Package | Version | Licence |',
    '| --- | --- | --- |',
    ...all.map(({ name, version, license }) => `| \`${name}\` | ${version} | ${license} |`),
    '',
  ].join('\n');
}

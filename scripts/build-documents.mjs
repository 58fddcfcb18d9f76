// Builds dist/documents/: the man pages and completions from the built command's own --help, and the licences of what is
// in the service's file.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { completions } from '../packaging/build/completions.mjs';
import { parseHelp } from '../packaging/build/help.mjs';
import { manualPage } from '../packaging/build/manual.mjs';
import { sourceDate } from '../packaging/build/sourceDate.mjs';
import { product } from '../packaging/product.mjs';
import { shippedPackages } from './shipped.mjs';

const root = new URL('../', import.meta.url);
const target = new URL('dist/documents/', root);
const command = new URL('dist/service/cloudtolocalllm.mjs', root).pathname;

const help = parseHelp(execFileSync(process.execPath, [command, '--help'], { encoding: 'utf8' }));
const date = new Date(sourceDate() * 1000).toISOString().slice(0, 10);

mkdirSync(target, { recursive: true });
for (const page of ['cloudtolocalllm.1', 'cloudtolocalllm-server.8']) {
  const text = readFileSync(new URL(`packaging/man/${page}`, root), 'utf8');
  put(page, manualPage(text, help, { version: product.version, date }));
}
for (const [shell, text] of Object.entries(completions(help))) put(`cloudtolocalllm.${shell}`, text);
put('licences.txt', licences(await shippedPackages()));

/** What the licences ask of whoever passes the code on: their text, and who holds the rights. */
function licences(packages) {
  const told = packages.map(({ name, version, license, text }) => `${name} ${version} (${license})\n\n${text.trim()}`);
  return `${['The broker has code of these packages in it.', ...told].join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}

function put(name, text) {
  writeFileSync(new URL(name, target), text);
}

import { createHash } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { product } from '../product.mjs';

/** What each file is for, by how its name ends. */
const uses = [
  [/^gnome-shell-extension.*\.deb$/, 'Debian, Ubuntu: the extension'],
  [/\.deb$/, 'Debian, Ubuntu: the broker'],
  [/^gnome-shell-extension.*\.rpm$/, 'Fedora: the extension'],
  [/\.rpm$/, 'Fedora: the broker'],
  [/-arch\.tar\.gz$/, 'Arch: what `makepkg` builds both packages from'],
  [/\.AppImage$/, 'any distribution, without Node.js: run it, or `install` it'],
  [/\.tar\.xz$/, 'any distribution with Node.js 20.18: `./install`'],
  [/\.shell-extension\.zip$/, 'the extension alone: `gnome-extensions install`'],
];

/** Writes NOTES.md: what is new, from the changelog, and what the files are, with their sizes. */
export function writeNotes(out, files, source) {
  const changes = section(readFileSync(join(source, 'CHANGELOG.md'), 'utf8'), product.version);
  const rows = files.map((name) => {
    const [, use] = uses.find(([pattern]) => pattern.test(name));
    return `| \`${name}\` | ${size(statSync(join(out, name)).size)} | ${use} |`;
  });
  const text = [
    `# CloudToLocalLLM ${product.version}`,
    changes,
    '## Files',
    ['| File | Size | For |', '| --- | --- | --- |', ...rows].join('\n'),
    '`sha256sum --check --ignore-missing SHA256SUMS` tells whether a file has come whole.',
  ];
  writeFileSync(join(out, 'NOTES.md'), `${text.join('\n\n')}\n`);
}

/** Writes SHA256SUMS, as sha256sum(1) reads it. */
export function writeSums(out, files) {
  const line = (name) =>
    `${createHash('sha256')
      .update(readFileSync(join(out, name)))
      .digest('hex')}  ${name}\n`;
  writeFileSync(join(out, 'SHA256SUMS'), files.map(line).join(''));
}

/** What the changelog says of a version; before its release, what is unreleased. */
export function section(changelog, version) {
  const found = sections(changelog).get(version) ?? sections(changelog).get('Unreleased');
  if (found === undefined) throw new Error(`CHANGELOG.md says nothing of ${version}.`);
  return found;
}

/** Whether the changelog has a section of this version's own. */
export function hasSection(changelog, version) {
  return sections(changelog).has(version);
}

/** The sections by the first word of their headings: a date may follow. */
function sections(changelog) {
  const parts = changelog.split(/^## /m).slice(1);
  return new Map(parts.map((part) => [/^\S+/.exec(part)[0], part.slice(part.indexOf('\n')).trim()]));
}

function size(bytes) {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

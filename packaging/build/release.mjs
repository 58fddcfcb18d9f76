import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { contents } from '../contents.mjs';

/** What else installing needs, and what people look for in a release. */
const more = [
  'metadata.json',
  'CHANGELOG.md',
  ...['contents', 'files', 'filling', 'place', 'places'].map((name) => `packaging/${name}.mjs`),
  ...['files', 'folders', 'install', 'programs', 'session', 'shell'].map((name) => `packaging/home/${name}.mjs`),
];

/** Copies all that installing takes from a checkout: the tarball and the AppImage have it. */
export function copyRelease(source, target) {
  for (const path of [...new Set([...contents.map(({ from }) => from), ...more])]) {
    cpSync(join(source, path), join(target, path), { recursive: true });
  }
}

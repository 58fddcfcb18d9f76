import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { contents } from './contents.mjs';
import { filled } from './filling.mjs';

/**
 * Every file of the list that has a place, one by one.
 * @param {string} source the checkout or unpacked tarball
 * @param {object} places where things go (places.mjs)
 * @param {'service' | 'extension'} of the package
 * @returns {{ path: string, content: Buffer, mode: number }[]}
 */
export function filesOf(source, places, of) {
  return entriesOf(places, of).flatMap((entry) => expanded(source, places, entry));
}

/** The paths of what `filesOf` would put in place, folders as such; what they come from need not be there. */
export function pathsOf(places, of) {
  return entriesOf(places, of).map(({ place, name }) => join(places[place], name));
}

function entriesOf(places, of) {
  return contents.filter(
    (entry) => entry.of === of && places[entry.place] !== undefined && (entry.only ?? places.kind) === places.kind,
  );
}

function expanded(source, places, { from, place, name, mode, filled: kind, without = [] }) {
  const target = join(places[place], name);
  const below = statSync(join(source, from)).isDirectory() ? regularFiles(join(source, from), without) : [''];
  return below.map((path) => {
    const content = readFileSync(join(source, from, path));
    return {
      path: join(target, path),
      content: kind === undefined ? content : Buffer.from(filled(kind, content.toString(), places)),
      mode,
    };
  });
}

/** The files below a folder, sorted. */
function regularFiles(folder, without) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .filter((path) => !without.includes(path.split('/')[0]))
    .sort();
}

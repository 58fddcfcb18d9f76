// Whose code is in the service's one file.
import { readFileSync, readdirSync } from 'node:fs';
import { build } from 'esbuild';
import { serviceBundle } from './service-bundle.mjs';

const root = new URL('../', import.meta.url);

/** Name, version, licence and the licence's text of every package of which something is in the bundle. */
export async function shippedPackages() {
  const { metafile } = await build({ ...serviceBundle, write: false, metafile: true });
  const inBundle = Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
  );
  const folders = new Set(inBundle.flatMap((path) => /^.*\bnode_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []));
  return [...folders].map(described).sort((one, other) => (one.name < other.name ? -1 : 1));
}

function described(folder) {
  const { name, version, license, author, ...more } = JSON.parse(
    readFileSync(new URL(`${folder}/package.json`, root), 'utf8'),
  );
  const file = readdirSync(new URL(folder, root)).find((each) => /^(licen[cs]e|copying)(\.\w+)?$/i.test(each));
  return {
    ...{ name, version },
    // Older packages have a list.
    license: license ?? (more.licenses ?? []).map(({ type }) => type).join(' OR '),
    // Some name their licence and don't have its text with them.
    text: file ? readFileSync(new URL(`${folder}/${file}`, root), 'utf8') : mit(author?.name ?? author ?? name),
  };
}

function mit(holder) {
  return `Copyright (c) ${holder}

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation
files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy,
modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the
Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE,
ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
`;
}

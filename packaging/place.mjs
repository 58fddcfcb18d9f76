// Puts a package's files below a folder, as the packages of each family of distributions have them, and prints their paths:
//   node packaging/place.mjs debian|fedora|arch service|extension FOLDER
// Debian's package, rpm's spec and Arch's PKGBUILD are made with it.
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { filesOf } from './files.mjs';
import { systemPlaces } from './places.mjs';

const [family, of, folder] = process.argv.slice(2);
const source = new URL('../', import.meta.url).pathname;

for (const { path, content, mode } of filesOf(source, systemPlaces(family, of), of)) {
  const target = join(folder, path);
  mkdirSync(dirname(target), { recursive: true, mode: 0o755 });
  writeFileSync(target, content);
  // Whatever the umask is.
  chmodSync(target, mode);
  console.log(path);
}

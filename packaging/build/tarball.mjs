import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { product } from '../product.mjs';
import { made, pack, settle } from './folder.mjs';
import { copyRelease } from './release.mjs';

/** The file's name: rpm's spec and Arch's PKGBUILD build from it. */
export const tarballName = `${product.name}-${product.version}.tar.xz`;

/** Everything in a folder, with an installer for the home folder. */
export const tarball = {
  name: 'tarball',
  tools: ['tar', 'xz-utils'],
  build({ source, work, out, date }) {
    const folder = made(work, 'tarball', `${product.name}-${product.version}`);
    copyRelease(source, folder);
    for (const script of ['install', 'uninstall']) {
      cpSync(join(source, `packaging/tarball/${script}`), join(folder, script));
    }
    settle(folder, date);
    // One thread: more of them cut the file into blocks of their own.
    pack(folder, join(out, tarballName), 'xz -9e -T1');
    return [tarballName];
  },
};

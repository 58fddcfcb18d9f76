import { chmodSync, lutimesSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { run } from './run.mjs';

/** The files and folders below a folder, sorted, by their paths in it. */
export function pathsBelow(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

/** Gives all below a folder, and it, this date and the modes of files that anybody may read. */
export function settle(folder, date) {
  for (const path of ['', ...pathsBelow(folder)]) {
    const whole = join(folder, path);
    const stat = statSync(whole);
    chmodSync(whole, stat.isDirectory() || stat.mode & 0o100 ? 0o755 : 0o644);
    lutimesSync(whole, date, date);
  }
}

/** Packs a folder, with its name, into a tarball that comes out the same whoever makes it, wherever and when. */
export function pack(folder, target, compressor) {
  const as = ['--sort=name', '--owner=0', '--group=0', '--numeric-owner', '--format=ustar'];
  const name = folder.slice(dirname(folder).length + 1);
  run('tar', [...as, `--use-compress-program=${compressor}`, '-cf', target, '-C', dirname(folder), name]);
}

/** A new folder. */
export function made(...parts) {
  const folder = join(...parts);
  mkdirSync(folder, { recursive: true });
  return folder;
}

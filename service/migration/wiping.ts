import {
  closeSync,
  fstatSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';

/** A text of an old file without the token in it, whole or broken; all else stays as it is. */
export function withoutToken(text: string): string {
  // A file that is cut off may end in the middle of the token.
  return text.replace(/("auth_token"\s*:\s*)(?:"(?:[^"\\]|\\.)*"|"(?:[^"\\]|\\.)*\\?$)/g, '$1""');
}

/**
 * Replaces a file by one with another text: whoever reads it meanwhile, or after a crash, finds the old or the new one. Where
 * the old one was on the disk is written over, as far as a file system lets that be done.
 */
export function replaceFile(path: string, text: string): void {
  // One that a link leads to is replaced where it is.
  const target = realpathSync(path);
  const fresh = `${target}.new`;
  const old = openSync(target, 'r+');
  try {
    const file = openSync(fresh, 'wx', 0o600);
    try {
      writeSync(file, text);
      fsyncSync(file);
    } catch (error) {
      rmSync(fresh, { force: true });
      throw error;
    } finally {
      closeSync(file);
    }
    renameSync(fresh, target);
    synced(dirname(target));
    writeSync(old, Buffer.alloc(fstatSync(old).size), 0, null, 0);
    fsyncSync(old);
  } finally {
    closeSync(old);
  }
}

/** Takes the token out of a file. */
export function wipeToken(path: string): void {
  replaceFile(path, withoutToken(readFileSync(path, 'utf8')));
}

/** Only with its folder on the disk is a file there after a crash. */
function synced(folder: string): void {
  const opened = openSync(folder, 'r');
  try {
    fsyncSync(opened);
  } finally {
    closeSync(opened);
  }
}

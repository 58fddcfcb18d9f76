import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { call } from './programs.mjs';

/**
 * Gives a file this content in one step: a program that reads it meanwhile sees the old or the new one, never half of it.
 * @returns whether it wasn't so before
 */
export function put(path, content, mode) {
  if (existsSync(path) && readFileSync(path, 'utf8') === content) {
    chmodSync(path, mode);
    return false;
  }
  mkdirSync(dirname(path), { recursive: true });
  const fresh = `${path}.new`;
  writeFileSync(fresh, content, { mode });
  chmodSync(fresh, mode);
  renameSync(fresh, path);
  return true;
}

/** Copies a program, also over one that runs. @returns where to */
export function putProgram(source, target) {
  const fresh = `${target}.new`;
  mkdirSync(dirname(target), { recursive: true });
  copyFileSync(source, fresh);
  chmodSync(fresh, 0o755);
  renameSync(fresh, target);
  return target;
}

/**
 * Replaces a folder by a copy of another. `finish` completes the copy before it takes the old one's place.
 * The copy is made beside the parent, where a program that goes through the parent's folders doesn't come across it.
 */
export function putFolder(source, target, finish) {
  const fresh = `${dirname(target)}.new`;
  const old = `${dirname(target)}.old`;
  for (const leftover of [fresh, old]) rmSync(leftover, { recursive: true, force: true });
  mkdirSync(dirname(target), { recursive: true });
  cpSync(source, fresh, { recursive: true });
  finish(fresh);
  if (existsSync(target)) renameSync(target, old);
  renameSync(fresh, target);
  rmSync(old, { recursive: true, force: true });
}

/** Removes a file or link, if there is one. */
export function remove(path) {
  rmSync(path, { force: true });
}

/** Removes a folder, if there is one and nothing is in it. */
export function removeEmptyFolder(path) {
  if (existsSync(path) && readdirSync(path).length === 0) rmdirSync(path);
}

/** Removes a folder with all that is in it, if there is one. */
export function removeFolder(path) {
  rmSync(path, { recursive: true, force: true });
}

/** Compiles a folder's GSettings schemas; without any left, removes the compiled file. */
export function compileSchemas(folder) {
  if (!existsSync(folder)) return;
  if (readdirSync(folder).some((name) => name.endsWith('.xml'))) call('glib-compile-schemas', [folder]);
  else remove(join(folder, 'gschemas.compiled'));
}

import {
  closeSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import validateShape from '../../schemas/keys.schema.json?validator';
import { misfitOfJson } from '../config/json.js';
import { misfitInWords } from '../config/validate.js';
import { KeyFileError, KeyRefused } from './errors.js';
import type { KeyRecord } from './key.js';

/** Where keys are kept unless the configuration says otherwise: in the service's folder of state, or in the user's. */
export function defaultKeyFile({ STATE_DIRECTORY, XDG_STATE_HOME, HOME }: NodeJS.ProcessEnv): string {
  // systemd names several folders, if there are, with colons between (systemd.exec(5)).
  const own = given(STATE_DIRECTORY?.split(':')[0]);
  // Asked only when it is needed: a service's dynamic user has no home folder, and may not even be in the list of users.
  const states = () => given(XDG_STATE_HOME) ?? join(given(HOME) ?? homedir(), '.local/state');
  return join(own ?? join(states(), 'cloudtolocalllm'), 'keys.json');
}

/** A variable that is empty says as much as one that isn't there (XDG Base Directory Specification). */
function given(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}

/** The keys that a file holds; none if there is no such file. @throws {KeyFileError} if it can't be used */
export function readKeyFile(path: string): readonly KeyRecord[] {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return [];
    throw new KeyFileError(
      path,
      code === 'EACCES' ? 'it may not be read by this user' : `can't be read (${String(code)})`,
    );
  }
  try {
    if ((fstatSync(file).mode & 0o077) !== 0) {
      throw new KeyFileError(path, `other users may get at it; run: chmod 600 ${path}`);
    }
    return validated(readFileSync(file, 'utf8'), path);
  } finally {
    closeSync(file);
  }
}

function validated(text: string, path: string): readonly KeyRecord[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new KeyFileError(path, misfitOfJson(text, error));
  }
  if (!validateShape(value)) {
    const misfit = validateShape.errors?.[0];
    throw new KeyFileError(
      path,
      misfit
        ? misfitInWords(misfit)
            .filter((part) => part !== '')
            .join(': ')
        : 'does not fit',
    );
  }
  const { keys } = value as { keys: readonly KeyRecord[] };
  const doubled = keys.find(({ name }, index) => keys.findIndex((other) => other.name === name) !== index);
  if (doubled) throw new KeyFileError(path, `there are two keys with the name "${doubled.name}"`);
  return keys;
}

/**
 * Changes a file of keys: whoever reads it meanwhile, or after a crash, finds it as it was before or as it is now.
 *
 * @param change makes the new keys of those that are there
 * @throws {KeyFileError} if it can't be read or written, or something else is changing it
 * @throws whatever `change` throws; then nothing has changed
 */
export function changeKeyFile(path: string, change: (keys: readonly KeyRecord[]) => readonly KeyRecord[]): void {
  // Made before the old one is read, and only if it isn't there: so two changes at a time can't lose one of them.
  const fresh = `${path}.new`;
  const file = begun(path, fresh);
  try {
    try {
      writeSync(file, `${JSON.stringify({ keys: change(readKeyFile(path)) }, undefined, 2)}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(fresh, path);
  } catch (error) {
    rmSync(fresh, { force: true });
    const { code } = error as NodeJS.ErrnoException;
    if (error instanceof KeyFileError || error instanceof KeyRefused || code === undefined) throw error;
    throw new KeyFileError(path, `can't be written (${code})`);
  }
  synced(dirname(path));
}

function begun(path: string, fresh: string): number {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    return openSync(fresh, 'wx', 0o600);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new KeyFileError(
      path,
      code === 'EEXIST'
        ? `something else is changing it; if nothing is, remove what was left behind: rm ${fresh}`
        : `can't be written (${String(code)})`,
    );
  }
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

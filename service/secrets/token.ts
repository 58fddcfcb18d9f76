import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TokenSource } from '../config/configuration.js';

/** What is known of a connection's token: it needs none, it is there, it is not, or the keyring is locked. */
export type TokenState = 'none' | 'stored' | 'missing' | 'locked';

/** A token as far as it could be had. `problem` says in words why it could not, and never holds any of it. */
export type Token =
  | { readonly state: 'none' }
  | { readonly state: 'stored'; readonly value: string }
  | { readonly state: 'missing'; readonly problem: string };

/** Finds the token that a source names. Reads it anew at each call, and keeps nothing. */
export function findToken(source: TokenSource | undefined, environment: NodeJS.ProcessEnv): Token {
  if (source === undefined) return { state: 'none' };
  if (source.env !== undefined) {
    const value = environment[source.env];
    return usable(value, `the environment variable ${source.env}`);
  }
  if (source.file !== undefined) return fromFile(source.file, `the file ${source.file}`, true);
  const folder = environment.CREDENTIALS_DIRECTORY;
  if (folder === undefined) {
    return missing(`systemd handed over no credentials; set LoadCredential=${source.credential}:… in the unit`);
  }
  // systemd has made that folder for us alone; its files' modes are its own affair.
  return fromFile(join(folder, source.credential), `the systemd credential ${source.credential}`, false);
}

function missing(problem: string): Token {
  return { state: 'missing', problem };
}

function fromFile(path: string, what: string, checked: boolean): Token {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return missing(code === 'ENOENT' ? `${what} does not exist` : `${what} can't be read (${String(code)})`);
  }
  try {
    if (checked && (fstatSync(file).mode & 0o077) !== 0) {
      return missing(`${what} may be read by other users; run: chmod 600 ${path}`);
    }
    return usable(readFileSync(file, 'utf8'), what);
  } finally {
    closeSync(file);
  }
}

function usable(text: string | undefined, what: string): Token {
  const value = text?.trim() ?? '';
  if (value === '') return missing(text === undefined ? `${what} is not set` : `${what} is empty`);
  // It will be a header's value: visible characters of ASCII only.
  if (!/^[\x21-\x7e]+$/.test(value)) return missing(`${what} holds characters that no token has`);
  return { state: 'stored', value };
}

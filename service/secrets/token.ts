import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TokenSource } from '../config/configuration.js';

/** Where a token is that the configuration itself can name. */
export type FixedSource = Extract<TokenSource, { env: string } | { file: string } | { credential: string }>;

/** A token as far as it could be had. `problem` says in words why it could not, and never holds any of it. */
export type Token =
  { readonly state: 'stored'; readonly value: string } | { readonly state: 'missing'; readonly problem: string };

/** Text that can be no token. The message is for people, and doesn't repeat it. */
export class UnusableToken extends Error {
  override readonly name = 'UnusableToken';
}

/** Finds the token that a source names. Reads it anew at each call, and keeps nothing. */
export function findToken(source: FixedSource, environment: NodeJS.ProcessEnv): Token {
  if ('env' in source) return usable(environment[source.env], `the environment variable ${source.env}`);
  if ('file' in source) return fromFile(source.file, `the file ${source.file}`, true);
  const folder = environment.CREDENTIALS_DIRECTORY;
  if (folder === undefined) {
    return missing(`systemd handed over no credentials; set LoadCredential=${source.credential}:… in the unit`);
  }
  // systemd has made that folder for us alone; its files' modes are its own affair.
  return fromFile(join(folder, source.credential), `the systemd credential ${source.credential}`, false);
}

/** A token as a person gave it, without blanks around it. @throws {UnusableToken} */
export function tokenFrom(text: string): string {
  const token = usable(text, 'the token');
  if (token.state === 'missing') throw new UnusableToken(token.problem);
  return token.value;
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

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { findToken, type FixedSource, tokenFrom, UnusableToken } from '../../../service/secrets/token.js';

const folder = mkdtempSync(join(tmpdir(), 'cloudtolocalllm-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function file(name: string, text: string, mode: number): string {
  const path = join(folder, name);
  writeFileSync(path, text, { mode });
  return path;
}

const stored = { state: 'stored', value: 'sk-1' };
const missing = (problem: RegExp): object => ({ state: 'missing', problem: expect.stringMatching(problem) as string });

describe('a token', () => {
  it.each<[what: string, source: FixedSource, expected: object]>([
    ['is in the environment', { env: 'KEY' }, stored],
    ['is not in the environment', { env: 'OTHER' }, missing(/^the environment variable OTHER is not set$/)],
    ['is empty', { env: 'EMPTY' }, missing(/^the environment variable EMPTY is empty$/)],
    ['has a line break in it', { env: 'BROKEN' }, missing(/^the environment variable BROKEN holds characters/)],
    ['is in a file of its owner’s', { file: file('own', 'sk-1\n', 0o600) }, stored],
    [
      'is in a file that others may read',
      { file: file('open', 'sk-1', 0o644) },
      missing(/may be read by other users; run: chmod 600/),
    ],
    ['is in no file', { file: join(folder, 'no') }, missing(/no does not exist$/)],
    ['is a credential', { credential: file('provider', 'sk-1', 0o440).slice(folder.length + 1) }, stored],
    ['is no credential', { credential: 'other' }, missing(/^the systemd credential other does not exist$/)],
  ])('%s', (_what, source, expected) => {
    const environment = { KEY: 'sk-1', EMPTY: ' ', BROKEN: 'sk\n1', CREDENTIALS_DIRECTORY: folder };
    expect(findToken(source, environment)).toEqual(expected);
  });

  it('that isn’t usable is not repeated', () => {
    expect(JSON.stringify(findToken({ env: 'KEY' }, { KEY: 'sk secret' }))).not.toContain('secret');
  });

  it.each([
    ['is given with blanks around it', ' sk-1\n', 'sk-1'],
    ['is all that a header can hold', '!~', '!~'],
  ])('%s', (_what, text, expected) => {
    expect(tokenFrom(text)).toBe(expected);
  });

  it.each([
    ['nothing', ' '],
    ['a line break', 'sk\n1'],
    ['a blank', 'sk 1'],
    ['a letter beyond ASCII', 'sk-ü'],
    ['a control character', 'sk\u00001'],
  ])('is not given with %s', (_what, text) => {
    expect(() => tokenFrom(text)).toThrow(UnusableToken);
  });
});

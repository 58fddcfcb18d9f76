import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { KeyFileError, KeyRefused } from '../../../service/keys/errors.js';
import { changeKeyFile, defaultKeyFile, readKeyFile } from '../../../service/keys/file.js';
import type { KeyRecord } from '../../../service/keys/key.js';
import { releasing } from '../../support/releases.ts';

const release = releasing();
let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cloudtolocalllm-keys-'));
  path = join(folder, 'state', 'keys.json');
  release(() => {
    rmSync(folder, { recursive: true });
  });
});

const one: KeyRecord = { name: 'one', hash: 'a'.repeat(64), created: '2026-01-01T00:00:00.000Z' };

describe('where keys are', () => {
  it.each<[env: NodeJS.ProcessEnv, path: string]>([
    [{ STATE_DIRECTORY: '/s/ctl', XDG_STATE_HOME: '/x', HOME: '/h' }, '/s/ctl/keys.json'],
    [{ STATE_DIRECTORY: '/s/a:/s/b', HOME: '/h' }, '/s/a/keys.json'],
    [{ XDG_STATE_HOME: '/x', HOME: '/h' }, '/x/cloudtolocalllm/keys.json'],
    [{ STATE_DIRECTORY: '', XDG_STATE_HOME: '', HOME: '/h' }, '/h/.local/state/cloudtolocalllm/keys.json'],
  ])('%j', (env, expected) => {
    expect(defaultKeyFile(env)).toBe(expected);
  });
});

describe('a file of keys', () => {
  it('that isn’t there has none', () => {
    expect(readKeyFile(path)).toEqual([]);
  });

  it('is made with its folder, for its owner alone, and nothing is left beside it', () => {
    changeKeyFile(path, () => [one]);
    expect(readKeyFile(path)).toEqual([one]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'state')).mode & 0o777).toBe(0o700);
    expect(readdirSync(join(folder, 'state'))).toEqual(['keys.json']);
  });

  it('is replaced, not written over: whoever has the old one open has all of it', () => {
    changeKeyFile(path, () => [one]);
    const before = statSync(path).ino;
    changeKeyFile(path, (keys) => [...keys, { ...one, name: 'two' }]);
    expect(readKeyFile(path).map(({ name }) => name)).toEqual(['one', 'two']);
    expect(statSync(path).ino).not.toBe(before);
  });

  it('stays as it is when the change is refused', () => {
    changeKeyFile(path, () => [one]);
    const before = readFileSync(path, 'utf8');
    const refused = (): void => {
      changeKeyFile(path, () => {
        throw new KeyRefused('no');
      });
    };
    expect(refused).toThrow(KeyRefused);
    expect(readFileSync(path, 'utf8')).toBe(before);
    expect(existsSync(`${path}.new`)).toBe(false);
  });

  it('is changed by one at a time', () => {
    changeKeyFile(path, () => [one]);
    const within = (): void => {
      changeKeyFile(path, (keys) => {
        expect(() => {
          changeKeyFile(path, () => []);
        }).toThrow(/something else is changing it.*rm .*keys\.json\.new/);
        return keys;
      });
    };
    within();
    expect(readKeyFile(path)).toEqual([one]);
  });

  it.each<[what: string, text: string, words: RegExp]>([
    ['no JSON', '{', /is not JSON/],
    ['no object', '[]', /must be of type object/],
    ['no keys', '{}', /the key "keys" is missing/],
    ['a key in plain text', '{"keys":[{"name":"a","key":"ctl-x"}]}', /keys\/0: the key "hash" is missing/],
    ['a short hash', JSON.stringify({ keys: [{ ...one, hash: 'ab' }] }), /keys\/0\/hash: SHA-256/],
    ['no rate at all', JSON.stringify({ keys: [{ ...one, rate: 0 }] }), /keys\/0\/rate: must be >= 1/],
    ['no connection at all', JSON.stringify({ keys: [{ ...one, connections: [] }] }), /keys\/0\/connections: must NOT/],
    ['an unknown field', JSON.stringify({ keys: [{ ...one, admin: true }] }), /keys\/0\/admin: unknown key/],
    ['a doubled name', JSON.stringify({ keys: [one, one] }), /two keys with the name "one"/],
  ])('is refused with words: %s', (_what, text, words) => {
    const file = join(folder, 'keys.json');
    writeFileSync(file, text, { mode: 0o600 });
    expect(() => readKeyFile(file)).toThrow(KeyFileError);
    expect(() => readKeyFile(file)).toThrow(words);
    expect(() => {
      changeKeyFile(file, (keys) => keys);
    }).toThrow(words);
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  it.each([0o640, 0o604, 0o620])('is refused where others get at it: mode %o', (mode) => {
    changeKeyFile(path, () => [one]);
    chmodSync(path, mode);
    expect(() => readKeyFile(path)).toThrow(/other users may get at it; run: chmod 600/);
  });
});

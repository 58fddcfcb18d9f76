import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { hashOf, isOurs, type KeyRecord, newKey } from '../../../service/keys/key.js';
import { Keys } from '../../../service/keys/keys.js';

const record = (name: string, key: string, rest: Partial<KeyRecord> = {}): KeyRecord => ({
  name,
  hash: hashOf(key),
  created: '2026-01-01T00:00:00.000Z',
  ...rest,
});

describe('a key', () => {
  it('has 256 random bits behind a beginning that tells what it is', () => {
    const keys = Array.from({ length: 100 }, newKey);
    expect(new Set(keys).size).toBe(100);
    for (const key of keys) {
      expect(key).toMatch(/^ctl-[A-Za-z0-9_-]{43}$/);
      expect(Buffer.from(key.slice(4), 'base64url')).toHaveLength(32);
    }
  });

  it('is kept as its SHA-256', () => {
    expect(hashOf('ctl-abc')).toBe(createHash('sha256').update('ctl-abc').digest('hex'));
  });

  it.each([
    ['ctl-x', true],
    ['CTL-x', false],
    ['sk-ctl-x', false],
    ['', false],
  ])('%s is meant for us: %s', (token, ours) => {
    expect(isOurs(token)).toBe(ours);
  });
});

describe('the keys in force', () => {
  const [first, second] = [newKey(), newKey()];

  it('are found by the key, and by nothing else', () => {
    const records = [record('a', first), record('b', second)];
    const keys = new Keys(() => records);
    expect(keys.find(second)?.record.name).toBe('b');
    for (const token of ['', 'ctl-', first.slice(0, -1), `${first}x`, newKey(), hashOf(first)]) {
      expect(keys.find(token)).toBeUndefined();
    }
  });

  it('change with the list; what was used of a limit stays used, unless the limit is another one', () => {
    let records = [record('a', first, { rate: 1 })];
    const keys = new Keys(() => records);
    expect(keys.find(first)?.bucket?.take(0)).toBe(0);
    records = [record('a', first, { rate: 1 }), record('b', second)];
    expect(keys.find(first)?.bucket?.take(0)).toBeGreaterThan(0);
    expect(keys.find(second)?.bucket).toBeUndefined();
    records = [record('a', first, { rate: 2 })];
    expect(keys.find(first)?.bucket?.take(0)).toBe(0);
    expect(keys.find(second)).toBeUndefined();
  });
});

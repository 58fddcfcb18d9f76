import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { keyCommand, keyFile } from '../http/keyed.ts';
import { releasing } from '../../support/releases.ts';

const release = releasing();
let home: { folder: string };

beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'cloudtolocalllm-home-'));
  home = { folder };
  release(() => {
    rmSync(folder, { recursive: true });
  });
});

describe('the command key', () => {
  it('create shows the key once, and says so; what is kept doesn’t hold it', async () => {
    const { status, stdout, stderr } = await keyCommand(home, 'create', 'open-webui', '--rate', '60');
    expect([status, stderr]).toEqual([0, expect.stringMatching(/^This key is shown once/)]);
    expect(stdout).toMatch(/^ctl-[A-Za-z0-9_-]{43}\n$/);
    const kept = readFileSync(keyFile(home), 'utf8');
    expect(JSON.parse(kept)).toMatchObject({ keys: [{ name: 'open-webui', rate: 60 }] });
    expect(kept).not.toContain(stdout.trim().slice(4));
  });

  it('list tells of all, and never a key or its hash', async () => {
    await keyCommand(home, 'create', 'one');
    await keyCommand(home, 'create', 'two', '--connection', 'home', '--connection', 'work', '--rate', '5');
    const { stdout } = await keyCommand(home, 'list');
    expect(stdout).toMatch(
      /^one: all connections, made on \d{4}-\d\d-\d\d\ntwo: home, work, 5 requests a minute, made on \S+\n$/,
    );
    expect(JSON.parse((await keyCommand(home, 'list', '--json')).stdout)).toEqual([
      { name: 'one', connections: null, rate: null, created: expect.any(String) as string },
      { name: 'two', connections: ['home', 'work'], rate: 5, created: expect.any(String) as string },
    ]);
  });

  it('revoke takes one back', async () => {
    await keyCommand(home, 'create', 'one');
    await keyCommand(home, 'create', 'two');
    expect(await keyCommand(home, 'revoke', 'one')).toEqual({ status: 0, stdout: '', stderr: '' });
    expect((await keyCommand(home, 'list')).stdout).toMatch(/^two: .*\n$/);
  });

  it('works for a broker with a configuration file, its connections and its file of keys', async () => {
    const [config, keys] = [join(home.folder, 'broker.json'), join(home.folder, 'own', 'keys.json')];
    writeFileSync(config, JSON.stringify({ keys, connections: [{ id: 'home', kind: 'demo' }] }));
    const made = await keyCommand(home, 'create', 'a', '--connection', 'home', '--config', config);
    expect(made.status).toBe(0);
    expect(JSON.parse(readFileSync(keys, 'utf8'))).toMatchObject({ keys: [{ name: 'a', connections: ['home'] }] });
    const typo = await keyCommand(home, 'create', 'b', '--connection', 'hime', '--config', config);
    expect([typo.status, typo.stderr]).toEqual([1, 'cloudtolocalllm: there is no connection "hime"; there are home\n']);
    expect((await keyCommand(home, 'revoke', 'a', '--config', config)).status).toBe(0);
    expect((await keyCommand(home, 'list', '--config', config)).stdout).toBe('');
  });

  it.each<[what: string, args: readonly string[], status: number, words: RegExp]>([
    ['no action', [], 2, /key create NAME, key list, key revoke NAME/],
    ['another action', ['make'], 2, /key create NAME, key list, key revoke NAME/],
    ['no name', ['create'], 2, /which key\? cloudtolocalllm key create NAME/],
    ['a name that is none', ['create', 'a/b'], 1, /"a\/b" can't be a name/],
    ['a rate that is none', ['create', 'a', '--rate', 'often'], 2, /--rate often is no number/],
    ['no requests at all', ['create', 'a', '--rate', '0'], 2, /--rate 0 is no number/],
    ['what isn’t there', ['revoke', 'a'], 1, /there is no key "a" in \S+keys\.json/],
  ])('is refused with words: %s', async (_what, args, status, words) => {
    const outcome = await keyCommand(home, ...args);
    expect([outcome.status, outcome.stdout, outcome.stderr]).toEqual([status, '', expect.stringMatching(words)]);
  });

  it('create refuses a name that is taken, and changes nothing', async () => {
    await keyCommand(home, 'create', 'one');
    const before = readFileSync(keyFile(home), 'utf8');
    const { status, stderr } = await keyCommand(home, 'create', 'one');
    expect([status, stderr]).toEqual([1, expect.stringMatching(/there is a key with the name "one" already/)]);
    expect(readFileSync(keyFile(home), 'utf8')).toBe(before);
  });

  it('touches no file that others could have changed', async () => {
    mkdirSync(dirname(keyFile(home)), { recursive: true });
    writeFileSync(keyFile(home), '{"keys":[]}');
    chmodSync(keyFile(home), 0o666);
    const { status, stderr } = await keyCommand(home, 'create', 'one');
    expect([status, stderr]).toEqual([1, expect.stringMatching(/other users may get at it; run: chmod 600/)]);
  });
});

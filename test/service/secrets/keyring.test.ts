import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';
import { beforeEach, describe, expect, it } from 'vitest';
import { Bus, variant } from '../../../service/dbus/bus.js';
import { Keyring, type KeyringKey } from '../../../service/secrets/keyring.js';
import { within } from '../../support/broker.ts';
import { PrivateBus } from '../../support/bus.ts';
import { GnomeKeyring, loginCollection } from '../../support/gnomeKeyring.ts';
import { releasing } from '../../support/releases.ts';

const release = releasing();
const run = promisify(execFile);
const password = 'the login password';
const schema = 'online.cloudtolocalllm.Token';
const origin = 'https://api.example.org';
const work: KeyringKey = { connection: 'work', type: 'token', origin };
const unattended = { attended: false };

let privateBus: PrivateBus;
let daemon: GnomeKeyring;
let bus: Bus;
let keyring: Keyring;
/** Calls of what would show a prompt on the screen. */
let prompts: string[];

beforeEach(async () => {
  privateBus = await PrivateBus.start({ ownServices: true });
  release(() => privateBus.stop());
  daemon = new GnomeKeyring(privateBus);
  release(() => daemon.kill());
  bus = await Bus.connect(privateBus.address);
  release(() => bus.close());
  keyring = new Keyring({ bus, variant });
  release(() => {
    keyring.close();
  });
  prompts = [];
  const prompter = await Bus.connect(privateBus.address);
  release(() => prompter.close());
  prompter.answerCalls(({ member }) => {
    prompts.push(member);
    return Promise.reject(new Error('nobody is here'));
  });
  await prompter.ownName('org.gnome.keyring.SystemPrompter');
});

/** Runs `secret-tool` with what it is to read. @returns what it printed of secrets, and of all else */
async function secretTool(args: readonly string[], input = ''): Promise<{ stdout: string; stderr: string }> {
  const env = { ...privateBus.env, LC_ALL: 'C.UTF-8' };
  const running = run('secret-tool', args, { env, timeout: 10_000, encoding: 'utf8' });
  running.child.stdin?.end(input);
  return running;
}

const attributes = ({ connection, type, origin }: KeyringKey): string[] => [
  ...['xdg:schema', schema],
  ...['connection', connection],
  ...['type', type],
  ...['origin', origin],
];

/** What `secret-tool` finds; it fails where there is nothing. */
const lookedUp = async (key: KeyringKey): Promise<string> => (await secretTool(['lookup', ...attributes(key)])).stdout;

/** Until something has changed in the keyring, and its state fits. */
async function until(state: string, key = work): Promise<void> {
  const reached = async (): Promise<void> => {
    for (;;) {
      const changed = once(keyring, 'changed');
      if ((await keyring.state(key)).state === state) return;
      await changed;
    }
  };
  await within(reached(), () => `the state never became ${state}`);
}

describe('a secret', () => {
  beforeEach(() => daemon.start(password));

  it('is absent before it is stored', async () => {
    expect(await keyring.state(work)).toEqual({ state: 'absent', problem: expect.any(String) as string });
    expect(await keyring.read(work)).toMatchObject({ state: 'absent' });
  });

  it('is read as it was stored, by us and by secret-tool', async () => {
    await keyring.write(work, 'Work', 'sk-1', unattended);
    expect(await keyring.state(work)).toEqual({ state: 'stored' });
    expect(await keyring.read(work)).toEqual({ state: 'stored', value: 'sk-1' });
    expect(await lookedUp(work)).toBe('sk-1');
  });

  it('that secret-tool has stored is read', async () => {
    await secretTool(['store', '--label', 'by hand', ...attributes(work)], 'sk-by-hand');
    expect(await keyring.read(work)).toEqual({ state: 'stored', value: 'sk-by-hand' });
  });

  it('is replaced, not doubled', async () => {
    await keyring.write(work, 'Work', 'sk-1', unattended);
    await keyring.write(work, 'Work', 'sk-2', unattended);
    expect(await keyring.read(work)).toEqual({ state: 'stored', value: 'sk-2' });
    const { stdout } = await secretTool(['search', '--all', ...attributes(work)]);
    expect(stdout.match(/^secret = /gm)).toHaveLength(1);
  });

  it('is removed, and then absent', async () => {
    await keyring.write(work, 'Work', 'sk-1', unattended);
    await keyring.remove(work, unattended);
    expect(await keyring.state(work)).toMatchObject({ state: 'absent' });
    await expect(lookedUp(work)).rejects.toThrow();
  });

  it('that isn’t there is removed without complaint', async () => {
    await expect(keyring.remove(work, unattended)).resolves.toBeUndefined();
  });

  it('of a connection is not that of one whose id begins alike, nor the one of another type', async () => {
    const others: KeyringKey[] = [
      { connection: 'work2', type: 'token', origin },
      { connection: 'wor', type: 'token', origin },
      { connection: 'work', type: 'session', origin },
    ];
    await keyring.write(work, 'Work', 'sk-work', unattended);
    for (const other of others) {
      expect(await keyring.state(other)).toMatchObject({ state: 'absent' });
      await keyring.write(other, 'Work', `sk-${other.connection}-${other.type}`, unattended);
    }
    await keyring.remove({ connection: 'wor', type: 'token', origin }, unattended);
    expect(await keyring.read(work)).toEqual({ state: 'stored', value: 'sk-work' });
    expect(await keyring.read({ connection: 'work2', type: 'token', origin })).toEqual({
      state: 'stored',
      value: 'sk-work2-token',
    });
    expect(await keyring.read({ connection: 'work', type: 'session', origin })).toEqual({
      state: 'stored',
      value: 'sk-work-session',
    });
  });

  it('in the default collection comes before the same in another', async () => {
    await secretTool(['store', '--collection', 'session', '--label', 'old', ...attributes(work)], 'sk-old');
    expect(await keyring.read(work)).toEqual({ state: 'stored', value: 'sk-old' });
    await keyring.write(work, 'Work', 'sk-new', unattended);
    expect(await keyring.read(work)).toEqual({ state: 'stored', value: 'sk-new' });
    await keyring.remove(work, unattended);
    expect(await keyring.state(work)).toMatchObject({ state: 'absent' });
  });

  it.each<[what: string, name: string, label: string]>([
    ['plain', 'Work', 'Work'],
    ['quotes and slashes', `a "b" 'c' / \\ %s`, `a "b" 'c' / \\ %s`],
    ['any alphabet', 'Büro – 工作 🔑', 'Büro – 工作 🔑'],
    ['nothing', '', ''],
    ['what D-Bus has no strings with', 'a\0b', 'a b'],
  ])('is found by people under a name with %s', async (_what, name, label) => {
    await keyring.write(work, name, 'sk-1', unattended);
    const { stdout } = await secretTool(['search', ...attributes(work)]);
    expect(stdout).toContain(`label = CloudToLocalLLM: ${label}\n`);
  });

  it('may be of any length', async () => {
    const lengths = [...Array.from({ length: 34 }, (_, index) => index + 1), 255, 256, 257, 1000, 4095, 4096];
    for (const length of lengths) {
      const secret = 'sk-0123456789'.repeat(Math.ceil(length / 13)).slice(0, length);
      await keyring.write(work, 'Work', secret, unattended);
      expect(await keyring.read(work)).toEqual({ state: 'stored', value: secret });
    }
  });

  it('may hold any characters, in the encoding that others expect', async () => {
    const secret = '{"refresh":"ä工🔑\n"}';
    await keyring.write(work, 'Work', secret, unattended);
    expect(await keyring.read(work)).toEqual({ state: 'stored', value: secret });
    expect(await lookedUp(work)).toBe(secret);
  });

  it('that is not text is told as such, without any of it, and stays', async () => {
    await daemon.store({ 'xdg:schema': schema, ...work }, Buffer.from('sk-\xff', 'latin1'));
    await expect(keyring.read(work)).rejects.toThrow(/^the keyring gave a secret that is not text(?!.*sk-)/);
    expect(await keyring.state(work)).toEqual({ state: 'stored' });
  });

  it('is stored and read by many at a time', async () => {
    const keys = Array.from({ length: 12 }, (_, index): KeyringKey => ({
      connection: `c${index}`,
      type: 'token',
      origin,
    }));
    await Promise.all(keys.map((key) => keyring.write(key, 'Many', `sk-${key.connection}`, unattended)));
    const read = await Promise.all(keys.map((key) => keyring.read(key)));
    expect(read).toEqual(keys.map(({ connection }) => ({ state: 'stored', value: `sk-${connection}` })));
  });
});

describe('a locked keyring', () => {
  beforeEach(async () => {
    await daemon.start(password);
    await keyring.write(work, 'Work', 'sk-1', unattended);
    await daemon.lock();
  });

  it('is told as such, and shows no prompt', async () => {
    const locked = {
      state: 'locked',
      uncertain: false,
      problem: expect.stringMatching(/^the keyring is locked.*unlock it/) as string,
    };
    expect(await keyring.state(work)).toEqual(locked);
    expect(await keyring.read(work)).toEqual(locked);
    expect(prompts).toEqual([]);
  });

  it('keeps what it has from whom nobody attends', async () => {
    await expect(keyring.write(work, 'Work', 'sk-2', unattended)).rejects.toThrow(/is locked/);
    await expect(keyring.remove(work, unattended)).rejects.toThrow(/is locked/);
    expect(prompts).toEqual([]);
    await daemon.unlock(password);
    expect(await keyring.read(work)).toEqual({ state: 'stored', value: 'sk-1' });
  });

  it('is followed when somebody else unlocks it, and locks it', async () => {
    expect(await keyring.state(work)).toMatchObject({ state: 'locked' });
    const unlocked = until('stored');
    await daemon.unlock(password);
    await unlocked;
    const locked = until('locked');
    await daemon.lock();
    await locked;
  });

  it('shows its prompt for a person, and a prompt that can’t be shown is told', async () => {
    await expect(keyring.unlock()).rejects.toThrow(/dismissed, or could not be shown/);
    expect(prompts).not.toEqual([]);
    expect(await keyring.state(work)).toMatchObject({ state: 'locked' });
  });
});

describe('changes by somebody else', () => {
  beforeEach(() => daemon.start(password));

  it('are told: stored, and removed', async () => {
    expect(await keyring.state(work)).toMatchObject({ state: 'absent' });
    const stored = until('stored');
    await secretTool(['store', '--label', 'by hand', ...attributes(work)], 'sk-by-hand');
    await stored;
    const removed = until('absent');
    await secretTool(['clear', ...attributes(work)]);
    await removed;
  });

  it('are told: replaced', async () => {
    await secretTool(['store', '--label', 'by hand', ...attributes(work)], 'sk-1');
    expect(await keyring.read(work)).toEqual({ state: 'stored', value: 'sk-1' });
    const changed = once(keyring, 'changed');
    await secretTool(['store', '--label', 'by hand', ...attributes(work)], 'sk-2');
    await within(changed, () => 'it was not told');
    expect(await keyring.read(work)).toEqual({ state: 'stored', value: 'sk-2' });
  });

  it('are not told any more once it is closed', async () => {
    expect(await keyring.state(work)).toMatchObject({ state: 'absent' });
    const told: string[] = [];
    keyring.on('changed', () => told.push('changed'));
    keyring.close();
    const other = new Keyring({ bus, variant });
    const heard = once(other, 'changed');
    await other.write(work, 'Work', 'sk-1', unattended);
    await within(heard, () => 'nobody heard of it');
    expect(told).toEqual([]);
  });
});

describe('a keyring that ends', () => {
  it('is unavailable, and used again when it is back, with another session', async () => {
    await daemon.start(password);
    await keyring.write(work, 'Work', 'sk-1', unattended);
    const gone = until('unavailable');
    await daemon.kill();
    await gone;
    expect(await keyring.read(work)).toMatchObject({ state: 'unavailable' });
    const back = until('stored');
    await daemon.start(password);
    await back;
    expect(await keyring.read(work)).toEqual({ state: 'stored', value: 'sk-1' });
    await keyring.write(work, 'Work', 'sk-2', unattended);
    expect(await keyring.read(work)).toEqual({ state: 'stored', value: 'sk-2' });
  });

  it('is no longer known by its sessions: another one is opened', async () => {
    await daemon.start(password);
    await keyring.write(work, 'Work', 'sk-1', unattended);
    const close = { interface: 'org.freedesktop.Secret.Session', member: 'Close' };
    await bus.call('org.freedesktop.secrets', { path: '/org/freedesktop/secrets/session/s1', ...close });
    expect(await keyring.read(work)).toEqual({ state: 'stored', value: 'sk-1' });
  });
});

it('is followed by as many connections as there are, without a warning', async () => {
  const warnings: Error[] = [];
  const warned = (warning: Error): void => void warnings.push(warning);
  process.on('warning', warned);
  for (let connection = 0; connection < 20; connection += 1) keyring.on('changed', () => undefined);
  await setImmediate();
  process.off('warning', warned);
  expect(warnings).toEqual([]);
});

describe('a keyring that isn’t there', () => {
  it('where none can be started: unavailable, and how to get one', async () => {
    const problem = expect.stringMatching(/^there is no keyring here: install GNOME Keyring/) as string;
    expect(await keyring.state(work)).toEqual({ state: 'unavailable', problem });
    await expect(keyring.write(work, 'Work', 'sk-1', unattended)).rejects.toThrow(/there is no keyring here/);
  });

  it('where there is no bus: unavailable, and what to do', async () => {
    const alone = new Keyring({ bus: undefined, variant });
    const problem = expect.stringMatching(/^there is no session bus.*by the environment/) as string;
    expect(await alone.state(work)).toEqual({ state: 'unavailable', problem });
    expect(await alone.read(work)).toEqual({ state: 'unavailable', problem });
    await expect(alone.unlock()).rejects.toThrow(/no session bus/);
  });

  it('whose bus has gone: unavailable', async () => {
    await bus.close();
    expect(await keyring.state(work)).toMatchObject({ state: 'unavailable' });
  });

  it('that can’t be started: unavailable, and why', async () => {
    await privateBus.provide('org.freedesktop.secrets', '/bin/false');
    const problem = expect.stringMatching(/could not be started \(org\.freedesktop\.DBus\.Error\.Spawn\./) as string;
    expect(await keyring.state(work)).toEqual({ state: 'unavailable', problem });
  });

  it('is started by looking, as desktops do', async () => {
    const command = '/usr/bin/gnome-keyring-daemon --start --foreground --components=secrets';
    await privateBus.provide('org.freedesktop.secrets', command);
    expect(await keyring.state(work)).toMatchObject({ state: 'absent' });
    expect(prompts).toEqual([]);
  });

  it('is told when it appears', async () => {
    expect(await keyring.state(work)).toMatchObject({ state: 'unavailable' });
    const there = until('absent');
    await daemon.start(password);
    await there;
  });
});

describe('an account without a default collection', () => {
  beforeEach(() => daemon.start());

  it('keeps nothing, and gets none but when a person stores something', async () => {
    expect(await keyring.state(work)).toMatchObject({ state: 'absent' });
    await expect(keyring.write(work, 'Work', 'sk-1', unattended)).rejects.toThrow(/no default keyring yet/);
    await expect(keyring.remove(work, unattended)).resolves.toBeUndefined();
    await expect(keyring.unlock()).resolves.toBeUndefined();
    expect(prompts).toEqual([]);
  });

  it('asks the person for a password', async () => {
    await expect(keyring.write(work, 'Work', 'sk-1', { attended: true })).rejects.toThrow(/dismissed/);
    expect(prompts).not.toEqual([]);
    expect(await keyring.state(work)).toMatchObject({ state: 'absent' });
  });
});

it('the collection of the tests is the default one', async () => {
  await daemon.start(password);
  const read = { path: '/org/freedesktop/secrets', interface: 'org.freedesktop.Secret.Service', member: 'ReadAlias' };
  expect(await bus.call('org.freedesktop.secrets', read, 's', 'default')).toBe(loginCollection);
});

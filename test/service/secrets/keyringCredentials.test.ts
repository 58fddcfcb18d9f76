import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { NoCredentials } from '../../../service/connections/credentials.js';
import { KeyringFault } from '../../../service/secrets/errors.js';
import type { KeyringSecret, SecretStore } from '../../../service/secrets/keyring.js';
import { KeyringCredentials, type Owner } from '../../../service/secrets/keyringCredentials.js';
import { UnusableToken } from '../../../service/secrets/token.js';

/** A keyring that says what a test says; a real one is asked in keyring.test.ts. */
class ScriptedKeyring extends EventEmitter<{ changed: [] }> implements SecretStore {
  readonly written: unknown[] = [];
  /** What answers wait for. */
  held: Promise<void> = Promise.resolve();
  reads = 0;

  constructor(public kept: KeyringSecret | KeyringFault) {
    super();
  }

  async read(): Promise<KeyringSecret> {
    this.reads += 1;
    await this.held;
    if (this.kept instanceof KeyringFault) throw this.kept;
    return this.kept;
  }

  write(...asked: Parameters<SecretStore['write']>): Promise<void> {
    if (this.kept instanceof KeyringFault) return Promise.reject(this.kept);
    this.written.push(asked);
    this.kept = { state: 'stored', value: asked[2] };
    return Promise.resolve();
  }

  remove(): Promise<void> {
    this.kept = absent;
    return Promise.resolve();
  }

  unlock(): Promise<void> {
    return Promise.resolve();
  }

  becomes(kept: KeyringSecret): void {
    this.kept = kept;
    this.emit('changed');
  }
}

const absent: KeyringSecret = { state: 'absent', problem: 'it isn’t there' };
const locked: KeyringSecret = { state: 'locked', problem: 'the keyring is locked; unlock it' };
const faulty = new KeyringFault('answers nonsense');
const unavailable: KeyringSecret = { state: 'unavailable', problem: 'no keyring runs here' };

/** Credentials of a connection, and the changes that they tell of. */
async function credentialsFor(keyring: ScriptedKeyring, need: Owner['need']) {
  const credentials = new KeyringCredentials(
    { id: 'cloud', name: 'My provider', origin: 'https://api.example.org', need },
    keyring,
  );
  const changes: string[] = [];
  credentials.changed = (change) => changes.push(change);
  await credentials.look();
  return { credentials, changes };
}

describe('a token in the keyring', () => {
  it.each<[what: string, kept: KeyringSecret | KeyringFault, need: Owner['need'], expected: object]>([
    ['is used', { state: 'stored', value: 'sk-1' }, 'wanted', { state: 'stored', problem: '' }],
    ['is used where none is needed', { state: 'stored', value: 'sk-1' }, 'optional', { state: 'stored', problem: '' }],
    [
      'is missing',
      absent,
      'wanted',
      { state: 'missing', problem: expect.stringContaining('cloudtolocalllm token set cloud') as string },
    ],
    ['is missing, and may be', absent, 'expected', { state: 'missing', problem: '' }],
    ['isn’t there, nor needed', absent, 'optional', { state: 'none', problem: '' }],
    [
      'can’t be read while the keyring is locked',
      locked,
      'optional',
      { state: 'locked', problem: expect.stringContaining('locked; unlock it') as string },
    ],
    [
      'isn’t waited for where a locked keyring doesn’t tell whether it has one, and none is needed',
      { ...locked, uncertain: true },
      'optional',
      { state: 'locked', problem: '' },
    ],
    [
      'is waited for where a locked keyring doesn’t tell whether it has one',
      { ...locked, uncertain: true },
      'wanted',
      { state: 'locked', problem: expect.stringContaining('locked') as string },
    ],
    [
      'is missing without a keyring',
      unavailable,
      'wanted',
      { state: 'missing', problem: 'It has no token: no keyring runs here' },
    ],
    [
      'is missing where the keyring answers nonsense',
      faulty,
      'wanted',
      { state: 'missing', problem: expect.stringContaining('answers nonsense') as string },
    ],
    ['isn’t needed without a keyring', unavailable, 'optional', { state: 'none', problem: '' }],
    [
      'is none if it can’t be one',
      { state: 'stored', value: 'sk\nsecret' },
      'optional',
      { state: 'missing', problem: expect.not.stringContaining('secret') as string },
    ],
  ])('%s', async (_what, kept, need, expected) => {
    const { credentials } = await credentialsFor(new ScriptedKeyring(kept), need);
    expect(credentials.status).toMatchObject({ kind: 'keyring', ...expected });
  });

  it('is what requests get, once it is known', async () => {
    const keyring = new ScriptedKeyring({ state: 'stored', value: 'sk-1' });
    const credentials = new KeyringCredentials(
      { id: 'cloud', name: 'My provider', origin: 'https://api.example.org', need: 'wanted' },
      keyring,
    );
    expect(await credentials.token()).toBe('sk-1');
  });

  it('keeps no request waiting for a keyring that falls silent', async () => {
    const keyring = new ScriptedKeyring({ state: 'stored', value: 'sk-1' });
    const { credentials } = await credentialsFor(keyring, 'wanted');
    keyring.held = new Promise(() => undefined);
    keyring.emit('changed');
    expect(await credentials.token()).toBe('sk-1');
  });

  it('is looked for once more, however much the keyring tells meanwhile', async () => {
    const keyring = new ScriptedKeyring(absent);
    const { credentials } = await credentialsFor(keyring, 'wanted');
    keyring.held = new Promise((resolve) => setImmediate(resolve));
    for (let told = 0; told < 100; told += 1) keyring.emit('changed');
    await credentials.look();
    // The first, and one that sees whatever the last change was.
    expect(keyring.reads).toBe(2);
  });

  it.each<[need: Owner['need']]>([['wanted'], ['optional']])(
    'is found once the keyring can be asked, though nobody tells (%s)',
    async (need) => {
      const keyring = new ScriptedKeyring(unavailable);
      const { credentials } = await credentialsFor(keyring, need);
      keyring.kept = { state: 'stored', value: 'sk-1' };
      await credentials.look();
      expect(await credentials.token()).toBe('sk-1');
    },
  );

  it('keeps requests back while it is wanted and missing', async () => {
    const { credentials } = await credentialsFor(new ScriptedKeyring(absent), 'wanted');
    await expect(credentials.token()).rejects.toThrow(NoCredentials);
  });

  it.each<
    [
      what: string,
      before: KeyringSecret,
      after: KeyringSecret,
      need: Owner['need'],
      changes: readonly string[],
      state: string,
    ]
  >([
    ['that comes holds at once', absent, { state: 'stored', value: 'sk' }, 'wanted', ['usable'], 'stored'],
    ['that goes is gone', { state: 'stored', value: 'sk' }, absent, 'optional', ['usable'], 'none'],
    ['that is locked is forgotten', { state: 'stored', value: 'sk' }, locked, 'optional', ['usable'], 'locked'],
    ['that is unlocked is used', locked, { state: 'stored', value: 'sk' }, 'optional', ['usable'], 'stored'],
    ['outlives the keyring’s service', { state: 'stored', value: 'sk' }, unavailable, 'wanted', [], 'stored'],
    [
      'that stays is no news',
      { state: 'stored', value: 'sk' },
      { state: 'stored', value: 'sk' },
      'wanted',
      [],
      'stored',
    ],
  ])('%s', async (_what, before, after, need, expected, state) => {
    const keyring = new ScriptedKeyring(before);
    const { credentials, changes } = await credentialsFor(keyring, need);
    changes.length = 0;
    keyring.becomes(after);
    await credentials.look();
    expect([changes, credentials.status.state]).toEqual([expected, state]);
  });

  it('is kept under a label that people find, and holds at once', async () => {
    const keyring = new ScriptedKeyring(absent);
    const { credentials, changes } = await credentialsFor(keyring, 'wanted');
    changes.length = 0;
    await credentials.keep(' sk-2\n');
    expect(keyring.written).toEqual([
      [
        { connection: 'cloud', type: 'token', origin: 'https://api.example.org' },
        'My provider',
        'sk-2',
        { attended: true },
      ],
    ]);
    expect([await credentials.token(), changes]).toEqual(['sk-2', ['usable']]);
  });

  it('that can be none is refused, and the one before stays', async () => {
    const keyring = new ScriptedKeyring({ state: 'stored', value: 'sk-1' });
    const { credentials } = await credentialsFor(keyring, 'wanted');
    await expect(credentials.keep('sk\n2')).rejects.toThrow(UnusableToken);
    expect([await credentials.token(), keyring.written]).toEqual(['sk-1', []]);
  });

  it('that can’t be kept leaves all as it was', async () => {
    const { credentials } = await credentialsFor(new ScriptedKeyring(faulty), 'optional');
    await expect(credentials.keep('sk-2')).rejects.toThrow(faulty);
    expect(credentials.status.state).toBe('none');
  });

  it('that is forgotten is missing', async () => {
    const { credentials } = await credentialsFor(new ScriptedKeyring({ state: 'stored', value: 'sk-1' }), 'wanted');
    await credentials.forget();
    expect(credentials.status.state).toBe('missing');
  });

  it('is followed only as long as its connection is there', async () => {
    const keyring = new ScriptedKeyring(absent);
    const { credentials, changes } = await credentialsFor(keyring, 'optional');
    await credentials.close();
    keyring.becomes({ state: 'stored', value: 'sk-1' });
    await credentials.look();
    expect([changes, credentials.status.state]).toEqual([[], 'none']);
  });
});

import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Bus, type MethodCall, type MethodResult, variant } from '../../../service/dbus/bus.js';
import {
  KeyringFault,
  KeyringLocked,
  KeyringMissing,
  KeyringUnavailable,
  PromptDismissed,
  PromptUnanswered,
} from '../../../service/secrets/errors.js';
import { Keyring, type KeyringKey } from '../../../service/secrets/keyring.js';
import { SecretSession } from '../../../service/secrets/secretSession.js';
import { within } from '../../support/broker.ts';
import { PrivateBus } from '../../support/bus.ts';
import { releasing } from '../../support/releases.ts';
import {
  answer,
  collectionPath,
  itemPath,
  kept,
  none,
  promptPath,
  refusal,
  ScriptedKeyring,
  sessionPath,
  silence,
} from '../../support/scriptedKeyring.ts';

const release = releasing();
const origin = 'https://api.example.org';
const work: KeyringKey = { connection: 'work', type: 'token', origin };
const attended = { attended: true };
const unattended = { attended: false };
const secret = 'sk-new';

let privateBus: PrivateBus;
let bus: Bus;
let scripted: ScriptedKeyring;
let keyring: Keyring;

beforeEach(async () => {
  privateBus = await PrivateBus.start({ ownServices: true });
  release(() => privateBus.stop());
  scripted = await ScriptedKeyring.start(privateBus);
  release(() => scripted.stop());
  bus = await Bus.connect(privateBus.address);
  release(() => bus.close());
  keyring = limited(10_000);
});

/** A keyring whose answers, or whose prompts, may take so long. Milliseconds. */
function limited(call: number, prompt = 10_000): Keyring {
  const made = new Keyring({ bus, variant, limits: { call, prompt } });
  release(() => {
    made.close();
  });
  return made;
}

type Script = [what: string, member: string, answered: (call: MethodCall) => MethodResult | Promise<MethodResult>];

const key = (number: bigint): Buffer => Buffer.from(number.toString(16).padStart(256, '0'), 'hex');
const prime = BigInt(
  '0xffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404ddef9519b3cd3a431b' +
    '302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7edee386bfb5a899fa5ae9f24117c4b1fe6' +
    '49286651ece65381ffffffffffffffff',
);
const opened = (publicKey: Buffer): MethodResult => answer('vo', variant('ay', publicKey), sessionPath);

/** A sealed secret with something about it changed. */
const sealed = (changed: Partial<Record<0 | 1 | 2, unknown>>): MethodResult =>
  answer('(oayays)', Object.assign(scripted.sealed(kept), changed));

const sessions: Script[] = [
  ['one value too few', 'OpenSession', () => answer('v', variant('s', 'key'))],
  ['a public key of letters', 'OpenSession', () => answer('vo', variant('s', 'key'), sessionPath)],
  ['an empty public key', 'OpenSession', () => opened(Buffer.of())],
  ['the public key 0', 'OpenSession', () => opened(key(0n))],
  ['the public key 1', 'OpenSession', () => opened(key(1n))],
  ['the public key p - 1', 'OpenSession', () => opened(key(prime - 1n))],
  ['a public key above p', 'OpenSession', () => opened(key(prime + 2n))],
  ['a public key that is far too long', 'OpenSession', () => opened(Buffer.alloc(500, 7))],
  ['no session', 'OpenSession', ({ body }) => answer('vo', variant('ay', body[1]), none)],
  ['a refusal', 'OpenSession', () => refusal('org.freedesktop.DBus.Error.NotSupported')],
];

const readings: Script[] = [
  ['an item that is no path', 'SearchItems', () => answer('asas', ['item'], [])],
  ['an item that is none', 'SearchItems', () => answer('aoao', [none], [])],
  ['items that are numbers', 'SearchItems', () => answer('auau', [1], [])],
  ['one list of items', 'SearchItems', () => answer('ao', [itemPath])],
  ['nothing at all', 'SearchItems', () => answer('')],
  ['an error of its own', 'SearchItems', () => refusal('com.example.Odd')],
  ['a secret that is text', 'GetSecret', () => answer('s', kept)],
  ['a secret with a part too few', 'GetSecret', () => answer('(oayay)', scripted.sealed(kept).slice(0, 3))],
  ['a secret whose bytes are numbers', 'GetSecret', () => answer('(oayaqs)', [sessionPath, Buffer.alloc(16), [1], ''])],
  ['a secret of another session', 'GetSecret', () => sealed({ 0: `${sessionPath}2` })],
  ['a start that is too short', 'GetSecret', () => sealed({ 1: Buffer.alloc(15) })],
  ['a start that is missing', 'GetSecret', () => sealed({ 1: Buffer.of() })],
  ['an empty value', 'GetSecret', () => sealed({ 2: Buffer.of() })],
  ['half a block', 'GetSecret', () => sealed({ 2: Buffer.alloc(24, 1) })],
  ['a padding that doesn’t fit', 'GetSecret', () => sealed({ 1: Buffer.alloc(16), 2: Buffer.alloc(16, 1) })],
  ['an error that tells the secret', 'GetSecret', () => refusal('com.example.Odd', `${kept} is locked away`)],
];

describe('reading from a keyring that gives', () => {
  it.each([...sessions, ...readings])('%s (%s): an error that says so, and nothing is changed', async (...script) => {
    const [, member, answered] = script;
    scripted.answers = { [member]: answered };
    const read = keyring.read(work);
    await expect(read).rejects.toThrow(KeyringFault);
    await expect(read).rejects.toThrow(/^the keyring .*what it keeps was left as it is/);
    await expect(read).rejects.not.toThrow(kept);
    expect(scripted.calls).not.toContain('CreateItem');
    expect(scripted.calls).not.toContain('Delete');
  });

  it.each(sessions)('%s: another session is opened as soon as it is well again', async (...script) => {
    const [, member, answered] = script;
    scripted.answers = { [member]: answered };
    await expect(keyring.read(work)).rejects.toThrow(KeyringFault);
    scripted.answers = {};
    expect(await keyring.read(work)).toEqual({ state: 'stored', value: kept });
  });

  it.each<Script>([
    ['a number for its default collection', 'ReadAlias', () => answer('u', 7)],
    ['no path for its default collection', 'ReadAlias', () => answer('s', 'default')],
    ['words for whether it is locked', 'Get', () => answer('v', variant('s', 'no'))],
  ])('%s: an error that says so', async (_what, member, answered) => {
    scripted.answers = { SearchItems: () => answer('aoao', [], []), [member]: answered };
    await expect(keyring.state(work)).rejects.toThrow(KeyringFault);
  });

  it('the same session to everybody, and forgets it: another one is opened once', async () => {
    await keyring.read(work);
    let refusals = 3;
    const refuse = (): MethodResult => {
      refusals -= 1;
      return refusals >= 0
        ? refusal('org.freedesktop.Secret.Error.NoSession')
        : answer('(oayays)', scripted.sealed(kept));
    };
    scripted.answers = { GetSecret: refuse };
    const read = await Promise.all([keyring.read(work), keyring.read(work), keyring.read(work)]);
    expect(read).toEqual(Array(3).fill({ state: 'stored', value: kept }));
    expect(scripted.calls.filter((member) => member === 'OpenSession')).toHaveLength(2);
  });
});

describe('what is locked or gone between it was found and read', () => {
  it.each([
    ['IsLocked', 'locked'],
    ['NoSuchObject', 'absent'],
  ])('%s: %s', async (name, state) => {
    scripted.answers = { GetSecret: () => refusal(`org.freedesktop.Secret.Error.${name}`) };
    expect(await keyring.read(work)).toMatchObject({ state });
  });
});

describe('a keyring whose process is another', () => {
  it('had a key that is overwritten', async () => {
    const forget = vi.spyOn(SecretSession.prototype, 'forget');
    release(() => {
      forget.mockRestore();
    });
    await keyring.read(work);
    const changed = new Promise<void>((resolve) => keyring.once('changed', resolve));
    await scripted.stop();
    await within(changed, () => 'it was not heard');
    expect(forget).toHaveBeenCalledOnce();
  });
});

describe('an item of a locked collection that isn’t the default one', () => {
  beforeEach(() => {
    scripted.answers = { SearchItems: () => answer('aoao', [], ['/org/freedesktop/secrets/collection/other/1']) };
  });

  it('is locked', async () => {
    expect(await keyring.state(work)).toMatchObject({ state: 'locked' });
    expect(await keyring.read(work)).toMatchObject({ state: 'locked' });
  });

  it('isn’t removed when nobody attends', async () => {
    await expect(keyring.remove(work, unattended)).rejects.toThrow(KeyringLocked);
  });
});

describe('a keyring that doesn’t find what is locked, as KeePassXC', () => {
  beforeEach(() => {
    scripted.locked = true;
    scripted.answers = { SearchItems: () => answer('aoao', [], []) };
  });

  it('is locked, and not empty', async () => {
    expect(await keyring.state(work)).toMatchObject({ state: 'locked' });
    await expect(keyring.remove(work, unattended)).rejects.toThrow(KeyringLocked);
  });

  it('is unlocked before something is removed for a person', async () => {
    scripted.answers = {
      SearchItems: () => (scripted.locked ? answer('aoao', [], []) : answer('aoao', [itemPath], [])),
      Prompt: () => {
        scripted.locked = false;
        scripted.complete('bv', false, variant('ao', [collectionPath]));
        return answer('');
      },
    };
    await keyring.remove(work, attended);
    expect(scripted.calls).toContain('Delete');
  });
});

describe('storing in a keyring that gives', () => {
  it.each<Script>([
    ...sessions,
    ['nothing made and nothing to ask', 'CreateItem', () => answer('oo', none, none)],
    ['only an item', 'CreateItem', () => answer('o', itemPath)],
    ['words for an item', 'CreateItem', () => answer('ss', 'item', 'prompt')],
    ['an error that tells the secret', 'CreateItem', () => refusal('com.example.Odd', `${secret} is none`)],
  ])('%s (%s): an error that says so', async (_what, member, answered) => {
    scripted.answers = { [member]: answered };
    const written = keyring.write(work, 'Work', secret, unattended);
    await expect(written).rejects.toThrow(KeyringFault);
    await expect(written).rejects.not.toThrow(secret);
  });

  it('the secret goes encrypted, in the session’s format', async () => {
    let sent: MethodCall | undefined;
    scripted.answers = {
      CreateItem: (call) => {
        sent = call;
        return answer('oo', itemPath, none);
      },
    };
    await keyring.write(work, 'Work', secret, unattended);
    expect(sent?.path).toBe(collectionPath);
    expect(sent?.body[0]).toEqual({
      'org.freedesktop.Secret.Item.Label': 'CloudToLocalLLM: Work',
      'org.freedesktop.Secret.Item.Attributes': { 'xdg:schema': 'online.cloudtolocalllm.Token', ...work },
    });
    expect(sent?.body[1]).toEqual([sessionPath, expect.any(Buffer), expect.any(Buffer), 'text/plain']);
    expect((sent?.body[1] as Buffer[])[2]?.includes(secret)).toBe(false);
    expect(sent?.body[2]).toBe(true);
  });
});

describe('a keyring that never answers', () => {
  it.each(['SearchItems', 'OpenSession', 'GetSecret'])('%s: unavailable, and what to do', async (member) => {
    scripted.answers = { [member]: silence };
    const problem = expect.stringMatching(new RegExp(`doesn’t answer \\(${member}\\).*restart it`)) as string;
    expect(await limited(1000).read(work)).toEqual({ state: 'unavailable', problem });
  });

  it.each(['ReadAlias', 'Get', 'OpenSession', 'CreateItem'])('%s: nothing is stored', async (member) => {
    scripted.answers = { [member]: silence };
    await expect(limited(1000).write(work, 'Work', secret, unattended)).rejects.toThrow(KeyringUnavailable);
  });
});

describe('a prompt', () => {
  /** What the service does when it is to show its prompt. */
  function prompting(act: () => void): void {
    scripted.answers = {
      Prompt: () => {
        act();
        return answer('');
      },
    };
  }

  beforeEach(() => {
    scripted.locked = true;
  });

  it('that a person answers unlocks the keyring', async () => {
    prompting(() => {
      scripted.locked = false;
      scripted.complete('bv', false, variant('ao', [collectionPath]));
    });
    await keyring.unlock();
    expect(await keyring.read(work)).toEqual({ state: 'stored', value: kept });
  });

  it('that is over only after its call was answered is waited for', async () => {
    prompting(() => {
      setImmediate(() => {
        scripted.locked = false;
        scripted.complete('bv', false, variant('ao', [collectionPath]));
      });
    });
    await keyring.unlock();
    expect(await keyring.state(work)).toEqual({ state: 'stored' });
  });

  it('that isn’t needed isn’t shown', async () => {
    scripted.answers = {
      Unlock: ({ body }) => {
        scripted.locked = false;
        return answer('aoo', body[0], none);
      },
    };
    await keyring.unlock();
    expect(scripted.calls).not.toContain('Prompt');
  });

  it.each<[what: string, act: () => void, error: new (...given: never[]) => Error]>([
    [
      'is dismissed',
      () => {
        scripted.complete('bv', true, variant('s', ''));
      },
      PromptDismissed,
    ],
    [
      'was answered, and nothing is unlocked',
      () => {
        scripted.complete('bv', false, variant('ao', []));
      },
      KeyringLocked,
    ],
    [
      'ends without saying how',
      () => {
        scripted.complete('');
      },
      KeyringFault,
    ],
    [
      'ends in words',
      () => {
        scripted.complete('sv', 'dismissed', variant('s', ''));
      },
      KeyringFault,
    ],
    ['can’t be shown', () => refusal('com.example.NoScreen'), KeyringFault],
    ['goes with its keyring', () => void setImmediate(() => void scripted.stop()), KeyringUnavailable],
  ])('that %s', async (_what, act, error) => {
    prompting(act);
    await expect(keyring.unlock()).rejects.toThrow(error);
  });

  it.each<[what: string, shown: () => MethodResult | Promise<MethodResult>]>([
    ['is shown', () => answer('')],
    ['keeps its call waiting', silence],
  ])('that nobody answers (%s) is taken back', async (_what, shown) => {
    scripted.answers = { Prompt: shown };
    await expect(limited(10_000, 300).unlock()).rejects.toThrow(PromptUnanswered);
    expect(scripted.calls.at(-1)).toBe('Dismiss');
  });

  it('is shown once, however many want it', async () => {
    prompting(() => {
      scripted.locked = false;
      scripted.complete('bv', false, variant('ao', [collectionPath]));
    });
    await Promise.all([keyring.unlock(), keyring.unlock(), keyring.write(work, 'Work', secret, attended)]);
    expect(scripted.calls.filter((member) => member === 'Prompt')).toHaveLength(1);
    expect(scripted.calls).toContain('CreateItem');
  });

  it('is shown again after it was dismissed', async () => {
    prompting(() => {
      scripted.complete('bv', true, variant('s', ''));
    });
    await expect(keyring.unlock()).rejects.toThrow(PromptDismissed);
    await expect(keyring.unlock()).rejects.toThrow(PromptDismissed);
    expect(scripted.calls.filter((member) => member === 'Prompt')).toHaveLength(2);
  });

  it('unlocks the default collection, and what keeps ours elsewhere', async () => {
    let asked: unknown;
    const elsewhere = '/org/freedesktop/secrets/collection/other/1';
    scripted.answers = {
      SearchItems: () => answer('aoao', [], [itemPath, elsewhere]),
      Unlock: ({ body }) => {
        asked = body[0];
        scripted.locked = false;
        return answer('aoo', [], none);
      },
    };
    await keyring.unlock();
    expect(asked).toEqual([collectionPath, elsewhere]);
  });

  it.each<[what: string, act: () => Promise<unknown>]>([
    ['looking', () => keyring.state(work)],
    ['reading', () => keyring.read(work)],
    ['storing', () => keyring.write(work, 'Work', secret, unattended).catch(() => undefined)],
    ['removing', () => keyring.remove(work, unattended).catch(() => undefined)],
  ])('is never shown by %s that nobody attends', async (_what, act) => {
    await act();
    expect(scripted.calls).not.toContain('Unlock');
    expect(scripted.calls).not.toContain('Prompt');
  });
});

describe('a keyring that asks before each change, as KeePassXC may', () => {
  const asking = { CreateItem: () => answer('oo', none, promptPath), Delete: () => answer('o', promptPath) };

  it.each<[what: string, act: (options: { attended: boolean }) => Promise<void>]>([
    ['storing', (options) => keyring.write(work, 'Work', secret, options)],
    ['removing', (options) => keyring.remove(work, options)],
  ])('%s: the person is asked if there is one, and otherwise it is not done', async (_what, act) => {
    scripted.answers = asking;
    await expect(act(unattended)).rejects.toThrow(KeyringLocked);
    expect(scripted.calls.at(-1)).toBe('Dismiss');
    expect(scripted.calls).not.toContain('Prompt');
    scripted.answers = {
      ...asking,
      Prompt: () => {
        scripted.complete('bv', false, variant('s', ''));
        return answer('');
      },
    };
    await act(attended);
    expect(scripted.calls).toContain('Prompt');
  });
});

describe('a keyring without a default collection', () => {
  let there: boolean;

  beforeEach(() => {
    there = false;
    scripted.answers = {
      SearchItems: () => answer('aoao', [], []),
      ReadAlias: () => answer('o', there ? collectionPath : none),
      Prompt: () => {
        there = true;
        scripted.complete('bv', false, variant('o', collectionPath));
        return answer('');
      },
    };
  });

  it('is given one when a person stores something', async () => {
    await keyring.write(work, 'Work', secret, attended);
    expect(scripted.made).toEqual([{ 'org.freedesktop.Secret.Collection.Label': 'Default' }]);
    expect(scripted.calls.at(-1)).toBe('CreateItem');
  });

  it('is given none for what nobody attends', async () => {
    await expect(keyring.write(work, 'Work', secret, unattended)).rejects.toThrow(KeyringMissing);
    expect(scripted.made).toEqual([]);
  });

  it('and makes none though it says so: an error', async () => {
    scripted.answers = { ...scripted.answers, ReadAlias: () => answer('o', none) };
    await expect(keyring.write(work, 'Work', secret, attended)).rejects.toThrow(/was to make a default collection/);
  });
});

describe('what a keyring tells of itself', () => {
  const announced: [what: string, path: string, name: string, member: string, signature: string, body: unknown[]][] = [
    ['a collection', '/org/freedesktop/secrets', 'Service', 'CollectionCreated', 'o', [collectionPath]],
    ['a change of it', '/org/freedesktop/secrets', 'Service', 'CollectionChanged', 'o', [collectionPath]],
    ['an item', collectionPath, 'Collection', 'ItemCreated', 'o', [itemPath]],
    ['a changed item', collectionPath, 'Collection', 'ItemChanged', 'o', [itemPath]],
    ['a deleted item', collectionPath, 'Collection', 'ItemDeleted', 'o', [itemPath]],
  ];

  it.each(announced)('is heard: %s', async (_what, path, name, member, signature, body) => {
    await keyring.state(work);
    const heard = new Promise<void>((resolve) => keyring.once('changed', resolve));
    scripted.send(path, `org.freedesktop.Secret.${name}`, member, signature, body);
    await within(heard, () => 'it was not heard');
  });

  it('is heard: that it was locked', async () => {
    await keyring.state(work);
    const heard = new Promise<void>((resolve) => keyring.once('changed', resolve));
    const body = ['org.freedesktop.Secret.Collection', { Locked: variant('b', true) }, []];
    scripted.send(collectionPath, 'org.freedesktop.DBus.Properties', 'PropertiesChanged', 'sa{sv}as', body);
    await within(heard, () => 'it was not heard');
  });

  it('is told once for what comes together', async () => {
    await keyring.state(work);
    let told = 0;
    keyring.on('changed', () => (told += 1));
    const heard = new Promise<void>((resolve) => keyring.once('changed', resolve));
    for (const [, path, name, member, signature, body] of announced) {
      scripted.send(path, `org.freedesktop.Secret.${name}`, member, signature, body);
    }
    await within(heard, () => 'it was not heard');
    await keyring.state(work);
    expect(told).toBe(1);
  });
});

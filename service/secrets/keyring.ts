import { EventEmitter } from 'node:events';
import { KeyringError, KeyringFault, KeyringLocked, KeyringMissing, KeyringUnavailable, ObjectGone } from './errors.js';
import { type Attributes, type FoundItems, SecretService, type SecretServiceOptions } from './secretService.js';

/** The kind of all our items, as libsecret calls it. */
const schema = 'online.cloudtolocalllm.Token';

/** What KWallet and GNOME Keyring call a collection that is made because there was none, after libsecret. */
const collectionLabel = 'Default';

/** An answer may take so long, and so long a person to answer a prompt. Milliseconds. */
const usualLimits = { call: 10_000, prompt: 180_000 };

/** Changes that come within this time are told together. Milliseconds. */
const gathering = 50;

/** Names a secret in the keyring. */
export interface KeyringKey {
  /** Id of the connection whose it is. */
  readonly connection: string;
  /** A token that was given, or what a sign-in has left. */
  readonly type: 'token' | 'session';
  /** Of the server that it is for (RFC 6454): with another address a connection is another, whatever it is called. */
  readonly origin: string;
}

/** Why there is no secret: `problem` says it for people, with the way out. */
export interface NoSecret {
  readonly state: 'absent' | 'locked' | 'unavailable';
  readonly problem: string;
  /** It is locked, and as long as it is nobody can say whether there is such a secret at all. */
  readonly uncertain?: boolean;
}

/** Whether the keyring keeps a secret, as far as can be told without asking anybody. */
export type KeyringFinding = { readonly state: 'stored' } | NoSecret;

/** A secret as it was read. */
export type KeyringSecret = { readonly state: 'stored'; readonly value: string } | NoSecret;

/** What a change is made for. */
export interface ChangeOptions {
  /** A person has asked for it and is there: the keyring may ask them, for instance to unlock it. */
  readonly attended: boolean;
}

/** What a keyring is made of. */
export interface KeyringOptions extends Omit<SecretServiceOptions, 'limits'> {
  readonly limits?: SecretServiceOptions['limits'];
}

/** What keeps secrets, and tells when it may keep others. */
export type SecretStore = Pick<Keyring, 'read' | 'write' | 'remove' | 'unlock'> & EventEmitter<{ changed: [] }>;

/** Reads a secret where an answer that is nonsense is as good as none: there may be a better one later. */
export async function keptIn(store: SecretStore, key: KeyringKey): Promise<KeyringSecret> {
  try {
    return await store.read(key);
  } catch (error) {
    if (!(error instanceof KeyringError)) throw error;
    return { state: 'unavailable', problem: error.message };
  }
}

/**
 * The secrets of connections in the user's keyring: one item each, in the default collection. Keeps none of them itself,
 * and asks the keyring anew at each call. Looking and reading never prompt; only `unlock`, and changes that are attended,
 * do. Every call ends within a time limit, and touches neither bus nor keyring before the first.
 *
 * Emits `changed` after something may have another state than before: the keyring comes, goes, is locked or unlocked, or
 * keeps something else, by us or by anybody.
 */
export class Keyring extends EventEmitter<{ changed: [] }> {
  readonly #service: SecretService;
  #unlocking: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor({ bus, variant, limits = usualLimits }: KeyringOptions) {
    super();
    // Each connection follows it.
    this.setMaxListeners(0);
    this.#service = new SecretService({ bus, variant, limits });
    this.#service.on('changed', this.#changed);
  }

  /** Whether there is such a secret. @throws {KeyringError} if the keyring answers nonsense */
  async state(key: KeyringKey): Promise<KeyringFinding> {
    return looked(async () => ((await this.#find(key)) === undefined ? absent : { state: 'stored' }));
  }

  /** A secret itself. @throws {KeyringError} if the keyring answers nonsense, or keeps what is no text */
  async read(key: KeyringKey): Promise<KeyringSecret> {
    return looked(async () => {
      const item = await this.#find(key);
      return item === undefined ? absent : { state: 'stored', value: await this.#service.secretOf(item) };
    });
  }

  /**
   * Keeps a secret, in place of the one that was there.
   *
   * @param name what people call the connection
   * @throws {KeyringLocked} if it is locked or would prompt, and nobody attends
   * @throws {KeyringMissing} if there is no default collection yet, and nobody attends
   * @throws {KeyringError}
   */
  async write(key: KeyringKey, name: string, secret: string, { attended }: ChangeOptions): Promise<void> {
    const collection = await this.#openCollection(attended);
    // The one character that D-Bus has no strings with.
    const label = `CloudToLocalLLM: ${name.replaceAll('\0', ' ')}`;
    const prompt = await this.#service.store(collection, { label, attributes: attributesOf(key), secret });
    await this.#answer(prompt, attended);
  }

  /** Removes a connection's secret, wherever it is kept and whatever server it was for; there may be none. @throws as `write` */
  async remove({ connection, type }: KeyringKey, { attended }: ChangeOptions): Promise<void> {
    const attributes = { 'xdg:schema': schema, connection, type };
    let found = await this.#service.search(attributes);
    if (await this.#hides(found)) {
      if (!attended) throw new KeyringLocked();
      await this.unlock();
      found = await this.#service.search(attributes);
    }
    for (const item of found.unlocked) await this.#answer(await this.#service.delete(item), attended);
  }

  /**
   * Unlocks the default collection and all that keep something of ours: the keyring prompts. Only for what a person has
   * asked for. Several at a time are one.
   *
   * @throws {PromptDismissed}
   * @throws {PromptUnanswered}
   * @throws {KeyringLocked} if it is locked all the same
   * @throws {KeyringError}
   */
  async unlock(): Promise<void> {
    this.#unlocking ??= this.#unlock().finally(() => {
      this.#unlocking = undefined;
    });
    await this.#unlocking;
  }

  /** Overwrites the key by which secrets were sent. Tells of no change any more. */
  close(): void {
    this.#service.off('changed', this.#changed);
    clearTimeout(this.#timer);
    this.#service.forgetSession();
  }

  readonly #changed = (): void => {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.emit('changed');
    }, gathering).unref();
  };

  /** The path of an item, or undefined if there is none. @throws {KeyringLocked} if that can't be told or read */
  async #find(key: KeyringKey): Promise<string | undefined> {
    const found = await this.#service.search(attributesOf(key));
    const [first, ...others] = found.unlocked;
    if (first === undefined && (await this.#hides(found))) throw new KeyringLocked(found.locked.length === 0);
    if (first === undefined || others.length === 0) return first;
    // Somebody has put the same into another collection, too.
    const collection = await this.#service.defaultCollection();
    return found.unlocked.find((item) => collection !== undefined && item.startsWith(`${collection}/`)) ?? first;
  }

  /** Whether there is, or may be, more than what was found unlocked. */
  async #hides({ unlocked, locked }: FoundItems): Promise<boolean> {
    if (locked.length > 0) return true;
    if (unlocked.length > 0) return false;
    // GNOME Keyring finds what is locked; KeePassXC doesn't.
    const collection = await this.#service.defaultCollection();
    return collection !== undefined && (await this.#service.isLocked(collection));
  }

  /** The default collection, made and unlocked if somebody is there who can be asked. */
  async #openCollection(attended: boolean): Promise<string> {
    let collection = await this.#service.defaultCollection();
    if (collection === undefined) {
      if (!attended) throw new KeyringMissing();
      await this.#answer(await this.#service.createDefaultCollection(collectionLabel), attended);
      collection = await this.#service.defaultCollection();
      if (collection === undefined) throw new KeyringFault('was to make a default collection, and has none');
    }
    if (await this.#service.isLocked(collection)) {
      if (!attended) throw new KeyringLocked();
      await this.unlock();
    }
    return collection;
  }

  async #unlock(): Promise<void> {
    const collection = await this.#service.defaultCollection();
    const { locked } = await this.#service.search({ 'xdg:schema': schema });
    const closed = collection !== undefined && (await this.#service.isLocked(collection)) ? [collection] : [];
    const elsewhere = locked.filter((item) => !closed.some((one) => item.startsWith(`${one}/`)));
    if (closed.length + elsewhere.length === 0) return;
    await this.#answer(await this.#service.unlock([...closed, ...elsewhere]), true);
    for (const one of closed) if (await this.#service.isLocked(one)) throw new KeyringLocked();
  }

  async #answer(prompt: string | undefined, attended: boolean): Promise<void> {
    if (prompt === undefined) return;
    if (attended) return this.#service.ask(prompt);
    await this.#service.dismiss(prompt);
    throw new KeyringLocked();
  }
}

const absent: NoSecret = { state: 'absent', problem: 'the keyring keeps nothing for this connection' };

function attributesOf({ connection, type, origin }: KeyringKey): Attributes {
  return { 'xdg:schema': schema, connection, type, origin };
}

/** What can be expected of a keyring that nobody attends is a state, and not an error. */
async function looked<Found>(look: () => Promise<Found>): Promise<Found | NoSecret> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof KeyringLocked) return { state: 'locked', problem: error.message, uncertain: error.uncertain };
    if (error instanceof KeyringUnavailable) return { state: 'unavailable', problem: error.message };
    // Removed by somebody between it was found and read.
    if (error instanceof ObjectGone) return absent;
    throw error;
  }
}

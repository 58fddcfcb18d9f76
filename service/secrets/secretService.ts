import { EventEmitter } from 'node:events';
import { bytes, parts, path, pathOrNone, paths, truth } from './answers.js';
import { KeyringFault, KeyringUnavailable, PromptDismissed, PromptUnanswered, SessionGone } from './errors.js';
import type { KeyAgreement, SecretSession } from './secretSession.js';
import { type BusSignal, root, type SecretBus, type SecretCall, ServiceCaller } from './serviceCaller.js';

const serviceInterface = 'org.freedesktop.Secret.Service';
const collectionInterface = 'org.freedesktop.Secret.Collection';
const itemInterface = 'org.freedesktop.Secret.Item';
const promptInterface = 'org.freedesktop.Secret.Prompt';

/** The alias of the collection in which applications keep what they keep. */
const defaultAlias = 'default';

/** What KeePassXC takes for text; of other types it makes attached files. */
const contentType = 'text/plain';

/** What a Secret Service is asked through. */
export interface SecretServiceOptions {
  /** The session's bus, or undefined where there is none. */
  readonly bus: SecretBus | undefined;
  /** Makes a D-Bus variant of a signature and a value. */
  readonly variant: (signature: string, value: unknown) => unknown;
  /** Milliseconds that an answer may take at most, and a person's answer to a prompt. */
  readonly limits: { readonly call: number; readonly prompt: number };
}

/** Attributes by which items are found. They are no secrets. */
export type Attributes = Readonly<Record<string, string>>;

/** What is to be kept. */
export interface NewItem {
  /** For people. */
  readonly label: string;
  readonly attributes: Attributes;
  readonly secret: string;
}

/** Paths of items. */
export interface FoundItems {
  readonly unlocked: readonly string[];
  readonly locked: readonly string[];
}

interface OpenPrompt {
  readonly completed: (body: readonly unknown[]) => void;
  readonly lost: () => void;
}

/**
 * The session's Secret Service (Secret Service API, draft 0.2; GNOME Keyring, KWallet and KeePassXC have it). Secrets go
 * through an encrypted session, which is opened with the first of them and again after the service has been restarted.
 * Nothing prompts but `ask`; every call throws a KeyringError, within its time limit.
 *
 * Emits `changed` after anything of the service may have: it comes, goes, is locked or unlocked, keeps something else.
 */
export class SecretService extends EventEmitter<{ changed: [] }> {
  readonly #caller: ServiceCaller;
  readonly #prompts = new Map<string, OpenPrompt>();
  #session: Promise<SecretSession> | undefined;

  constructor(private readonly options: SecretServiceOptions) {
    super();
    this.#caller = new ServiceCaller(options.bus, options.limits.call);
    this.#caller.on('signal', (signal) => {
      this.#heard(signal);
    });
    this.#caller.on('owner', () => {
      this.forgetSession();
      for (const { lost } of this.#prompts.values()) lost();
      this.emit('changed');
    });
  }

  /** Items that have all these attributes, in all collections. */
  async search(attributes: Attributes): Promise<FoundItems> {
    const answer = await this.#call(root, serviceInterface, 'SearchItems', 'a{ss}', attributes);
    const [unlocked, locked] = parts(answer, 2, 'an answer to SearchItems');
    return { unlocked: paths(unlocked, 'found items'), locked: paths(locked, 'found items') };
  }

  /** The collection in which applications keep what they keep; a fresh account has none. */
  async defaultCollection(): Promise<string | undefined> {
    return pathOrNone(await this.#call(root, serviceInterface, 'ReadAlias', 's', defaultAlias), 'a default collection');
  }

  /** Whether a collection is locked. */
  async isLocked(collection: string): Promise<boolean> {
    const properties = 'org.freedesktop.DBus.Properties';
    return truth(await this.#call(collection, properties, 'Get', 'ss', collectionInterface, 'Locked'), 'a state');
  }

  /** The secret of an unlocked item. */
  async secretOf(item: string): Promise<string> {
    return this.#inSession(async (session) => {
      const target = { path: item, interface: itemInterface, member: 'GetSecret' };
      const answer = await this.#callIn(session, target, 'o', session.path);
      const [sessionPath, parameters, value] = parts(answer, 4, 'a secret');
      if (sessionPath !== session.path) throw new KeyringFault('gave a secret of another session');
      return session.open({ parameters: bytes(parameters, 'a secret’s start'), value: bytes(value, 'a secret') });
    });
  }

  /** Keeps something, in place of what has the same attributes there. @returns the prompt that has to be answered first */
  async store(collection: string, { label, attributes, secret }: NewItem): Promise<string | undefined> {
    const { variant } = this.options;
    const properties = {
      [`${itemInterface}.Label`]: variant('s', label),
      [`${itemInterface}.Attributes`]: variant('a{ss}', attributes),
    };
    return this.#inSession(async (session) => {
      const { parameters, value } = session.seal(secret);
      const sent = [session.path, parameters, value, contentType];
      const target = { path: collection, interface: collectionInterface, member: 'CreateItem' };
      return promptFor(target, await this.#callIn(session, target, 'a{sv}(oayays)b', properties, sent, true));
    });
  }

  /** Deletes an item. @returns the prompt that has to be answered first */
  async delete(item: string): Promise<string | undefined> {
    return pathOrNone(await this.#call(item, itemInterface, 'Delete'), 'a prompt');
  }

  /** Unlocks collections, and those of items. @returns the prompt that has to be answered first */
  async unlock(objects: readonly string[]): Promise<string | undefined> {
    const answer = await this.#call(root, serviceInterface, 'Unlock', 'ao', objects);
    const [unlocked, prompt] = parts(answer, 2, 'an answer to Unlock');
    paths(unlocked, 'unlocked objects');
    return pathOrNone(prompt, 'a prompt');
  }

  /** Makes the default collection. @returns the prompt that has to be answered first */
  async createDefaultCollection(label: string): Promise<string | undefined> {
    const properties = { [`${collectionInterface}.Label`]: this.options.variant('s', label) };
    const target = { path: root, interface: serviceInterface, member: 'CreateCollection' };
    return promptFor(target, await this.#caller.call(target, 'a{sv}s', properties, defaultAlias));
  }

  /**
   * Shows a prompt to the person, and waits for what they do. Only for what a person has asked for.
   *
   * @throws {PromptDismissed}
   * @throws {PromptUnanswered} after the limit; the prompt is taken back
   */
  async ask(prompt: string): Promise<void> {
    const { call, prompt: limit } = this.options.limits;
    let timer: NodeJS.Timeout | undefined;
    const completed = new Promise<void>((resolve, reject) => {
      timer = setTimeout(() => {
        reject(new PromptUnanswered(limit));
      }, limit);
      this.#prompts.set(prompt, {
        completed: ([dismissed]) => {
          if (dismissed === false) resolve();
          else if (dismissed === true) reject(new PromptDismissed());
          else reject(new KeyringFault('ended its question without saying how'));
        },
        lost: () => {
          reject(new KeyringUnavailable('the keyring ended while it was asking you; try again'));
        },
      });
    });
    // Some services answer this call only after the person has answered.
    const target = { path: prompt, interface: promptInterface, member: 'Prompt', limit: limit + call };
    const shown = this.#caller.call(target, 's', '').then(() => completed);
    try {
      await Promise.race([completed, shown]);
    } catch (error) {
      if (error instanceof PromptUnanswered) await this.dismiss(prompt);
      throw error;
    } finally {
      clearTimeout(timer);
      this.#prompts.delete(prompt);
    }
  }

  /** Takes back a prompt. */
  async dismiss(prompt: string): Promise<void> {
    try {
      await this.#call(prompt, promptInterface, 'Dismiss');
    } catch {
      // It has gone by itself, or the service has: what led here is told in any case.
    }
  }

  /** Overwrites the key of the encrypted session, if there is one. */
  forgetSession(): void {
    const session = this.#session;
    this.#session = undefined;
    session?.then(
      (opened) => {
        opened.forget();
      },
      // Whoever opened it is told.
      () => undefined,
    );
  }

  #call(object: string, interfaceName: string, member: string, signature = '', ...body: unknown[]): Promise<unknown> {
    return this.#caller.call({ path: object, interface: interfaceName, member }, signature, ...body);
  }

  /** Calls a method of the process that the session is with, and of no other. */
  #callIn(session: SecretSession, target: SecretCall, signature: string, ...body: unknown[]): Promise<unknown> {
    return this.#caller.call({ ...target, owner: session.owner }, signature, ...body);
  }

  async #inSession<Result>(use: (session: SecretSession) => Promise<Result>): Promise<Result> {
    const opening = this.#opened();
    try {
      return await use(await opening);
    } catch (error) {
      if (!(error instanceof SessionGone)) throw error;
      if (this.#session === opening) this.forgetSession();
      return await use(await this.#opened());
    }
  }

  #opened(): Promise<SecretSession> {
    if (this.#session !== undefined) return this.#session;
    const opening = this.#negotiate();
    this.#session = opening;
    opening.catch(() => {
      // Whoever asked for it is told; the next one tries anew.
      if (this.#session === opening) this.#session = undefined;
    });
    return opening;
  }

  async #negotiate(): Promise<SecretSession> {
    const { algorithm, KeyAgreement } = await import('./secretSession.js');
    const owner = await this.#caller.owner();
    const agreement = agreementOf(KeyAgreement);
    const target = { path: root, interface: serviceInterface, member: 'OpenSession', owner };
    const input = this.options.variant('ay', agreement.publicKey);
    const answer = await this.#caller.call(target, 'sv', algorithm, input);
    const [output, session] = parts(answer, 2, 'an answer to OpenSession');
    return agreement.agree(bytes(output, 'a public key'), owner, path(session, 'a session'));
  }

  #heard({ path: object, interface: name, member, body }: BusSignal): void {
    if (name !== promptInterface) this.emit('changed');
    else if (member === 'Completed') this.#prompts.get(object)?.completed(body);
  }
}

/** The prompt that has to be answered before something is made, unless it has been made. */
function promptFor({ member }: SecretCall, answer: unknown): string | undefined {
  const [object, asked] = parts(answer, 2, `an answer to ${member}`);
  const made = pathOrNone(object, 'a made object');
  const prompt = pathOrNone(asked, 'a prompt');
  if (made === undefined && prompt === undefined) throw new KeyringFault(`answers ${member} with nothing made`);
  return prompt;
}

/** The group is of 1024 bits, which some systems don't allow their programs any more; the API has no other. */
function agreementOf(Agreement: typeof KeyAgreement): KeyAgreement {
  try {
    return new Agreement();
  } catch (error) {
    throw new KeyringUnavailable(
      `this system’s rules for cryptography forbid what the keyring is asked with (${(error as Error).message}); ` +
        'name a file, a credential or a variable for the token',
    );
  }
}

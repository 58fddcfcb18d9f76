import type { WrittenSignIn } from '../config/configuration.js';
import { RenewalFailed, SignInCancelled, SignInError, SignInReplaced } from '../signIn/errors.js';
import { SignIn } from '../signIn/signIn.js';
import {
  Credentials,
  CredentialsDelayed,
  type CredentialsStatus,
  NoCredentials,
  type SignInInvitation,
  without,
} from '../connections/credentials.js';
import { keptIn, type KeyringKey, type SecretStore } from './keyring.js';
import { Looks } from './looks.js';

/** What every sign-in asks for: who signs in, and that it may be renewed (OpenID Connect Core 1.0, 3.1.2.1 and 11). */
const usualScopes = ['openid', 'offline_access'];

/** What is known of the keyring, where it isn't open. */
interface Closed {
  readonly state: 'locked' | 'unavailable';
  readonly problem: string;
}

/**
 * What signing in at a provider gives, kept in the user's keyring and renewed ahead of its end. Without a keyring it lasts
 * as long as the broker; while the keyring is locked it isn't used.
 */
export class SessionCredentials extends Credentials {
  readonly #key: KeyringKey;
  readonly #signIn: SignIn;
  #closed: Closed | undefined;
  /** What the keyring has as far as is known, and what is being written into it: neither is news when it is read. */
  #stored: string | undefined;
  #writing: { readonly value: string | undefined } | undefined;
  readonly #looks: Looks;
  /** How often something was written into it or taken out. */
  #writes = 0;
  /** Of the last sign-in that was begun. */
  #outcome = '';
  /** What requests were last sent with. */
  #last = '';

  /** @param owner whose it is: its connection's id, what people call that, and the origin of its server */
  constructor(
    private readonly owner: { readonly id: string; readonly name: string; readonly origin: string },
    { scopes = [], ...settings }: WrittenSignIn,
    private readonly keyring: SecretStore,
  ) {
    super();
    this.#key = { connection: owner.id, type: 'session', origin: owner.origin };
    this.#signIn = new SignIn(
      { ...settings, scopes: [...new Set([...usualScopes, ...scopes])] },
      {
        store: { keep: (session) => this.#write(session), forget: () => this.#remove() },
        changed: () => {
          this.changed('shown');
        },
      },
    );
    this.#looks = new Looks(() => this.#look());
    keyring.on('changed', this.#again);
  }

  get status(): CredentialsStatus {
    const { state, account, problem } = this.#signIn.status;
    // Also what may end it later: a keyring that doesn't take it, a provider that can't be reached.
    const shown = { kind: 'signIn', account, signIn: this.#outcome || (state === 'signedIn' ? problem : '') } as const;
    if (this.#closed?.state === 'locked') {
      return { ...shown, state: 'locked', problem: `Nobody can be signed in: ${this.#closed.problem}` };
    }
    const signIn = `sign in with: cloudtolocalllm login ${this.owner.id}`;
    switch (state) {
      case 'none': {
        const why = this.#closed === undefined ? '' : ` (${this.#closed.problem})`;
        return { ...shown, state: 'missing', problem: `Nobody is signed in${why}; ${signIn}` };
      }
      case 'signedIn':
        return { ...shown, state: 'stored', problem: '' };
      case 'expired':
      case 'refused':
        return { ...shown, state, problem: `${problem}; ${signIn}` };
    }
  }

  async token(): Promise<string | undefined> {
    // Whoever is signed in stays so until something else is known: a keyring that is slow keeps no request waiting.
    if (this.status.problem !== '') await this.#looks.over;
    const { problem } = this.status;
    if (problem !== '') throw new NoCredentials(problem);
    try {
      this.#last = await this.#signIn.accessToken();
      return this.#last;
    } catch (error) {
      if (error instanceof RenewalFailed) throw new CredentialsDelayed(error.message);
      throw error instanceof SignInError ? new NoCredentials(error.message) : error;
    }
  }

  override async renewed(token: string): Promise<boolean> {
    try {
      return (await this.#signIn.renew(token)) !== token;
    } catch (error) {
      if (error instanceof SignInError) return false;
      throw error;
    }
  }

  redacted(text: string): string {
    return this.#last === '' ? text : without(this.#last, text);
  }

  override async look(): Promise<void> {
    // Of a keyring that couldn't be asked nobody tells when it can.
    const unasked = this.#closed?.state === 'unavailable';
    const again = unasked ? this.#looks.again() : this.#looks.over;
    if (!unasked || this.status.problem !== '') await again;
  }

  override async signIn(how: 'browser' | 'device'): Promise<SignInInvitation> {
    const failed = (error: unknown): void => {
      // The one in its place tells how it goes.
      if (error instanceof SignInReplaced) return;
      this.#becomes(error instanceof SignInCancelled ? '' : (error as Error).message);
    };
    try {
      const { url, code = '', done } = await this.#signIn.begin(how);
      this.#becomes('waiting');
      void done.then(() => {
        this.#outcome = '';
        this.changed('usable');
      }, failed);
      return { url, code };
    } catch (error) {
      // One that waited before was given up for it.
      failed(error);
      throw error;
    }
  }

  override async signOut(): Promise<string> {
    const left = await this.#signIn.signOut();
    this.changed('usable');
    return left;
  }

  override async close(): Promise<void> {
    await super.close();
    this.keyring.off('changed', this.#again);
    await this.#signIn.close();
  }

  readonly #again = (): void => {
    void this.#looks.again();
  };

  async #look(): Promise<void> {
    const writes = this.#writes;
    const found = await keptIn(this.keyring, this.#key);
    // It may have been read before that: the session of then has a refresh token that is used up.
    if (writes !== this.#writes) return this.#look();
    const before = this.status;
    if (found.state === 'locked' || found.state === 'unavailable') {
      this.#closed = { state: found.state, problem: found.problem };
    } else {
      this.#closed = undefined;
      this.#take(found.state === 'stored' ? found.value : undefined);
    }
    const { problem, state } = this.status;
    if (problem !== before.problem) this.changed('usable');
    else if (state !== before.state) this.changed('shown');
  }

  /** Somebody else may have put another session into the keyring, or taken it out. */
  #take(stored: string | undefined): void {
    const news = stored !== this.#stored && (this.#writing === undefined || stored !== this.#writing.value);
    this.#stored = stored;
    if (news) this.#signIn.load(stored);
  }

  /** The person who signs in is there, and may be asked to unlock the keyring; nobody is when it is renewed. */
  async #write(session: string): Promise<void> {
    const attended = this.#outcome === 'waiting';
    await this.#change(session, () => this.keyring.write(this.#key, this.owner.name, session, { attended }));
  }

  async #remove(): Promise<void> {
    await this.#change(undefined, () => this.keyring.remove(this.#key, { attended: true }));
  }

  async #change(value: string | undefined, change: () => Promise<void>): Promise<void> {
    this.#writing = { value };
    try {
      await change();
      this.#stored = value;
    } finally {
      this.#writing = undefined;
      this.#writes += 1;
    }
  }

  #becomes(outcome: string): void {
    this.#outcome = outcome;
    this.changed('shown');
  }
}

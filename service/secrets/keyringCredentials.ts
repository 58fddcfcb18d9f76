import { Credentials, type CredentialsStatus, NoCredentials, without } from '../connections/credentials.js';
import { keptIn, type KeyringKey, type NoSecret, type SecretStore } from './keyring.js';
import { Looks } from './looks.js';
import { tokenFrom, UnusableToken } from './token.js';

/** What is known of the token in the keyring. */
type Known =
  | { readonly state: 'stored'; readonly value: string }
  | { readonly state: 'none' | 'missing' | 'locked'; readonly problem: string };

/** Whose token it is. */
export interface Owner {
  readonly id: string;
  /** What people call the connection. */
  readonly name: string;
  /** Of its server, to which alone the token goes. */
  readonly origin: string;
  /** `wanted`: without a token nothing is sent; `expected`: most such servers want one, but it may go without. */
  readonly need: 'wanted' | 'expected' | 'optional';
}

/**
 * A token in the user's keyring, which is followed: what comes into it, goes, or is locked holds at once. A token that has
 * been read goes on when the keyring's service ends; when the keyring is locked it is forgotten here, too.
 */
export class KeyringCredentials extends Credentials {
  readonly #key: KeyringKey;
  #known: Known = { state: 'none', problem: '' };
  readonly #looks: Looks;
  /** Whether the keyring couldn't be asked, of which nobody tells when it is over. */
  #unasked = false;

  constructor(
    private readonly owner: Owner,
    private readonly keyring: SecretStore,
  ) {
    super();
    this.#key = { connection: owner.id, type: 'token', origin: owner.origin };
    this.#looks = new Looks(() => this.#look());
    keyring.on('changed', this.#again);
  }

  get status(): CredentialsStatus {
    const known = this.#known;
    const problem = known.state === 'stored' ? '' : known.problem;
    return { state: known.state, kind: 'keyring', problem, account: '', signIn: '' };
  }

  async token(): Promise<string | undefined> {
    // One that is known holds until another one is: a keyring that is slow to answer keeps no request waiting.
    if (this.#known.state !== 'stored') await this.#looks.over;
    const known = this.#known;
    if (known.state === 'stored') return known.value;
    if (known.problem !== '') throw new NoCredentials(known.problem);
    return undefined;
  }

  redacted(text: string): string {
    return this.#known.state === 'stored' ? without(this.#known.value, text) : text;
  }

  /** The first look may still be under way: until it is over nobody can say what is missing. */
  override async look(): Promise<void> {
    const again = this.#unasked ? this.#looks.again() : this.#looks.over;
    // Nothing else waits for a keyring that has been away all along.
    if (!this.#unasked || this.status.problem !== '') await again;
  }

  override async keep(token: string): Promise<void> {
    const value = tokenFrom(token);
    await this.keyring.write(this.#key, this.owner.name, value, { attended: true });
    this.#learn({ state: 'stored', value });
  }

  override async forget(): Promise<void> {
    await this.keyring.remove(this.#key, { attended: true });
    this.#learn(this.#without());
  }

  override close(): Promise<void> {
    this.keyring.off('changed', this.#again);
    return super.close();
  }

  readonly #again = (): void => {
    void this.#looks.again();
  };

  async #look(): Promise<void> {
    const kept = await keptIn(this.keyring, this.#key);
    this.#unasked = kept.state === 'unavailable';
    switch (kept.state) {
      case 'stored':
        this.#learn(this.#read(kept.value));
        return;
      case 'absent':
        this.#learn(this.#without());
        return;
      case 'locked':
        this.#learn({
          state: 'locked',
          problem: this.#goesWithout(kept) ? '' : `Its token can’t be read: ${kept.problem}`,
        });
        return;
      case 'unavailable':
        if (this.#known.state !== 'stored') this.#learn(this.#without(kept.problem));
    }
  }

  /** A connection that may go without isn't kept back for a token that perhaps nobody has ever kept. */
  #goesWithout({ uncertain = false }: NoSecret): boolean {
    return uncertain && this.owner.need !== 'wanted';
  }

  #read(secret: string): Known {
    try {
      return { state: 'stored', value: tokenFrom(secret) };
    } catch (error) {
      if (!(error instanceof UnusableToken)) throw error;
      return { state: 'missing', problem: `What the keyring has for it is no token: ${error.message}` };
    }
  }

  /** @param reason why the keyring can't be asked, '' if it has none */
  #without(reason = ''): Known {
    const { id, origin, need } = this.owner;
    if (need !== 'wanted') return { state: need === 'expected' ? 'missing' : 'none', problem: '' };
    const problem =
      reason === ''
        ? `It has no token: the keyring has none for it and ${origin}; set it with: cloudtolocalllm token set ${id}`
        : `It has no token: ${reason}`;
    return { state: 'missing', problem };
  }

  #learn(known: Known): void {
    const before = this.#known;
    this.#known = known;
    const another = before.state === 'stored' ? before.value : before.problem;
    const now = known.state === 'stored' ? known.value : known.problem;
    if (another !== now) this.changed('usable');
    else if (before.state !== known.state) this.changed('shown');
  }
}

/**
 * What is known of a connection's credentials. `none`: there are none, and none are needed; `locked`: they are in the
 * keyring, which is; `expired` and `refused`: somebody signed in, and that couldn't be renewed or the provider has ended it.
 */
export type TokenState = 'none' | 'stored' | 'missing' | 'locked' | 'expired' | 'refused';

/** Where they come from; `fixed`: from where only the configuration can say. */
export type TokenKind = 'fixed' | 'keyring' | 'signIn';

/** What is shown of them. Never any of them. */
export interface CredentialsStatus {
  readonly state: TokenState;
  readonly kind: TokenKind;
  /** Why nothing can be sent, in words for people, with the way out; '' if it can. */
  readonly problem: string;
  /** Who is signed in, '' if nobody is. */
  readonly account: string;
  /** `waiting` while a sign-in waits for the person, else why the last one failed or what may end it; '' if nothing is wrong. */
  readonly signIn: string;
}

/** Where a person signs in. */
export interface SignInInvitation {
  /** To be opened in a browser. */
  readonly url: string;
  /** To be entered there, '' if nothing is. */
  readonly code: string;
}

/** There is nothing to send a request with. The message is for people: why, and the way out. */
export class NoCredentials extends Error {
  override readonly name = 'NoCredentials';
}

/** They can't be had just now, which passes by itself. The message is for people. */
export class CredentialsDelayed extends Error {
  override readonly name = 'CredentialsDelayed';
}

/** What is asked of credentials isn't for their kind. The message is for people, and says what is. */
export class UnsuitedCredentials extends Error {
  override readonly name = 'UnsuitedCredentials';

  constructor(kind: TokenKind) {
    const ways: Readonly<Record<TokenKind, string>> = {
      fixed: 'what its configuration names has its token, or nothing does: it is changed there',
      keyring: 'nobody signs in for this connection; its token is kept with: cloudtolocalllm token set ID',
      signIn: 'one signs in for this connection, with: cloudtolocalllm login ID',
    };
    super(ways[kind]);
  }
}

/** A text without a secret in it. */
export function without(secret: string, text: string): string {
  return text.replaceAll(secret, '…');
}

/** What comes of a change: only what is shown has, or requests may fare otherwise from now on. */
export type CredentialsChange = 'shown' | 'usable';

/** A connection's credentials: the only one that has them, from wherever they come. */
export abstract class Credentials {
  /** Is told of changes. Set by the connection that has them; another one takes them over when only its settings change. */
  changed: (change: CredentialsChange) => void = () => undefined;

  abstract readonly status: CredentialsStatus;

  /**
   * The token for a request that is about to be sent, undefined if it needs none.
   * @throws {NoCredentials | CredentialsDelayed}
   */
  abstract token(): Promise<string | undefined>;

  /** The server didn't accept a token. @returns whether there is another one now, so that asking again makes sense */
  renewed(_token: string): Promise<boolean> {
    return Promise.resolve(false);
  }

  /** A text without the token that it may repeat. */
  abstract redacted(text: string): string;

  /** Looks at what may have changed without a word. Comes before each check of the connection. */
  look(): Promise<void> {
    return Promise.resolve();
  }

  /** A person's wish: keeps another token. @throws {UnsuitedCredentials | UnusableToken | KeyringError} */
  keep(_token: string): Promise<void> {
    return Promise.reject(new UnsuitedCredentials(this.status.kind));
  }

  /** A person's wish: forgets the token. @throws {UnsuitedCredentials | KeyringError} */
  forget(): Promise<void> {
    return Promise.reject(new UnsuitedCredentials(this.status.kind));
  }

  /** A person's wish: begins to sign in. @throws {UnsuitedCredentials | SignInError} */
  signIn(_how: 'browser' | 'device'): Promise<SignInInvitation> {
    return Promise.reject(new UnsuitedCredentials(this.status.kind));
  }

  /**
   * A person's wish: signs out.
   *
   * @returns what could not be done at the provider, in words, '' if all is done
   * @throws {UnsuitedCredentials | KeyringError}
   */
  signOut(): Promise<string> {
    return Promise.reject(new UnsuitedCredentials(this.status.kind));
  }

  /** Follows nothing any more. Settles when what a provider has given just now is kept. */
  close(): Promise<void> {
    this.changed = () => undefined;
    return Promise.resolve();
  }
}

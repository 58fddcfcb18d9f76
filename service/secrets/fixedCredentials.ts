import { isDeepStrictEqual } from 'node:util';
import { Credentials, type CredentialsStatus, NoCredentials, without } from '../connections/credentials.js';
import { findToken, type FixedSource, type Token } from './token.js';

/** A token in the environment, a file or a systemd credential, or none at all. It is looked for at each check. */
export class FixedCredentials extends Credentials {
  #token: Token | undefined;

  /** @param source undefined for a connection that needs no token */
  constructor(
    private readonly source: FixedSource | undefined,
    private readonly environment: NodeJS.ProcessEnv,
  ) {
    super();
    this.#token = this.#found();
  }

  get status(): CredentialsStatus {
    const token = this.#token;
    const problem = token?.state === 'missing' ? `It has no token: ${token.problem}` : '';
    return { state: token?.state ?? 'none', kind: 'fixed', problem, account: '', signIn: '' };
  }

  token(): Promise<string | undefined> {
    const token = this.#token;
    return token?.state === 'missing'
      ? Promise.reject(new NoCredentials(this.status.problem))
      : Promise.resolve(token?.value);
  }

  redacted(text: string): string {
    return this.#token?.state === 'stored' ? without(this.#token.value, text) : text;
  }

  override look(): Promise<void> {
    const before = this.#token;
    const now = this.#found();
    if (!isDeepStrictEqual(now, before)) {
      this.#token = now;
      this.changed('usable');
    }
    return Promise.resolve();
  }

  #found(): Token | undefined {
    return this.source && findToken(this.source, this.environment);
  }
}

import type { ConnectionSettings } from '../config/configuration.js';
import type { Credentials } from '../connections/credentials.js';
import { FixedCredentials } from './fixedCredentials.js';
import type { SecretStore } from './keyring.js';
import { KeyringCredentials } from './keyringCredentials.js';
import { SessionCredentials } from './sessionCredentials.js';

/** Where credentials can come from. */
export interface Sources {
  readonly environment: NodeJS.ProcessEnv;
  readonly keyring: SecretStore;
}

/** A connection's credentials, as its settings say. */
export function createCredentials(
  { id, name, url, place, token }: ConnectionSettings,
  { environment, keyring }: Sources,
): Credentials {
  if (token === undefined || 'env' in token || 'file' in token || 'credential' in token) {
    return new FixedCredentials(token, environment);
  }
  const owner = { id, name, origin: new URL(url).origin };
  if ('signIn' in token) return new SessionCredentials(owner, token.signIn, keyring);
  const need = token.keyring === true ? 'wanted' : place === 'cloud' ? 'expected' : 'optional';
  return new KeyringCredentials({ ...owner, need }, keyring);
}

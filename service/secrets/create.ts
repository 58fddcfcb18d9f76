import type { ConnectionSettings } from '../config/configuration.js';
import type { Credentials } from './credentials.js';
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
  { id, name, place, token }: ConnectionSettings,
  { environment, keyring }: Sources,
): Credentials {
  if (token === undefined || 'env' in token || 'file' in token || 'credential' in token) {
    return new FixedCredentials(token, environment);
  }
  if ('signIn' in token) return new SessionCredentials({ id, name }, token.signIn, keyring);
  const need = token.keyring === true ? 'wanted' : place === 'cloud' ? 'expected' : 'optional';
  return new KeyringCredentials({ id, name, need }, keyring);
}

import { type ConnectionSnapshot, SIGN_IN_WAITS } from '../broker/contract.js';
import type { Translator } from '../broker/translator.js';
import { nameOf } from './connectionName.js';
import { remedy, type RemedyModel } from './remedyModel.js';

/** What can be done about a connection's credentials. */
export type CredentialsRemedy = 'unlock' | 'setToken' | 'signIn';

/** What a person can do about a connection's credentials, null if nothing needs to be done, or not from here. */
export function credentialsRemedy(
  connection: ConnectionSnapshot,
  { gettext: _ }: Translator,
): RemedyModel<CredentialsRemedy> | null {
  const { tokenState, tokenSource, signIn, state } = connection;
  const name = nameOf(connection);
  // What a configuration file names is changed there.
  if (!connection.enabled || tokenSource === 'fixed') return null;
  if (tokenState === 'locked') return remedy('unlock', _('Unlock the Keyring'), name);
  const refused = state === 'refused';
  if (tokenSource === 'keyring') {
    if (tokenState === 'stored') return refused ? remedy('setToken', _('Set Another Token'), name) : null;
    return tokenState === 'missing' || refused ? remedy('setToken', _('Set a Token'), name) : null;
  }
  if (tokenState === 'stored' && !refused) return null;
  // One that waits may wait in a browser that was closed.
  const before =
    signIn === SIGN_IN_WAITS || tokenState === 'stored' || tokenState === 'expired' || tokenState === 'refused';
  return remedy('signIn', before ? _('Sign In Again') : _('Sign In'), name);
}

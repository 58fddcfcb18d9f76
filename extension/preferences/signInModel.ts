import { type BrokerSnapshot, type ConnectionSnapshot, type Invitation, SIGN_IN_WAITS } from '../broker/contract.js';
import { fill, type Translator } from '../broker/translator.js';
import { hindranceInWords } from './tokenModel.js';

/** What there is to see of signing in for a connection, and to do about it. */
export interface SignInModel {
  readonly state: string;
  /** Why that is so, or what to do; "" if there is nothing more to say. */
  readonly reason: string;
  /** Whether anything can be done at all. */
  readonly sensitive: boolean;
  readonly unlock: boolean;
  /** What begins to sign in is called, "" where it isn't offered. */
  readonly signIn: string;
  readonly signOut: boolean;
  /** Whether a sign-in waits for the person, who can give it up. */
  readonly waiting: boolean;
  /** Where that one signs in, null if this window doesn't know it. */
  readonly invitation: Invitation | null;
}

/** What is known of signing in for a connection beside what the service tells. */
export interface SignInKnown {
  /** Whether the settings have what it needs. */
  readonly complete: boolean;
  /** What the service answered when this window asked it last. */
  readonly invitation: Invitation | null;
}

/** What to show of signing in for the connection with this id. */
export function signInModel(
  broker: BrokerSnapshot,
  id: string,
  { complete, invitation }: SignInKnown,
  translator: Translator,
): SignInModel {
  const { gettext: _ } = translator;
  const idle = { ...nothing, sensitive: false, signIn: _('Sign In') };
  if (!complete) {
    return { ...idle, state: _('Not set up yet'), reason: _('The provider’s address and the client are needed') };
  }
  const connection = broker.connections.find((each) => each.id === id);
  const hindrance = hindranceInWords(broker, connection, translator);
  if (connection === undefined || hindrance !== '') return { ...idle, state: hindrance };
  if (connection.tokenSource !== 'signIn') return { ...idle, state: _('The broker takes the settings over…') };
  if (connection.signIn !== SIGN_IN_WAITS) return settled(connection, translator);
  const byCode = invitation !== null && invitation.code !== '';
  return {
    ...nothing,
    state: _('Waiting for you to sign in…'),
    reason: byCode ? _('Open the address on any device, and enter the code') : _('In the browser'),
    waiting: true,
    invitation,
  };
}

const nothing: Omit<SignInModel, 'state'> = {
  reason: '',
  sensitive: true,
  unlock: false,
  signIn: '',
  signOut: false,
  waiting: false,
  invitation: null,
};

/** What to show while no sign-in is under way. */
function settled(connection: ConnectionSnapshot, { gettext: _ }: Translator): SignInModel {
  const { account, signIn, lastError, tokenState } = connection;
  const reason = signIn || (connection.state === 'refused' ? lastError : '');
  const again = _('Sign In Again');
  switch (tokenState) {
    case 'stored': {
      const state = account ? fill(_('Signed in as {account}'), { account }) : _('Signed in');
      return { ...nothing, state, reason, signIn: connection.state === 'refused' ? again : '', signOut: true };
    }
    case 'expired':
      return { ...nothing, state: _('The sign-in has expired'), reason, signIn: again, signOut: true };
    case 'refused':
      return { ...nothing, state: _('The provider has ended the sign-in'), reason, signIn: again, signOut: true };
    case 'locked':
      return { ...nothing, state: _('Signed in, but the keyring is locked'), unlock: true };
    case 'none':
    case 'missing':
      return { ...nothing, state: _('Not signed in'), reason: signIn, signIn: _('Sign In') };
  }
}

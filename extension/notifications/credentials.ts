import { type BrokerSnapshot, type ConnectionSnapshot, SIGN_IN_WAITS } from '../broker/contract.js';
import { listInWords } from '../broker/list.js';
import { fill, type Translator } from '../broker/translator.js';
import { connectionErrorInWords } from '../broker/words.js';
import { type CredentialsRemedy, credentialsRemedy } from '../panel/credentialsRemedy.js';
import { nameOf } from './names.js';
import type { NoticeIntent } from './notice.js';
import type { Fact } from './settling.js';

/** What is remembered of connections while they are followed. */
export interface Seen {
  /** Ids of those that have answered. */
  readonly answered: ReadonlySet<string>;
  /** Ids of those that were refused when they were first looked at, and have been ever since. */
  readonly refusedFromTheStart: ReadonlySet<string>;
}

/** The connections that are refused for their credentials, and what mends each. One keyring is unlocked once. */
export function credentialsFacts({ connections }: BrokerSnapshot, seen: Seen, translator: Translator): Fact[] {
  const refused = connections.filter((each) => isRefused(each, seen.answered));
  const locked = refused.filter(({ tokenState }) => tokenState === 'locked');
  return [
    ...(locked.length > 0 ? [keyringFact(locked, seen, translator)] : []),
    ...refused.filter((each) => !locked.includes(each)).map((each) => connectionFact(each, seen, translator)),
  ];
}

/** Whether it is refused, or was when it was last known. One that never had credentials lacks them, which is no news. */
function isRefused({ id, enabled, state, tokenState }: ConnectionSnapshot, answered: ReadonlySet<string>): boolean {
  if (!enabled || (state !== 'refused' && state !== 'connecting')) return false;
  return (tokenState !== 'none' && tokenState !== 'missing') || answered.has(id);
}

/** Nothing is known of one that is tried anew, or whose person is about to sign in. */
function isCertain({ state, signIn }: ConnectionSnapshot): boolean {
  return state === 'refused' && signIn !== SIGN_IN_WAITS;
}

function keyringFact(locked: readonly ConnectionSnapshot[], seen: Seen, { gettext: _, ngettext }: Translator): Fact {
  // Translators: {connections} are names of one or several servers and providers, "it" is the keyring
  const body = ngettext(
    '{connections} can’t be used before it is unlocked.',
    '{connections} can’t be used before it is unlocked.',
    locked.length,
  );
  return {
    notice: {
      key: 'keyring',
      kind: 'credentials',
      title: _('The keyring is locked'),
      body: fill(body, { connections: listInWords(locked.map(nameOf)) }),
      action: { label: _('Unlock the Keyring'), intent: { act: 'unlock' } },
    },
    certain: locked.some(isCertain),
    old: locked.every(({ id }) => seen.refusedFromTheStart.has(id)),
  };
}

function connectionFact(connection: ConnectionSnapshot, seen: Seen, translator: Translator): Fact {
  const { gettext: _ } = translator;
  const remedy = credentialsRemedy(connection, translator);
  const reason = connectionErrorInWords(connection);
  return {
    notice: {
      // What mends it is another thing to tell, too.
      key: ['credentials', connection.id, remedy?.intent ?? ''].join('/'),
      kind: 'credentials',
      title: fill(refusalTitle(connection, translator), { connection: nameOf(connection) }),
      body: reason || _('It isn’t used until that is mended.'),
      action: remedy && { label: remedy.label, intent: intentOf(remedy.intent, connection.id) },
    },
    certain: isCertain(connection),
    old: seen.refusedFromTheStart.has(connection.id),
  };
}

function refusalTitle({ tokenState, tokenSource }: ConnectionSnapshot, { gettext: _ }: Translator): string {
  if (tokenState === 'expired') return _('The sign-in at {connection} has expired');
  const lacking = tokenState === 'none' || tokenState === 'missing';
  if (tokenSource === 'signIn')
    return lacking ? _('{connection} wants a sign-in') : _('{connection} refuses the sign-in');
  return lacking ? _('{connection} wants a token') : _('{connection} refuses the token');
}

function intentOf(remedy: CredentialsRemedy, connection: string): NoticeIntent {
  return remedy === 'unlock' ? { act: remedy } : { act: remedy, connection };
}

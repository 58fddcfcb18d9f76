import type { BrokerSnapshot, ConnectionSnapshot } from '../broker/contract.js';
import type { Translator } from '../broker/translator.js';
import { presenceInWords } from '../broker/words.js';

/** What there is to see of a connection's token, and to do about it. */
export interface TokenModel {
  readonly state: string;
  /** Why that is so, "" if there is nothing more to say. */
  readonly reason: string;
  /** Whether anything can be done at all. */
  readonly sensitive: boolean;
  readonly unlock: boolean;
  readonly remove: boolean;
}

/** What to show of the token of the connection with this id. */
export function tokenModel(broker: BrokerSnapshot, id: string, translator: Translator): TokenModel {
  const { gettext: _ } = translator;
  const connection = broker.connections.find((each) => each.id === id);
  const hindrance = hindranceInWords(broker, connection, translator);
  if (connection === undefined || hindrance !== '') return idle(hindrance);
  if (connection.tokenSource !== 'keyring') return idle(_('The broker takes the settings over…'));

  const refused = connection.state === 'refused';
  const reason = refused ? connection.lastError : '';
  const known = { sensitive: true, unlock: false, remove: false };
  switch (connection.tokenState) {
    case 'stored':
      return {
        ...known,
        state: refused ? _('In the keyring, and refused') : _('In the keyring'),
        reason,
        remove: true,
      };
    case 'locked':
      return { ...known, state: _('The keyring is locked'), reason: '', unlock: true };
    case 'none':
      return { ...known, state: refused ? _('None, and one is needed') : _('None, and none is needed'), reason };
    case 'missing':
    case 'expired':
    case 'refused':
      return { ...known, state: _('None, and one is needed'), reason };
  }
}

/** Why the service can't be asked for anything about a connection's credentials, "" if it can. */
export function hindranceInWords(
  broker: BrokerSnapshot,
  connection: ConnectionSnapshot | undefined,
  translator: Translator,
): string {
  const { gettext: _ } = translator;
  const absence = presenceInWords(broker.presence, translator);
  if (absence !== '') return absence;
  if (connection === undefined) return _('The broker has left this connection out. Its log tells why');
  return connection.tokenSource === 'fixed' ? _('The broker’s configuration file says where the token is') : '';
}

function idle(state: string): TokenModel {
  return { state, reason: '', sensitive: false, unlock: false, remove: false };
}

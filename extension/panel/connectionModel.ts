import type { BrokerSnapshot, ConnectionSnapshot } from '../broker/contract.js';
import { fill, type Translator } from '../broker/translator.js';
import { connectionErrorInWords, connectionStateInWords } from '../broker/words.js';
import { nameOf } from './connectionName.js';
import { type CredentialsRemedy, credentialsRemedy } from './credentialsRemedy.js';
import { remedy, type RemedyModel } from './remedyModel.js';

/** What can be done about a connection. */
export type ConnectionRemedy = CredentialsRemedy | 'startOllama';

/** One connection in the list. */
export interface ConnectionItemModel {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  /** What is wrong, "" when nothing is. */
  readonly error: string;
  /** What there is to know about it beside. */
  readonly details: string;
  readonly enabled: boolean;
  /** What a person can do about what is wrong, null if nothing needs to be done, or can be. */
  readonly remedy: RemedyModel<ConnectionRemedy> | null;
}

/** What to show of one connection. */
export function connectionModel(
  connection: ConnectionSnapshot,
  ollamaUnit: BrokerSnapshot['ollamaUnit'],
  now: number,
  translator: Translator,
): ConnectionItemModel {
  return {
    id: connection.id,
    name: nameOf(connection),
    state: connectionStateInWords(connection, now, translator),
    error: connection.enabled ? connectionErrorInWords(connection) : '',
    details: detailsOf(connection, translator),
    enabled: connection.enabled,
    remedy:
      credentialsRemedy(connection, translator) ??
      (ollamaUnit !== '' && lacksOllama(connection)
        ? remedy('startOllama', translator.gettext('Start Ollama'), nameOf(connection))
        : null),
  };
}

/** Whether starting this machine's Ollama is likely to help. */
export function lacksOllama({ enabled, kind, place, state }: ConnectionSnapshot): boolean {
  return enabled && kind === 'ollama' && place === 'local' && (state === 'unreachable' || state === 'cooling');
}

function detailsOf({ version, models, account, place }: ConnectionSnapshot, translator: Translator): string {
  const { gettext: _, ngettext } = translator;
  return [
    place === 'local' ? _('Your own server') : _('Provider'),
    // Translators: what a server says its version is
    version && fill(_('Version {version}'), { version }),
    models.length > 0 &&
      fill(ngettext('{count} model', '{count} models', models.length), { count: String(models.length) }),
    account && fill(_('Signed in as {account}'), { account }),
  ]
    .filter(Boolean)
    .join(' · ');
}

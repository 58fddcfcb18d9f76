import type { BrokerSnapshot } from '../broker/contract.js';
import type { Translator } from '../broker/translator.js';
import { signInModel } from './signInModel.js';
import { hindranceInWords, tokenModel } from './tokenModel.js';

/** A connection's credentials at a glance. */
export interface CredentialsModel {
  readonly state: string;
  /** What can be done about them at once, "" for nothing. */
  readonly action: '' | 'unlock' | 'signIn';
  /** Whether something is to be done before the connection can be used. */
  readonly wanting: boolean;
}

/**
 * What to show of a connection's credentials in a list.
 *
 * @param signsIn - whether its settings say that one signs in for it
 */
export function credentialsModel(
  broker: BrokerSnapshot,
  id: string,
  signsIn: boolean,
  translator: Translator,
): CredentialsModel {
  const connection = broker.connections.find((each) => each.id === id);
  const hindrance = hindranceInWords(broker, connection, translator);
  if (hindrance !== '') return { state: hindrance, action: '', wanting: false };
  const wanting = connection?.state === 'refused' || connection?.tokenState === 'locked';
  if (!signsIn) {
    const { state, unlock } = tokenModel(broker, id, translator);
    return { state, action: unlock ? 'unlock' : '', wanting };
  }
  const { state, unlock, signIn } = signInModel(broker, id, { complete: true, invitation: null }, translator);
  if (unlock) return { state, action: 'unlock', wanting };
  return { state, action: signIn === '' ? '' : 'signIn', wanting };
}

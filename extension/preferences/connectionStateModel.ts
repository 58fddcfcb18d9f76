import type { BrokerSnapshot } from '../broker/contract.js';
import { fill, type Translator } from '../broker/translator.js';
import { connectionStateInWords } from '../broker/words.js';
import { hindranceInWords } from './tokenModel.js';

/** How a connection does, on its own page. */
export interface ConnectionStateModel {
  readonly title: string;
  /** What is wrong, whole, or what more there is to know; "" for nothing. */
  readonly subtitle: string;
  readonly canTest: boolean;
}

/**
 * What to show of how a connection does.
 *
 * @param now - seconds since 1970
 * @param failure - why a test that was asked for didn't come about, else ""
 */
export function connectionStateModel(
  broker: BrokerSnapshot,
  id: string,
  now: number,
  failure: string,
  translator: Translator,
): ConnectionStateModel {
  const { gettext: _ } = translator;
  const connection = broker.connections.find((each) => each.id === id);
  if (connection === undefined || broker.presence !== 'running') {
    return { title: hindranceInWords(broker, undefined, translator), subtitle: '', canTest: false };
  }
  const state = connectionStateInWords(connection, now, translator);
  const well = connection.state === 'connected';
  // Translators: a connection that is well, and how long its server took to answer
  const title = well && connection.latency > 0 ? fill(_('Connected in {time}'), { time: state }) : state;
  const version = connection.version && fill(_('Version {version}'), { version: connection.version });
  return {
    title,
    subtitle: [failure, well ? version : connection.lastError].filter(Boolean).join('\n'),
    canTest: connection.enabled,
  };
}

import type { BrokerSnapshot } from '../broker/contract.js';
import { fill, type Translator } from '../broker/translator.js';
import { stateTitle } from './headerModel.js';
import { servingConnection } from './serving.js';

/** The indicator's pictures, which differ in shape and not only in colour. */
export type IndicatorIcon = 'idle' | 'connecting' | 'connected' | 'partial' | 'error' | 'busy';

/** How much the indicator shows: every state, or problems only. */
export type IndicatorLook = 'lively' | 'quiet';

/** What the panel shows without a click. */
export interface IndicatorModel {
  readonly icon: IndicatorIcon;
  /** What a screen reader says. */
  readonly accessibleName: string;
}

/**
 * What the indicator shows of the service.
 *
 * @param busy - whether requests are being answered, for long enough to be worth telling
 */
export function indicatorModel(
  broker: BrokerSnapshot,
  busy: boolean,
  look: IndicatorLook,
  translator: Translator,
): IndicatorModel {
  const { gettext: _ } = translator;
  const state = stateTitle(broker, translator);
  const text = busy ? _('CloudToLocalLLM: {state}, answering') : _('CloudToLocalLLM: {state}');
  return { icon: iconIn(look, iconOf(broker), busy), accessibleName: fill(text, { state }) };
}

/** Whether requests are being answered. */
export function isAnswering({ presence, requestsInFlight }: BrokerSnapshot): boolean {
  return presence === 'running' && requestsInFlight > 0;
}

function iconIn(look: IndicatorLook, icon: Exclude<IndicatorIcon, 'busy'>, busy: boolean): IndicatorIcon {
  if (icon === 'error') return 'error';
  if (look === 'quiet') return icon === 'partial' ? 'partial' : 'idle';
  return busy ? 'busy' : icon;
}

function iconOf(broker: BrokerSnapshot): Exclude<IndicatorIcon, 'busy'> {
  switch (broker.presence) {
    case 'unknown':
    case 'absent':
    case 'stopped':
      return broker.failure === null ? 'idle' : 'error';
    case 'starting':
      return 'connecting';
    case 'silent':
      return 'error';
    case 'running':
      break;
  }
  if (broker.state === 'disconnected') return broker.connections.length > 0 ? 'error' : 'idle';
  // Some connection answers, but none that the route allows.
  if (broker.state !== 'connecting' && !servingConnection(broker)) return 'error';
  return broker.state;
}

import type { BrokerSnapshot } from '../../broker/contract.js';
import { fill, type Translator } from '../../broker/translator.js';
import { failureInWords, presenceInWords } from '../../broker/words.js';

/** Whether the service runs, in words, and what can be done about it. */
export interface ServiceModel {
  readonly title: string;
  /** What more there is to know, "" for nothing. */
  readonly subtitle: string;
  readonly action: '' | 'start' | 'restart';
  readonly busy: boolean;
}

/** What to show of the service itself. */
export function serviceModel(broker: BrokerSnapshot, translator: Translator): ServiceModel {
  const { gettext: _, ngettext } = translator;
  const { presence, failure, requestsInFlight: requests } = broker;
  const reason =
    failure?.action === 'start' || failure?.action === 'restart' ? failureInWords(failure, translator) : '';
  const state = { subtitle: reason, action: '' as const, busy: false };
  switch (presence) {
    case 'absent':
      return {
        ...state,
        title: presenceInWords(presence, translator),
        subtitle: _('The package “cloudtolocalllm” brings it'),
      };
    case 'unknown':
    case 'starting':
      return { ...state, title: presenceInWords(presence, translator), busy: true };
    case 'stopped':
      return { ...state, title: presenceInWords(presence, translator), action: 'start' };
    case 'silent':
      return { ...state, title: presenceInWords(presence, translator), action: 'restart' };
    case 'running': {
      const answering = ngettext('Answers {number} request now', 'Answers {number} requests now', requests);
      const subtitle = reason || (requests > 0 ? fill(answering, { number: String(requests) }) : '');
      return { title: _('The broker runs'), subtitle, action: 'restart', busy: false };
    }
  }
}

import Adw from 'gi://Adw';
import GObject from 'gi://GObject';
import { gettext as _, ngettext } from 'resource:///org/gnome/Shell/Extensions/js/extensions/prefs.js';

import type { Broker } from '../broker/broker.js';
import type { BrokerSnapshot } from '../broker/contract.js';
import { failureInWords } from '../broker/words.js';

/** Says when the service isn't running, and starts it. Settings can be changed all the same. */
export class BrokerBanner extends Adw.Banner {
  static {
    GObject.registerClass({ GTypeName: 'CloudToLocalLLMBrokerBanner' }, this);
  }

  readonly #broker: Broker;

  /** @param broker - the service to look at */
  constructor(broker: Broker) {
    super({ use_markup: false });
    this.#broker = broker;
    this.connect('button-clicked', () => {
      broker.start();
    });
    broker.connect('changed', () => {
      this.#sync();
    });
    this.#sync();
  }

  #sync(): void {
    const snapshot = this.#broker.snapshot();
    const title = titleOf(snapshot);
    if (title !== '') this.title = title;
    this.button_label = snapshot.presence === 'stopped' ? _('Start the Broker') : '';
    this.revealed = title !== '';
  }
}

/** What there is to say, "" while the service runs or nothing is known yet. */
function titleOf({ presence, failure }: BrokerSnapshot): string {
  if (failure?.action === 'start') return failureInWords(failure, { gettext: _, ngettext });
  switch (presence) {
    case 'absent':
      return _('The broker isn’t installed. The package “cloudtolocalllm” brings it.');
    case 'stopped':
      return _('The broker isn’t running. Settings apply once it does.');
    case 'starting':
      return _('The broker is starting…');
    case 'silent':
      return _('The broker doesn’t answer.');
    case 'unknown':
    case 'running':
      return '';
  }
}

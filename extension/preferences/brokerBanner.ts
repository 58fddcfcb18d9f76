import Adw from 'gi://Adw';
import { gettext as _, ngettext } from 'resource:///org/gnome/Shell/Extensions/js/extensions/prefs.js';

import type { Broker } from '../broker/broker.js';
import type { BrokerSnapshot } from '../broker/contract.js';
import { failureInWords } from '../broker/words.js';
import { whileShown } from './whileShown.js';

/** Says when the service isn't running, and starts it. Settings can be changed all the same. */
export class BrokerBanner {
  /** What to put into the page. Adwaita allows no class of our own for it. */
  readonly widget = new Adw.Banner({ use_markup: false });
  readonly #broker: Broker;

  /** @param broker - the service to look at */
  constructor(broker: Broker) {
    this.#broker = broker;
    this.widget.connect('button-clicked', () => {
      broker.start();
    });
    whileShown(this.widget, broker, () => {
      this.#sync();
    });
  }

  #sync(): void {
    const snapshot = this.#broker.snapshot();
    const title = titleOf(snapshot);
    if (title !== '') this.widget.title = title;
    this.widget.button_label = snapshot.presence === 'stopped' ? _('Start the Broker') : '';
    this.widget.revealed = title !== '';
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

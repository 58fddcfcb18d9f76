import Adw from 'gi://Adw';
import type Gtk from 'gi://Gtk';
import { gettext as _, ngettext } from 'resource:///org/gnome/Shell/Extensions/js/extensions/prefs.js';

import type { Broker } from '../broker/broker.js';
import { type BannerModel, bannerModel } from './bannerModel.js';
import { whileShown } from './whileShown.js';

/** Says when the service doesn't simply run with these settings, and starts it. They can be changed all the same. */
export class BrokerBanner {
  /** What to put into the page. Adwaita allows no class of our own for it. */
  readonly widget = new Adw.Banner({ use_markup: false });
  readonly #broker: Broker;
  #action: BannerModel['action'] = '';

  /** @param broker - the service to look at */
  constructor(broker: Broker) {
    this.#broker = broker;
    this.widget.connect('button-clicked', () => {
      this.#act();
    });
    whileShown(this.widget, broker, () => {
      this.#sync();
    });
  }

  #sync(): void {
    const { title, action } = bannerModel(this.#broker.snapshot(), { gettext: _, ngettext });
    this.#action = action;
    if (title !== '') this.widget.title = title;
    this.widget.button_label = labelOf(action);
    this.widget.revealed = title !== '';
  }

  #act(): void {
    if (this.#action === 'start') this.#broker.start();
    else showProblems(this.#broker.snapshot().problems, this.widget);
  }
}

function labelOf(action: BannerModel['action']): string {
  switch (action) {
    case 'start':
      return _('Start the Broker');
    case 'details':
      return _('Show Problems');
    case '':
      return '';
  }
}

/** Says what the service left out, and why, in its words. */
function showProblems(problems: readonly string[], parent: Gtk.Widget): void {
  const dialog = new Adw.AlertDialog({ heading: _('Left Out'), body: problems.join('\n\n') });
  dialog.add_response('close', _('Close'));
  dialog.present(parent);
}

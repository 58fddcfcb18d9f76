import Adw from 'gi://Adw';
import GLib from 'gi://GLib';
import GObject from 'gi://GObject';
import Gtk from 'gi://Gtk';
import { gettext as _, ngettext } from 'resource:///org/gnome/Shell/Extensions/js/extensions/prefs.js';

import type { Broker } from '../broker/broker.js';
import { failureOf, isCancelled } from '../broker/bus.js';
import { failureInWords } from '../broker/words.js';
import { connectionStateModel } from './connectionStateModel.js';
import { StateRow } from './stateRow.js';
import { whileShown } from './whileShown.js';

/** How a connection does, and a button that tries it. */
export class StateGroup extends Adw.PreferencesGroup {
  static {
    GObject.registerClass({ GTypeName: 'CloudToLocalLLMStateGroup' }, this);
  }

  readonly #connection: string;
  readonly #broker: Broker;
  readonly #test = new Gtk.Button({ label: _('Test') });
  readonly #row = new StateRow([this.#test]);
  #failure = '';
  #underWay = false;

  /**
   * @param connection - the connection's id
   * @param broker - tries it
   */
  constructor(connection: string, broker: Broker) {
    super();
    this.#connection = connection;
    this.#broker = broker;
    this.#row.subtitle_selectable = true;
    this.add(this.#row);
    this.#test.connect('clicked', () => {
      this.#try();
    });
    whileShown(this, broker, () => {
      this.#sync();
    });
  }

  #sync(): void {
    const translator = { gettext: _, ngettext };
    const now = GLib.get_real_time() / 1e6;
    const model = connectionStateModel(this.#broker.snapshot(), this.#connection, now, this.#failure, translator);
    this.#row.title = model.title;
    this.#row.subtitle = model.subtitle;
    this.#row.busy = this.#underWay;
    this.#test.sensitive = model.canTest && !this.#underWay;
  }

  #try(): void {
    this.#failure = '';
    this.#underWay = true;
    this.#sync();
    this.#broker.requests
      .test(this.#connection)
      .then(() => {
        this.#finish('');
      })
      .catch((error: unknown) => {
        if (isCancelled(error)) return;
        this.#finish(failureInWords(failureOf('test', error), { gettext: _, ngettext }));
      });
  }

  #finish(failure: string): void {
    this.#failure = failure;
    this.#underWay = false;
    this.#sync();
    // Whoever can't see the row learns what came of it, too.
    const said = [this.#row.title, this.#row.subtitle].filter(Boolean).join('\n');
    this.#row.announce(said, Gtk.AccessibleAnnouncementPriority.MEDIUM);
  }
}

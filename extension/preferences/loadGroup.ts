import Adw from 'gi://Adw';
import type Gio from 'gi://Gio';
import GObject from 'gi://GObject';
import Gtk from 'gi://Gtk';
import { gettext as _ } from 'resource:///org/gnome/Shell/Extensions/js/extensions/prefs.js';

import { ChoiceRow } from './choiceRow.js';
import { CONCURRENCIES, concurrencyOf, numberFor } from './concurrency.js';

const KEY = 'concurrency';

/** How much a server is asked for at a time, and what happens when that is too much. */
export class LoadGroup extends Adw.PreferencesGroup {
  static {
    GObject.registerClass({ GTypeName: 'CloudToLocalLLMLoadGroup' }, this);
  }

  readonly #settings: Gio.Settings;
  readonly #choice = new Adw.ComboRow({
    title: _('Requests at a Time'),
    subtitle: _('More than that wait in their order'),
    model: Gtk.StringList.new([_('What Suits the Place'), _('No Limit'), _('At Most…')]),
  });
  readonly #limit = Adw.SpinRow.new_with_range(1, 100000, 1);

  /** @param settings - the connection's own settings */
  constructor(settings: Gio.Settings) {
    super({ title: _('Load') });
    this.#settings = settings;
    const busy = new ChoiceRow(_('When Busy'), settings, 'busy', [
      { value: 'spill', label: _('Ask Another') },
      { value: 'wait', label: _('Wait') },
    ]);
    busy.subtitle = _('What a request does while the server is busy');
    this.#limit.title = _('At Most');
    for (const row of [busy, this.#choice, this.#limit]) this.add(row);
    this.#choice.connect('notify::selected', () => {
      this.#write(numberFor(CONCURRENCIES[this.#choice.selected] ?? 'suitable', settings.get_int(KEY)));
    });
    this.#limit.connect('notify::value', () => {
      if (this.#limit.visible) this.#write(this.#limit.value);
    });
    settings.connect(`changed::${KEY}`, () => {
      this.#sync();
    });
    this.#sync();
  }

  #write(number: number): void {
    if (number !== this.#settings.get_int(KEY)) this.#settings.set_int(KEY, number);
  }

  #sync(): void {
    const number = this.#settings.get_int(KEY);
    const concurrency = concurrencyOf(number);
    this.#choice.selected = CONCURRENCIES.indexOf(concurrency);
    this.#limit.visible = concurrency === 'limited';
    if (concurrency === 'limited') this.#limit.value = number;
  }
}

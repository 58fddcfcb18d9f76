import Adw from 'gi://Adw';
import type Gio from 'gi://Gio';
import GObject from 'gi://GObject';
import Gtk from 'gi://Gtk';
import { gettext as _ } from 'resource:///org/gnome/Shell/Extensions/js/extensions/prefs.js';

import { fill } from '../../broker/translator.js';
import { userOf } from './bindings.js';
import { ShortcutDialog } from './shortcutDialog.js';

const KEY = 'ask-shortcut';

/** The keys that open the dialog for a question. */
export class ShortcutGroup extends Adw.PreferencesGroup {
  static {
    GObject.registerClass({ GTypeName: 'CloudToLocalLLMShortcutGroup' }, this);
  }

  readonly #settings: Gio.Settings;
  readonly #row = new Adw.ActionRow({ title: _('Shortcut'), use_markup: false, activatable: true });
  readonly #keys = new Gtk.ShortcutLabel({ disabled_text: _('None'), valign: Gtk.Align.CENTER });

  /** @param settings - the extension's settings */
  constructor(settings: Gio.Settings) {
    super({ title: _('Ask'), description: _('A question from anywhere, without leaving what you do.') });
    this.#settings = settings;
    this.#row.add_suffix(this.#keys);
    this.#row.add_suffix(new Gtk.Image({ icon_name: 'go-next-symbolic' }));
    this.#row.connect('activated', () => {
      const dialog = new ShortcutDialog((accelerator) => {
        settings.set_strv(KEY, accelerator === '' ? [] : [accelerator]);
      });
      dialog.present(this.#row);
    });
    this.add(this.#row);
    settings.connect(`changed::${KEY}`, () => {
      this.#sync();
    });
    this.#sync();
  }

  #sync(): void {
    const [accelerator = ''] = this.#settings.get_strv(KEY);
    this.#keys.accelerator = accelerator;
    const user = accelerator === '' ? '' : userOf(accelerator);
    this.#row.subtitle = user === '' ? '' : fill(_('GNOME has these keys for “{action}”, too'), { action: user });
  }
}

import Adw from 'gi://Adw';
import Gio from 'gi://Gio';
import GObject from 'gi://GObject';
import Gtk from 'gi://Gtk';
import { gettext as _ } from 'resource:///org/gnome/Shell/Extensions/js/extensions/prefs.js';

import { isDismissed } from './dismissed.js';

const KEY = 'ca-file';

/** The file with the only authority that may vouch for a server, chosen in a dialog. */
export class AuthorityRow extends Adw.ActionRow {
  static {
    GObject.registerClass({ GTypeName: 'CloudToLocalLLMAuthorityRow' }, this);
  }

  readonly #settings: Gio.Settings;
  readonly #clear = new Gtk.Button({
    icon_name: 'edit-clear-symbolic',
    tooltip_text: _('Trust the Usual Authorities'),
    valign: Gtk.Align.CENTER,
    css_classes: ['flat'],
  });

  /** @param settings - the connection's own settings */
  constructor(settings: Gio.Settings) {
    super({ title: _('Certificate Authority'), use_markup: false, activatable: true });
    this.#settings = settings;
    this.#clear.connect('clicked', () => {
      settings.reset(KEY);
    });
    this.add_suffix(this.#clear);
    this.add_suffix(new Gtk.Image({ icon_name: 'document-open-symbolic' }));
    this.connect('activated', () => {
      this.#choose();
    });
    settings.connect(`changed::${KEY}`, () => {
      this.#sync();
    });
    this.#sync();
  }

  #sync(): void {
    const path = this.#settings.get_string(KEY);
    this.subtitle = path || _('Those that this system trusts');
    this.#clear.visible = path !== '';
  }

  #choose(): void {
    const filter = new Gtk.FileFilter({ name: _('Certificates (PEM)') });
    for (const suffix of ['pem', 'crt', 'cer']) filter.add_suffix(suffix);
    const filters = new Gio.ListStore<Gtk.FileFilter>({ item_type: Gtk.FileFilter.$gtype });
    filters.append(filter);
    const dialog = new Gtk.FileDialog({ title: _('Certificate Authority'), modal: true, filters });
    dialog.open(this.get_root() as Gtk.Window, null, (_dialog, result) => {
      try {
        const path = dialog.open_finish(result)?.get_path();
        if (path) this.#settings.set_string(KEY, path);
      } catch (error) {
        if (!isDismissed(error)) throw error;
      }
    });
  }
}

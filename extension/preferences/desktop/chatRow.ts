import Adw from 'gi://Adw';
import Gio from 'gi://Gio';
import GObject from 'gi://GObject';
import Gtk from 'gi://Gtk';
import { gettext as _ } from 'resource:///org/gnome/Shell/Extensions/js/extensions/prefs.js';

import { fill } from '../../broker/translator.js';
import { ApplicationDialog } from './applicationDialog.js';

const KEY = 'chat-application';

/** The application that the menu in the panel launches, chosen among those that are installed. */
export class ChatRow extends Adw.ActionRow {
  static {
    GObject.registerClass({ GTypeName: 'CloudToLocalLLMChatRow' }, this);
  }

  readonly #settings: Gio.Settings;
  readonly #icon = new Gtk.Image({ icon_size: Gtk.IconSize.LARGE });
  readonly #clear = new Gtk.Button({
    icon_name: 'edit-clear-symbolic',
    tooltip_text: _('No Chat Application'),
    valign: Gtk.Align.CENTER,
    css_classes: ['flat'],
  });

  /** @param settings - the extension's settings */
  constructor(settings: Gio.Settings) {
    super({ title: _('Chat Application'), use_markup: false, activatable: true });
    this.#settings = settings;
    this.add_suffix(this.#icon);
    this.add_suffix(this.#clear);
    this.add_suffix(new Gtk.Image({ icon_name: 'go-next-symbolic' }));
    this.#clear.connect('clicked', () => {
      settings.reset(KEY);
    });
    this.connect('activated', () => {
      const dialog = new ApplicationDialog((id) => {
        settings.set_string(KEY, id);
      });
      dialog.present(this);
    });
    settings.connect(`changed::${KEY}`, () => {
      this.#sync();
    });
    this.#sync();
  }

  #sync(): void {
    const id = this.#settings.get_string(KEY);
    const application = id === '' ? undefined : Gio.AppInfo.get_all().find((each) => each.get_id() === id);
    const icon = application?.get_icon() ?? null;
    this.#icon.visible = icon !== null;
    if (icon !== null) this.#icon.gicon = icon;
    this.#clear.visible = id !== '';
    if (id === '') this.subtitle = _('The menu in the panel launches, shows and quits it');
    else this.subtitle = application?.get_display_name() ?? fill(_('{file} isn’t installed'), { file: id });
  }
}

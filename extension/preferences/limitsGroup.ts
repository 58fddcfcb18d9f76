import Adw from 'gi://Adw';
import type Gio from 'gi://Gio';
import GObject from 'gi://GObject';
import Gtk from 'gi://Gtk';
import { gettext as _, ngettext } from 'resource:///org/gnome/Shell/Extensions/js/extensions/prefs.js';

import type { ConnectionList } from './connectionList.js';
import type { ConnectionPages } from './connectionPages.js';
import { limitsInWords } from './limits.js';
import { ConnectionRows, type ConnectionView } from './connectionRows.js';

/** How long each connection is waited for at a glance, leading to where that is changed. */
export class LimitsGroup extends Adw.PreferencesGroup {
  static {
    GObject.registerClass({ GTypeName: 'CloudToLocalLLMLimitsGroup' }, this);
  }

  readonly #pages: ConnectionPages;

  /**
   * @param settings - the extension's settings
   * @param list - the connections in the settings
   * @param pages - shows one connection
   */
  constructor(settings: Gio.Settings, list: ConnectionList, pages: ConnectionPages) {
    super({ title: _('Load and Time-outs'), description: _('Each connection has its own.') });
    this.#pages = pages;
    new ConnectionRows(this, settings, list, (id, connection) => this.#newView(id, connection));
  }

  #newView(id: string, settings: Gio.Settings): ConnectionView<Adw.ActionRow> {
    const widget = new Adw.ActionRow({ use_markup: false, activatable: true });
    widget.add_suffix(new Gtk.Image({ icon_name: 'go-next-symbolic' }));
    widget.connect('activated', () => {
      this.#pages.open(id);
    });
    const sync = () => {
      const limits = {
        busy: settings.get_string('busy') === 'wait' ? ('wait' as const) : ('spill' as const),
        concurrency: settings.get_int('concurrency'),
        firstByte: settings.get_uint('first-byte-timeout'),
      };
      widget.title = settings.get_string('name');
      widget.subtitle = limitsInWords(limits, { gettext: _, ngettext });
    };
    return { widget, sync };
  }
}

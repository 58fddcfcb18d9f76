import Adw from 'gi://Adw';
import type Gio from 'gi://Gio';
import GObject from 'gi://GObject';
import { gettext as _, ngettext } from 'resource:///org/gnome/Shell/Extensions/js/extensions/prefs.js';

import { expectedHosts, expectedOrigins } from './access.js';
import { asWords, CheckedEntryRow } from './checkedEntryRow.js';

/** Who may ask the service beside the programs of this machine. */
export class AccessGroup extends Adw.PreferencesGroup {
  static {
    GObject.registerClass({ GTypeName: 'CloudToLocalLLMAccessGroup' }, this);
  }

  /** @param settings - the extension's settings */
  constructor(settings: Gio.Settings) {
    super({
      title: _('Access'),
      description: _('Programs on this machine always may. Several are entered with spaces between them.'),
    });
    const translator = { gettext: _, ngettext };
    const origins = new CheckedEntryRow(
      _('Web Pages That May Ask'),
      settings,
      'allowed-origins',
      (text) => expectedOrigins(text, translator),
      asWords,
    );
    origins.tooltip_text = _('For instance http://localhost:3000; all others are kept out');
    const hosts = new CheckedEntryRow(
      _('Other Names of This Machine'),
      settings,
      'allowed-hosts',
      (text) => expectedHosts(text, translator),
      asWords,
    );
    hosts.tooltip_text = _('For instance models.example.org, where a proxy in front calls the broker by that name');
    this.add(origins);
    this.add(hosts);
  }
}

import Adw from 'gi://Adw';
import type Gio from 'gi://Gio';
import GObject from 'gi://GObject';
import Gtk from 'gi://Gtk';
import { gettext as _ } from 'resource:///org/gnome/Shell/Extensions/js/extensions/prefs.js';

import { ChoiceRow } from '../choiceRow.js';

/** What helps when something goes wrong. */
export class LogGroup extends Adw.PreferencesGroup {
  static {
    GObject.registerClass({ GTypeName: 'CloudToLocalLLMLogGroup' }, this);
  }

  /**
   * @param settings - the extension's settings
   * @param showLog - shows the log
   * @param showReport - shows a report
   */
  constructor(settings: Gio.Settings, showLog: () => void, showReport: () => void) {
    super({ title: _('When Something Goes Wrong') });
    const log = newRow(_('Log'), _('The last lines, and those that come'), showLog);
    const report = newRow(_('Report'), _('How all is, to copy into a report of a problem'), showReport);
    const level = new ChoiceRow(_('Log Level'), settings, 'log-level', [
      { value: 'error', label: _('Errors') },
      { value: 'warn', label: _('Warnings') },
      { value: 'info', label: _('Usual') },
      { value: 'debug', label: _('Everything') },
    ]);
    level.subtitle = _('Prompts and tokens are never in it');
    for (const row of [log, level, report]) this.add(row);
  }
}

function newRow(title: string, subtitle: string, show: () => void): Adw.ActionRow {
  const row = new Adw.ActionRow({ title, subtitle, activatable: true });
  row.add_suffix(new Gtk.Image({ icon_name: 'go-next-symbolic' }));
  row.connect('activated', show);
  return row;
}

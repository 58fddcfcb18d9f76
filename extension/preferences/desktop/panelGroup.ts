import Adw from 'gi://Adw';
import type Gio from 'gi://Gio';
import GObject from 'gi://GObject';
import { gettext as _ } from 'resource:///org/gnome/Shell/Extensions/js/extensions/prefs.js';

import { ChoiceRow } from '../choiceRow.js';
import { ChatRow } from './chatRow.js';

/** What is in the panel, and in its menu. */
export class PanelGroup extends Adw.PreferencesGroup {
  static {
    GObject.registerClass({ GTypeName: 'CloudToLocalLLMPanelGroup' }, this);
  }

  /** @param settings - the extension's settings */
  constructor(settings: Gio.Settings) {
    super({ title: _('Panel') });
    const indicator = new ChoiceRow(_('Indicator'), settings, 'indicator', [
      { value: 'lively', label: _('Every State') },
      { value: 'quiet', label: _('Problems Only') },
    ]);
    indicator.subtitle = _('What the icon in the panel shows');
    this.add(indicator);
    this.add(new ChatRow(settings));
  }
}

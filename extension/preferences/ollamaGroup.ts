import Adw from 'gi://Adw';
import Gio from 'gi://Gio';
import GObject from 'gi://GObject';
import { gettext as _, ngettext } from 'resource:///org/gnome/Shell/Extensions/js/extensions/prefs.js';

import { CheckedEntryRow } from './checkedEntryRow.js';
import { expectedDuration } from './duration.js';

/** What an Ollama server is told that applications of other APIs have no words for. */
export class OllamaGroup extends Adw.PreferencesGroup {
  static {
    GObject.registerClass({ GTypeName: 'CloudToLocalLLMOllamaGroup' }, this);
  }

  /** @param settings - the connection's own settings */
  constructor(settings: Gio.Settings) {
    super({
      title: _('Models'),
      description: _('For applications of OpenAI’s and Anthropic’s API, which can’t say it themselves.'),
    });
    const context = Adw.SpinRow.new_with_range(0, 100000000, 1024);
    context.set({
      title: _('Context Length'),
      subtitle: _('In tokens. 0 leaves it to Ollama, which may cut off long chats'),
    });
    settings.bind('context-length', context, 'value', Gio.SettingsBindFlags.DEFAULT);
    const keep = new CheckedEntryRow(_('Keep Loaded'), settings, 'keep-alive', (text) =>
      expectedDuration(text, { gettext: _, ngettext }),
    );
    keep.tooltip_text = _('For instance 10m; -1m for ever; empty leaves it to Ollama');
    this.add(context);
    this.add(keep);
  }
}

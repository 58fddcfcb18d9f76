import Adw from 'gi://Adw';
import Gio from 'gi://Gio';
import GObject from 'gi://GObject';
import { gettext as _ } from 'resource:///org/gnome/Shell/Extensions/js/extensions/prefs.js';

import { CheckedEntryRow } from './checkedEntryRow.js';

/** As Ollama writes times (Go's durations); 0 unloads at once, and what is negative never. */
const DURATION = /^(0|-?(\d+(\.\d+)?(ns|us|ms|s|m|h))+)$/;

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
    const context = Adw.SpinRow.new_with_range(0, 1048576, 1024);
    context.set({
      title: _('Context Length'),
      subtitle: _('In tokens. 0 leaves it to Ollama, which may cut off long chats'),
    });
    settings.bind('context-length', context, 'value', Gio.SettingsBindFlags.DEFAULT);
    const keep = new CheckedEntryRow(_('Keep Loaded'), settings, 'keep-alive', expectedDuration);
    keep.tooltip_text = _('For instance 10m; -1m for ever; empty leaves it to Ollama');
    this.add(context);
    this.add(keep);
  }
}

/** What a duration should be like instead of a text, "" if it is right. */
function expectedDuration(text: string): string {
  return text === '' || DURATION.test(text) ? '' : _('A time such as 30s, 10m or 2h; -1m keeps it for ever');
}

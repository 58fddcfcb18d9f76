import Adw from 'gi://Adw';
import Gio from 'gi://Gio';
import GObject from 'gi://GObject';
import { gettext as _ } from 'resource:///org/gnome/Shell/Extensions/js/extensions/prefs.js';

/** How long the service waits for a connection. */
export class TimeoutsGroup extends Adw.PreferencesGroup {
  static {
    GObject.registerClass({ GTypeName: 'CloudToLocalLLMTimeoutsGroup' }, this);
  }

  /** @param settings - the connection's own settings */
  constructor(settings: Gio.Settings) {
    super({ title: _('Time-outs'), description: _('In seconds. 0 waits for ever.') });
    const keys = [
      { key: 'connect-timeout', title: _('Connect'), subtitle: _('Until the server takes the call') },
      {
        key: 'first-byte-timeout',
        title: _('First Byte'),
        subtitle: _('From the request to the beginning of the answer, which may have to wait for a model to load'),
      },
      {
        key: 'hand-over-timeout',
        title: _('Hand-Over'),
        subtitle: _('Until a provider has begun to answer, as long as another connection could take over'),
      },
      { key: 'idle-timeout', title: _('Idle'), subtitle: _('Between two pieces of an answer') },
      { key: 'total-timeout', title: _('Total'), subtitle: _('For a whole answer') },
      { key: 'queue-timeout', title: _('Queue'), subtitle: _('Until a server that is busy takes the request') },
      { key: 'patience', title: _('Pause'), subtitle: _('At most, when a server asks for a pause') },
    ];
    for (const { key, title, subtitle } of keys) {
      const row = Adw.SpinRow.new_with_range(0, 86400, 1);
      row.set({ title, subtitle });
      settings.bind(key, row, 'value', Gio.SettingsBindFlags.DEFAULT);
      this.add(row);
    }
  }
}

import Adw from 'gi://Adw';
import Gio from 'gi://Gio';
import GObject from 'gi://GObject';
import { gettext as _ } from 'resource:///org/gnome/Shell/Extensions/js/extensions/prefs.js';

/** What is worth a notification. */
export class NotificationsGroup extends Adw.PreferencesGroup {
  static {
    GObject.registerClass({ GTypeName: 'CloudToLocalLLMNotificationsGroup' }, this);
  }

  /** @param settings - the extension's settings */
  constructor(settings: Gio.Settings) {
    super({
      title: _('Notifications'),
      description: _('The menu in the panel tells of all this, too.'),
    });
    const kinds = [
      {
        key: 'notify-failover',
        title: _('Failover'),
        subtitle: _('When a provider answers in place of your own server, and when it doesn’t any more'),
      },
      {
        key: 'notify-credentials',
        title: _('Credentials'),
        subtitle: _('When a token or a sign-in is refused'),
      },
      { key: 'notify-pulls', title: _('Pulled Models'), subtitle: _('When a model is there, or couldn’t be pulled') },
    ];
    for (const { key, title, subtitle } of kinds) {
      const row = new Adw.SwitchRow({ title, subtitle });
      settings.bind(key, row, 'active', Gio.SettingsBindFlags.DEFAULT);
      this.add(row);
    }
  }
}

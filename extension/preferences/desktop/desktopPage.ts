import Adw from 'gi://Adw';
import type Gio from 'gi://Gio';
import GObject from 'gi://GObject';
import { gettext as _ } from 'resource:///org/gnome/Shell/Extensions/js/extensions/prefs.js';

import type { PageName } from '../deepLink.js';
import { NotificationsGroup } from './notificationsGroup.js';
import { PanelGroup } from './panelGroup.js';
import { ShortcutGroup } from './shortcutGroup.js';

/** What of it all is seen on the desktop. */
export class DesktopPage extends Adw.PreferencesPage {
  static {
    GObject.registerClass({ GTypeName: 'CloudToLocalLLMDesktopPage' }, this);
  }

  /** @param settings - the extension's settings */
  constructor(settings: Gio.Settings) {
    super({ name: 'desktop' satisfies PageName, title: _('Desktop'), icon_name: 'computer-symbolic' });
    this.add(new PanelGroup(settings));
    this.add(new ShortcutGroup(settings));
    this.add(new NotificationsGroup(settings));
  }
}

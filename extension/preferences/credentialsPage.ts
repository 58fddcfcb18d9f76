import Adw from 'gi://Adw';
import type Gio from 'gi://Gio';
import GObject from 'gi://GObject';
import { gettext as _ } from 'resource:///org/gnome/Shell/Extensions/js/extensions/prefs.js';

import type { Broker } from '../broker/broker.js';
import { BrokerBanner } from './brokerBanner.js';
import type { ConnectionList } from './connectionList.js';
import type { ConnectionPages } from './connectionPages.js';
import { CredentialsOverview } from './credentialsOverview.js';
import type { PageName } from './deepLink.js';

/** What the connections' servers know their user by, at a glance. */
export class CredentialsPage extends Adw.PreferencesPage {
  static {
    GObject.registerClass({ GTypeName: 'CloudToLocalLLMCredentialsPage' }, this);
  }

  /**
   * @param settings - the extension's settings
   * @param list - the connections in the settings
   * @param broker - keeps the credentials
   * @param pages - shows one connection
   */
  constructor(settings: Gio.Settings, list: ConnectionList, broker: Broker, pages: ConnectionPages) {
    super({
      name: 'credentials' satisfies PageName,
      title: _('Credentials'),
      icon_name: 'dialog-password-symbolic',
      banner: new BrokerBanner(broker).widget,
    });
    this.add(new CredentialsOverview(settings, list, broker, pages));
  }
}

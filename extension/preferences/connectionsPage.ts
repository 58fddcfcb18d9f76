import Adw from 'gi://Adw';
import type Gio from 'gi://Gio';
import GObject from 'gi://GObject';
import { gettext as _ } from 'resource:///org/gnome/Shell/Extensions/js/extensions/prefs.js';

import type { Broker } from '../broker/broker.js';
import { BrokerBanner } from './brokerBanner.js';
import type { ConnectionList } from './connectionList.js';
import { ConnectionsGroup } from './connectionsGroup.js';
import { RouteGroup } from './routeGroup.js';

/** The first page: the connections, and which of them may serve. */
export class ConnectionsPage extends Adw.PreferencesPage {
  static {
    GObject.registerClass({ GTypeName: 'CloudToLocalLLMConnectionsPage' }, this);
  }

  /**
   * @param window - shows pages and toasts
   * @param settings - the extension's settings
   * @param list - the connections in the settings
   * @param broker - the service
   */
  constructor(window: Adw.PreferencesWindow, settings: Gio.Settings, list: ConnectionList, broker: Broker) {
    super({ title: _('Connections'), icon_name: 'network-server-symbolic', banner: new BrokerBanner(broker).widget });
    this.add(new ConnectionsGroup(window, settings, list, broker));
    this.add(new RouteGroup(settings, list));
  }
}

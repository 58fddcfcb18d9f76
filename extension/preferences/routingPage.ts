import Adw from 'gi://Adw';
import type Gio from 'gi://Gio';
import GObject from 'gi://GObject';
import { gettext as _ } from 'resource:///org/gnome/Shell/Extensions/js/extensions/prefs.js';

import type { Broker } from '../broker/broker.js';
import { AccessGroup } from './accessGroup.js';
import { BrokerBanner } from './brokerBanner.js';
import type { ConnectionList } from './connectionList.js';
import type { ConnectionPages } from './connectionPages.js';
import type { PageName } from './deepLink.js';
import { LimitsGroup } from './limitsGroup.js';
import { RouteGroup } from './routeGroup.js';

/** Which connections serve, how long they are waited for, and who may ask. */
export class RoutingPage extends Adw.PreferencesPage {
  static {
    GObject.registerClass({ GTypeName: 'CloudToLocalLLMRoutingPage' }, this);
  }

  /**
   * @param settings - the extension's settings
   * @param list - the connections in the settings
   * @param broker - the service
   * @param pages - shows one connection
   */
  constructor(settings: Gio.Settings, list: ConnectionList, broker: Broker, pages: ConnectionPages) {
    super({
      name: 'routing' satisfies PageName,
      title: _('Routing'),
      icon_name: 'network-transmit-receive-symbolic',
      banner: new BrokerBanner(broker).widget,
    });
    this.add(new RouteGroup(settings, list));
    this.add(new LimitsGroup(settings, list, pages));
    this.add(new AccessGroup(settings));
  }
}

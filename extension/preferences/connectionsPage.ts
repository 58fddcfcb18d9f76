import Adw from 'gi://Adw';
import type Gio from 'gi://Gio';
import GObject from 'gi://GObject';
import { gettext as _ } from 'resource:///org/gnome/Shell/Extensions/js/extensions/prefs.js';

import type { Broker } from '../broker/broker.js';
import { BrokerBanner } from './brokerBanner.js';
import type { ConnectionList } from './connectionList.js';
import type { ConnectionPages } from './connectionPages.js';
import { ConnectionsGroup } from './connectionsGroup.js';
import type { PageName } from './deepLink.js';
import { FoundGroup } from './foundGroup.js';
import { TakeOverGroup } from './takeOver/takeOverGroup.js';

/** The first page: what version 3 left, the connections, and the servers on this machine that could be some. */
export class ConnectionsPage extends Adw.PreferencesPage {
  static {
    GObject.registerClass({ GTypeName: 'CloudToLocalLLMConnectionsPage' }, this);
  }

  /**
   * @param settings - the extension's settings
   * @param list - the connections in the settings
   * @param broker - the service
   * @param pages - shows one connection, and removes it
   */
  constructor(settings: Gio.Settings, list: ConnectionList, broker: Broker, pages: ConnectionPages) {
    super({
      name: 'connections' satisfies PageName,
      title: _('Connections'),
      icon_name: 'network-server-symbolic',
      banner: new BrokerBanner(broker).widget,
    });
    this.add(
      new TakeOverGroup(settings, (news) => {
        pages.tell(news);
      }),
    );
    this.add(new ConnectionsGroup(settings, list, broker, pages));
    this.add(new FoundGroup(settings, list, broker, pages));
  }
}

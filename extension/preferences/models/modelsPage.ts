import Adw from 'gi://Adw';
import type Gio from 'gi://Gio';
import GObject from 'gi://GObject';
import { gettext as _ } from 'resource:///org/gnome/Shell/Extensions/js/extensions/prefs.js';

import type { Broker } from '../../broker/broker.js';
import { BrokerBanner } from '../brokerBanner.js';
import type { ConnectionList } from '../connectionList.js';
import type { PageName } from '../deepLink.js';
import { ModelsGroup } from './modelsGroup.js';

/** Under which names applications get which models, connection by connection. */
export class ModelsPage extends Adw.PreferencesPage {
  static {
    GObject.registerClass({ GTypeName: 'CloudToLocalLLMModelsPage' }, this);
  }

  readonly #window: Adw.PreferencesWindow;
  readonly #list: ConnectionList;
  readonly #broker: Broker;
  readonly #none = new Adw.PreferencesGroup({
    title: _('Models'),
    description: _('There are no connections yet, and so no models. The page “Connections” adds some.'),
  });
  #groups = new Map<string, ModelsGroup>();

  /**
   * @param window - shows pages and toasts
   * @param settings - the extension's settings
   * @param list - the connections in the settings
   * @param broker - knows which models there are
   */
  constructor(window: Adw.PreferencesWindow, settings: Gio.Settings, list: ConnectionList, broker: Broker) {
    super({
      name: 'models' satisfies PageName,
      title: _('Models'),
      icon_name: 'view-list-symbolic',
      description: _('Where an application asks for a name that no server knows, say which model is meant.'),
      banner: new BrokerBanner(broker).widget,
    });
    this.#window = window;
    this.#list = list;
    this.#broker = broker;
    this.add(this.#none);
    settings.connect('changed::connections', () => {
      this.#sync();
    });
    this.#sync();
  }

  #sync(): void {
    const ids = this.#list.ids;
    for (const group of this.#groups.values()) this.remove(group);
    this.#groups = new Map(ids.map((id) => [id, this.#groups.get(id) ?? this.#newGroup(id)]));
    for (const group of this.#groups.values()) this.add(group);
    this.#none.visible = ids.length === 0;
  }

  #newGroup(id: string): ModelsGroup {
    const group = new ModelsGroup(this.#window, id, this.#list.settingsFor(id), this.#broker);
    return group;
  }
}

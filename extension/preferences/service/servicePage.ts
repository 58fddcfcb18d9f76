import Adw from 'gi://Adw';
import type Gio from 'gi://Gio';
import GObject from 'gi://GObject';
import { gettext as _ } from 'resource:///org/gnome/Shell/Extensions/js/extensions/prefs.js';

import type { Broker } from '../../broker/broker.js';
import type { UnitFiles } from '../../broker/unitFiles.js';
import { BrokerBanner } from '../brokerBanner.js';
import type { ConnectionList } from '../connectionList.js';
import type { PageName } from '../deepLink.js';
import { SettingsFileGroup } from '../settingsFile/settingsFileGroup.js';
import { StoredSettings } from '../settingsFile/stored.js';
import { AddressGroup } from './addressGroup.js';
import { BrokerGroup } from './brokerGroup.js';
import { LogGroup } from './logGroup.js';
import { LogPage } from './logPage.js';
import type { Versions } from './report.js';
import { ReportPage } from './reportPage.js';
import { SocketPort } from './socketPort.js';
import { VersionsGroup } from './versionsGroup.js';

/** What the page of the service needs. */
export interface ServicePageNeeds {
  /** Shows pages, dialogs and toasts. */
  readonly window: Adw.PreferencesWindow;
  readonly settings: Gio.Settings;
  readonly list: ConnectionList;
  readonly broker: Broker;
  readonly units: UnitFiles;
  /** Of what runs in this process. */
  readonly versions: Pick<Versions, 'extension' | 'shell'>;
}

/** The service itself: whether it runs, its address, its log, and all settings as a file. */
export class ServicePage extends Adw.PreferencesPage {
  static {
    GObject.registerClass({ GTypeName: 'CloudToLocalLLMServicePage' }, this);
  }

  readonly #window: Adw.PreferencesWindow;
  readonly #broker: Broker;
  readonly #known: Pick<Versions, 'extension' | 'shell'>;

  constructor({ window, settings, list, broker, units, versions }: ServicePageNeeds) {
    super({
      name: 'service' satisfies PageName,
      title: _('Service'),
      icon_name: 'emblem-system-symbolic',
      banner: new BrokerBanner(broker).widget,
    });
    this.#window = window;
    this.#broker = broker;
    this.#known = versions;
    const tell = (news: string) => {
      this.#tell(news);
    };
    const showLog = () => {
      this.showLog();
    };
    const showReport = () => {
      this.#window.push_subpage(new ReportPage(broker, this.#versions, this.#copied));
    };
    this.add(new BrokerGroup(broker, units));
    this.add(new AddressGroup(new SocketPort(units), tell));
    this.add(new LogGroup(settings, showLog, showReport));
    this.add(new SettingsFileGroup(window, new StoredSettings(settings, list), versions.extension));
    this.add(new VersionsGroup(broker, () => this.#versions));
  }

  /** Shows the service's log above the page. */
  showLog(): void {
    this.#window.push_subpage(new LogPage(this.#copied));
  }

  get #versions(): Versions {
    return { ...this.#known, broker: this.#broker.snapshot().version };
  }

  readonly #copied = () => {
    this.#tell(_('Copied'));
  };

  #tell(news: string): void {
    this.#window.add_toast(new Adw.Toast({ title: news, use_markup: false }));
  }
}

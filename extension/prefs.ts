import type Adw from 'gi://Adw';
import { ExtensionPreferences } from 'resource:///org/gnome/Shell/Extensions/js/extensions/prefs.js';
import { PACKAGE_VERSION } from 'resource:///org/gnome/Shell/Extensions/js/misc/config.js';

import { Broker } from './broker/broker.js';
import { UnitFiles } from './broker/unitFiles.js';
import { ConnectionList } from './preferences/connectionList.js';
import { ConnectionPages } from './preferences/connectionPages.js';
import { ConnectionsPage } from './preferences/connectionsPage.js';
import { CredentialsPage } from './preferences/credentialsPage.js';
import { followDeepLinks } from './preferences/deepLinks.js';
import { DesktopPage } from './preferences/desktop/desktopPage.js';
import { ModelsPage } from './preferences/models/modelsPage.js';
import { RoutingPage } from './preferences/routingPage.js';
import { ServicePage } from './preferences/service/servicePage.js';

/** The extension's preferences, which run in a process of their own. */
export default class CloudToLocalLLMPreferences extends ExtensionPreferences {
  /** Fills the window with our pages; what they hold on to ends with the window. */
  override fillPreferencesWindow(window: Adw.PreferencesWindow): Promise<void> {
    const settings = this.getSettings();
    const list = new ConnectionList(settings, this.dir);
    const broker = new Broker();
    const units = new UnitFiles();
    const pages = new ConnectionPages(window, list, broker);
    const versions = { extension: this.metadata['version-name'] ?? '', shell: PACKAGE_VERSION };
    const service = new ServicePage({ window, settings, list, broker, units, versions });

    // All six names side by side.
    window.set_default_size(860, 720);
    window.search_enabled = true;
    window.add(new ConnectionsPage(settings, list, broker, pages));
    window.add(new CredentialsPage(settings, list, broker, pages));
    window.add(new ModelsPage(window, settings, list, broker));
    window.add(new RoutingPage(settings, list, broker, pages));
    window.add(new DesktopPage(settings));
    window.add(service);
    window.connect('close-request', () => {
      broker.destroy();
      units.destroy();
      list.forgetAll();
      return false;
    });
    followDeepLinks(window, settings, {
      connection: (id) => {
        pages.open(id);
      },
      log: () => {
        service.showLog();
      },
    });
    return Promise.resolve();
  }
}

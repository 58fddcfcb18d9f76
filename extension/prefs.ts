import type Adw from 'gi://Adw';
import { ExtensionPreferences } from 'resource:///org/gnome/Shell/Extensions/js/extensions/prefs.js';

import { Broker } from './broker/broker.js';
import { ConnectionList } from './preferences/connectionList.js';
import { ConnectionsPage } from './preferences/connectionsPage.js';

/** The extension's preferences, which run in a process of their own. */
export default class CloudToLocalLLMPreferences extends ExtensionPreferences {
  /** Fills the window with our pages; what they hold on to ends with the window. */
  override fillPreferencesWindow(window: Adw.PreferencesWindow): Promise<void> {
    const settings = this.getSettings();
    const list = new ConnectionList(settings, this.dir);
    const broker = new Broker();
    window.add(new ConnectionsPage(window, settings, list, broker));
    window.connect('close-request', () => {
      broker.destroy();
      list.forgetAll();
      return false;
    });
    return Promise.resolve();
  }
}

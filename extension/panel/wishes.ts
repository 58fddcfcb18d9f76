import Gio from 'gi://Gio';
import type { Extension } from 'resource:///org/gnome/shell/extensions/extension.js';

import type { Broker } from '../broker/broker.js';
import { openInBrowser } from './browser.js';
import type { ChatApplication } from './chatApplication.js';
import type { Wishes } from './menuBody.js';

/** What comes of each thing that a person can want of the menu. */
export function wishesOf(
  extension: Extension,
  settings: Gio.Settings,
  broker: Broker,
  chat: ChatApplication,
  ask?: () => void,
): Wishes {
  const openSettings = () => {
    extension.openPreferences();
  };
  const openPage = (page: string) => {
    settings.set_string('preferences-page', page);
    openSettings();
  };
  return {
    mendBroker: (remedy) => {
      if (remedy === 'start') broker.start();
      else if (remedy === 'automatic') broker.setRoute('automatic');
      else if (remedy === 'addConnection') openPage('connections');
      else Gio.AppInfo.launch_default_for_uri(extension.metadata.url ?? '', global.create_app_launch_context(0, -1));
    },
    mend: (remedy, id) => {
      if (remedy === 'unlock') broker.unlockKeyring();
      else if (remedy === 'signIn') broker.signIn(id, openInBrowser);
      else if (remedy === 'startOllama') broker.startOllama();
      else openPage(`connection/${id}`);
    },
    test: (id) => {
      broker.test(id);
    },
    setEnabled: (id, enabled) => {
      broker.setEnabled(id, enabled);
    },
    setRoute: (route) => {
      broker.setRoute(route);
    },
    unload: (id, model) => {
      broker.unload(id, model);
    },
    pull: (id, model) => {
      broker.pull(id, model);
    },
    endPull: (path) => {
      broker.cancelPull(path);
    },
    chat: (intent) => {
      chat.fulfil(intent);
    },
    restart: () => {
      broker.restart();
    },
    openLog: () => {
      openPage('log');
    },
    openSettings,
    ...(ask && { ask }),
  };
}

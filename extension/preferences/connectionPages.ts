import Adw from 'gi://Adw';
import { gettext as _ } from 'resource:///org/gnome/Shell/Extensions/js/extensions/prefs.js';

import type { Broker } from '../broker/broker.js';
import { fill } from '../broker/translator.js';
import type { ConnectionList } from './connectionList.js';
import { ConnectionPage } from './connectionPage.js';

/** Shows connections one by one above the window's pages, and removes them in such a way that it can be undone. */
export class ConnectionPages {
  readonly #window: Adw.PreferencesWindow;
  readonly #list: ConnectionList;
  readonly #broker: Broker;

  /**
   * @param window - shows pages and toasts
   * @param list - the connections in the settings
   * @param broker - the service
   */
  constructor(window: Adw.PreferencesWindow, list: ConnectionList, broker: Broker) {
    this.#window = window;
    this.#list = list;
    this.#broker = broker;
  }

  /** Shows all that can be set for a connection; nothing if there is none of this id. */
  open(id: string): void {
    if (!this.#list.ids.includes(id)) return;
    const page = new ConnectionPage({
      id,
      settings: this.#list.settingsFor(id),
      broker: this.#broker,
      onRemove: () => {
        this.#window.pop_subpage();
        this.remove(id);
      },
      tell: (news) => {
        this.tell(news);
      },
    });
    this.#window.push_subpage(page);
  }

  /** Removes a connection, and offers to bring it back. */
  remove(id: string): void {
    const name = this.#list.settingsFor(id).get_string('name');
    const removed = this.#list.remove(id);
    const toast = new Adw.Toast({
      title: fill(_('“{connection}” removed'), { connection: name }),
      use_markup: false,
      button_label: _('Undo'),
      timeout: 10,
    });
    toast.connect('button-clicked', () => {
      this.#list.restore(removed);
    });
    toast.connect('dismissed', () => {
      this.#list.forget(removed);
    });
    this.#window.add_toast(toast);
  }

  /** Shows a person in passing that something has come true. */
  tell(news: string): void {
    this.#window.add_toast(new Adw.Toast({ title: news, use_markup: false }));
  }
}

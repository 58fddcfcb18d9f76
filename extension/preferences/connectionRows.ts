import Adw from 'gi://Adw';
import type Gio from 'gi://Gio';
import { gettext as _ } from 'resource:///org/gnome/Shell/Extensions/js/extensions/prefs.js';

import type { ConnectionList } from './connectionList.js';

/** Something that shows one connection, and shows it anew when asked. */
export interface ConnectionView<W> {
  readonly widget: W;
  readonly sync: () => void;
}

/** Keeps one row for each connection in a group, in the order of preference. */
export class ConnectionRows<W extends Adw.PreferencesRow> {
  readonly #group: Adw.PreferencesGroup;
  readonly #list: ConnectionList;
  readonly #make: (id: string, settings: Gio.Settings) => ConnectionView<W>;
  readonly #none = new Adw.ActionRow({ title: _('No Connections'), subtitle: _('The page “Connections” adds some') });
  #views = new Map<string, ConnectionView<W>>();

  /**
   * @param group - where the rows are
   * @param settings - the extension's settings
   * @param list - the connections in the settings
   * @param make - a row for a connection
   */
  constructor(
    group: Adw.PreferencesGroup,
    settings: Gio.Settings,
    list: ConnectionList,
    make: (id: string, connection: Gio.Settings) => ConnectionView<W>,
  ) {
    this.#group = group;
    this.#list = list;
    this.#make = make;
    group.add(this.#none);
    settings.connect('changed::connections', () => {
      this.#rebuild();
    });
    this.#rebuild();
  }

  /** Shows how all connections do now. */
  sync(): void {
    for (const { sync } of this.#views.values()) sync();
  }

  #rebuild(): void {
    const views = this.#list.ids.map((id) => [id, this.#views.get(id) ?? this.#newView(id)] as const);
    for (const { widget } of this.#views.values()) this.#group.remove(widget);
    this.#views = new Map(views);
    for (const { widget } of this.#views.values()) this.#group.add(widget);
    this.#none.visible = this.#views.size === 0;
    this.sync();
  }

  #newView(id: string): ConnectionView<W> {
    const settings = this.#list.settingsFor(id);
    const view = this.#make(id, settings);
    settings.connect('changed', view.sync);
    return view;
  }
}

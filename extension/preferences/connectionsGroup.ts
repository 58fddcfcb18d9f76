import Adw from 'gi://Adw';
import Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import GObject from 'gi://GObject';
import Gtk from 'gi://Gtk';
import { gettext as _, ngettext } from 'resource:///org/gnome/Shell/Extensions/js/extensions/prefs.js';

import type { Broker } from '../broker/broker.js';
import type { ConnectionList } from './connectionList.js';
import type { ConnectionPages } from './connectionPages.js';
import { ConnectionRow } from './connectionRow.js';
import { describeKinds, type KindDescription } from './kinds.js';

/** The list of connections in order of preference, with everything that changes it. */
export class ConnectionsGroup extends Adw.PreferencesGroup {
  static {
    GObject.registerClass({ GTypeName: 'CloudToLocalLLMConnectionsGroup' }, this);
  }

  readonly #list: ConnectionList;
  readonly #broker: Broker;
  readonly #pages: ConnectionPages;
  readonly #box = new Gtk.ListBox({ selection_mode: Gtk.SelectionMode.NONE, css_classes: ['boxed-list'] });
  readonly #none = new Adw.ActionRow({
    title: _('No Connections'),
    subtitle: _('Add one here, or one that was found on this machine'),
  });
  readonly #rows = new Map<string, ConnectionRow>();

  /**
   * @param settings - the extension's settings
   * @param list - the connections in the settings
   * @param broker - knows how the connections do
   * @param pages - shows one connection, and removes it
   */
  constructor(settings: Gio.Settings, list: ConnectionList, broker: Broker, pages: ConnectionPages) {
    super({ title: _('Connections'), description: _('The first one that can serve a request does.') });
    this.#list = list;
    this.#broker = broker;
    this.#pages = pages;

    this.add(this.#box);
    this.header_suffix = this.#addButton();

    settings.connect('changed::connections', () => {
      this.#sync();
    });
    broker.connect('changed', () => {
      this.#syncRows();
    });
    this.#sync();
  }

  /** Puts the rows into the order of the settings. Rows stay the same as long as their connection does. */
  #sync(): void {
    const ids = this.#list.ids;
    for (const [id, row] of this.#rows) {
      if (ids.includes(id)) continue;
      this.#rows.delete(id);
      this.#box.remove(row);
    }
    if (this.#none.get_parent()) this.#box.remove(this.#none);
    if (ids.length === 0) this.#box.append(this.#none);
    ids.forEach((id, position) => {
      const row = this.#rows.get(id) ?? this.#newRow(id);
      if (this.#box.get_row_at_index(position) === row) return;
      if (row.get_parent()) this.#box.remove(row);
      this.#box.insert(row, position);
    });
    this.#syncRows();
  }

  #syncRows(): void {
    const ids = this.#list.ids;
    const { connections } = this.#broker.snapshot();
    ids.forEach((id, position) => {
      const live = connections.find((connection) => connection.id === id);
      this.#rows.get(id)?.update(position, ids.length, live);
    });
  }

  #newRow(id: string): ConnectionRow {
    const row = new ConnectionRow(id, this.#list.settingsFor(id), {
      edit: () => {
        this.#pages.open(id);
      },
      remove: () => {
        this.#pages.remove(id);
      },
      shift: (offset) => {
        const { ids } = this.#list;
        const position = ids.indexOf(id) + offset;
        if (position < 0 || position >= ids.length) return;
        this.#list.move(id, position);
        row.grab_focus();
      },
      drop: (dropped) => {
        if (dropped !== id && this.#rows.has(dropped)) this.#list.move(dropped, this.#list.ids.indexOf(id));
      },
    });
    this.#rows.set(id, row);
    return row;
  }

  #addButton(): Gtk.MenuButton {
    const kinds = describeKinds({ gettext: _, ngettext });
    const add = new Gio.SimpleAction({ name: 'add', parameter_type: new GLib.VariantType('s') });
    add.connect('activate', (_action, parameter) => {
      const kind = kinds.find((description) => description.kind === parameter?.deepUnpack<string>());
      if (kind) this.#add(kind);
    });
    const actions = new Gio.SimpleActionGroup();
    actions.add_action(add);
    this.insert_action_group('connections', actions);

    const menu = new Gio.Menu();
    for (const { kind, label } of kinds) menu.append(label, `connections.add::${kind}`);
    return new Gtk.MenuButton({
      child: new Adw.ButtonContent({ icon_name: 'list-add-symbolic', label: _('Add') }),
      tooltip_text: _('Add a Connection'),
      menu_model: menu,
      valign: Gtk.Align.CENTER,
      css_classes: ['flat'],
    });
  }

  #add(kind: KindDescription): void {
    this.#pages.open(this.#list.add(kind));
  }
}

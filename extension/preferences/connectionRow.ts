import Adw from 'gi://Adw';
import Gdk from 'gi://Gdk';
import Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import GObject from 'gi://GObject';
import Gtk from 'gi://Gtk';
import { gettext as _, ngettext } from 'resource:///org/gnome/Shell/Extensions/js/extensions/prefs.js';

import type { ConnectionSnapshot } from '../broker/contract.js';
import { connectionSummaryInWords } from '../broker/words.js';
import { describeKinds } from './kinds.js';

/** What a person wants of a row. */
export interface ConnectionRowIntents {
  readonly edit: () => void;
  readonly remove: () => void;
  /** By one place up (-1) or down (1). */
  readonly shift: (offset: number) => void;
  /** The connection with this id shall come where the row is. */
  readonly drop: (id: string) => void;
}

/** One connection in the list: what it is and how it does, a switch, and a menu. */
export class ConnectionRow extends Adw.ActionRow {
  static {
    GObject.registerClass({ GTypeName: 'CloudToLocalLLMConnectionRow' }, this);
  }

  /** The connection's id. */
  readonly connection: string;
  readonly #settings: Gio.Settings;
  readonly #up = new Gio.SimpleAction({ name: 'up' });
  readonly #down = new Gio.SimpleAction({ name: 'down' });
  #live: ConnectionSnapshot | undefined;

  /**
   * @param connection - the connection's id
   * @param settings - the connection's own settings
   * @param intents - what to do for a person
   */
  constructor(connection: string, settings: Gio.Settings, intents: ConnectionRowIntents) {
    super({ use_markup: false, activatable: true });
    this.connection = connection;
    this.#settings = settings;

    const enabled = new Gtk.Switch({ valign: Gtk.Align.CENTER, tooltip_text: _('Use This Connection') });
    settings.bind('enabled', enabled, 'active', Gio.SettingsBindFlags.DEFAULT);
    settings.bind('name', this, 'title', Gio.SettingsBindFlags.GET);

    this.add_prefix(new Gtk.Image({ icon_name: 'list-drag-handle-symbolic', css_classes: ['dim-label'] }));
    this.add_suffix(enabled);
    this.add_suffix(this.#menuButton(intents));
    this.add_suffix(new Gtk.Image({ icon_name: 'go-next-symbolic' }));
    this.#allowDragging(intents);
    this.#allowKeys(intents);

    this.connect('activated', intents.edit);
    settings.connect('changed', () => {
      this.#sync();
    });
    this.#sync();
  }

  /** Shows the place in the order, and what the service says of the connection if it runs. */
  update(position: number, count: number, live: ConnectionSnapshot | undefined): void {
    this.#up.enabled = position > 0;
    this.#down.enabled = position < count - 1;
    this.#live = live;
    this.#sync();
  }

  #sync(): void {
    const translator = { gettext: _, ngettext };
    const kind = this.#settings.get_string('kind');
    const label = describeKinds(translator).find((description) => description.kind === kind)?.label ?? kind;
    const identity = kind === 'demo' ? label : `${label} · ${this.#settings.get_string('url')}`;
    const state = this.#live ? connectionSummaryInWords(this.#live, translator) : '';
    this.subtitle = [identity, state].filter(Boolean).join('\n');
  }

  #menuButton(intents: ConnectionRowIntents): Gtk.MenuButton {
    const remove = new Gio.SimpleAction({ name: 'remove' });
    remove.connect('activate', intents.remove);
    this.#up.connect('activate', () => {
      intents.shift(-1);
    });
    this.#down.connect('activate', () => {
      intents.shift(1);
    });
    const actions = new Gio.SimpleActionGroup();
    for (const action of [this.#up, this.#down, remove]) actions.add_action(action);
    this.insert_action_group('connection', actions);

    const order = new Gio.Menu();
    order.append_item(withKeys(_('Move Up'), 'connection.up', '<Alt>Up'));
    order.append_item(withKeys(_('Move Down'), 'connection.down', '<Alt>Down'));
    const removal = new Gio.Menu();
    removal.append(_('Remove'), 'connection.remove');
    const menu = new Gio.Menu();
    menu.append_section(null, order);
    menu.append_section(null, removal);
    return new Gtk.MenuButton({
      icon_name: 'view-more-symbolic',
      tooltip_text: _('More'),
      menu_model: menu,
      valign: Gtk.Align.CENTER,
      css_classes: ['flat'],
    });
  }

  /** As lists whose order is a person's own usually have it. */
  #allowKeys(intents: ConnectionRowIntents): void {
    const keys = new Gtk.ShortcutController();
    const shift = (trigger: string, offset: number) => {
      const action = Gtk.CallbackAction.new(() => {
        intents.shift(offset);
        return true;
      });
      keys.add_shortcut(new Gtk.Shortcut({ trigger: Gtk.ShortcutTrigger.parse_string(trigger), action }));
    };
    shift('<Alt>Up', -1);
    shift('<Alt>Down', 1);
    this.add_controller(keys);
  }

  #allowDragging(intents: ConnectionRowIntents): void {
    const source = new Gtk.DragSource({ actions: Gdk.DragAction.MOVE });
    source.connect('prepare', (_source, x, y) => {
      source.set_icon(new Gtk.WidgetPaintable({ widget: this }), x, y);
      const id = new GObject.Value();
      id.init(GObject.TYPE_STRING);
      id.set_string(this.connection);
      return Gdk.ContentProvider.new_for_value(id);
    });
    this.add_controller(source);

    const target = Gtk.DropTarget.new(GObject.TYPE_STRING, Gdk.DragAction.MOVE);
    target.connect('drop', (_target, id) => {
      intents.drop(id as unknown as string);
      return true;
    });
    this.add_controller(target);
  }
}

/** A menu's item that tells by which keys its action is had without the menu. */
function withKeys(label: string, action: string, keys: string): Gio.MenuItem {
  const item = Gio.MenuItem.new(label, action);
  item.set_attribute_value('accel', GLib.Variant.new_string(keys));
  return item;
}

import Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import GObject from 'gi://GObject';
import St from 'gi://St';
import { type Extension, gettext as _, ngettext } from 'resource:///org/gnome/shell/extensions/extension.js';
import * as Main from 'resource:///org/gnome/shell/ui/main.js';
import { Button } from 'resource:///org/gnome/shell/ui/panelMenu.js';
import { type PopupMenu, PopupMenuItem, PopupSeparatorMenuItem } from 'resource:///org/gnome/shell/ui/popupMenu.js';

import type { Broker } from '../broker/broker.js';
import { openInBrowser } from './browser.js';
import { ConnectionsSection } from './connectionsSection.js';
import { HeaderItem } from './headerItem.js';
import { type BrokerRemedy, type IndicatorIcon, type MenuModel, menuModel } from './menuModel.js';
import { RemedyItem } from './remedyItem.js';
import { RouteItem } from './routeItem.js';

/** The panel's button and its menu: shows the service's state, and passes on what a person wants of it. */
export class Indicator extends Button {
  static {
    GObject.registerClass({ GTypeName: 'CloudToLocalLLMIndicator' }, this);
  }

  readonly #broker: Broker;
  readonly #settings: Gio.Settings;
  readonly #iconFolder: Gio.File;
  readonly #icons = new Map<IndicatorIcon, Gio.Icon>();
  readonly #icon = new St.Icon({ style_class: 'system-status-icon' });
  readonly #header = new HeaderItem();
  readonly #remedy: RemedyItem<BrokerRemedy>;
  readonly #separator = new PopupSeparatorMenuItem();
  readonly #connections: ConnectionsSection;
  readonly #route: RouteItem;
  #pending = 0;
  #tick = 0;

  /**
   * @param extension - the extension that the indicator belongs to
   * @param broker - the service to show
   */
  constructor(extension: Extension, broker: Broker) {
    super(0.5, extension.metadata.name);
    this.#broker = broker;
    this.#settings = extension.getSettings();
    this.#iconFolder = extension.dir.get_child('icons');
    this.add_child(this.#icon);

    const settings = new PopupMenuItem(_('Settings'));
    settings.connect('activate', () => {
      extension.openPreferences();
    });
    this.#remedy = new RemedyItem((intent) => {
      if (intent === 'start') broker.start();
      else Gio.AppInfo.launch_default_for_uri(extension.metadata.url ?? '', global.create_app_launch_context(0, -1));
    });
    this.#connections = new ConnectionsSection((intent, id) => {
      if (intent === 'unlock') broker.unlockKeyring();
      else if (intent === 'signIn') broker.signIn(id, openInBrowser);
      else extension.openPreferences();
    });
    this.#route = new RouteItem((route) => {
      broker.setRoute(route);
    });

    const menu = this.menu as PopupMenu;
    menu.box.add_style_class_name('cloudtolocalllm-menu');
    menu.addMenuItem(this.#header);
    menu.addMenuItem(this.#remedy);
    menu.addMenuItem(this.#separator);
    menu.addMenuItem(this.#connections);
    menu.addMenuItem(new PopupSeparatorMenuItem());
    menu.addMenuItem(this.#route);
    menu.addMenuItem(settings);
    menu.connect('open-state-changed', (_menu, open) => {
      if (open) {
        this.#syncMenu(this.#model());
        broker.refreshPresence();
      } else {
        this.#stopTicking();
      }
      return undefined;
    });

    const queueSync = () => {
      this.#queueSync();
    };
    broker.connectObject('changed', queueSync, this);
    this.#settings.connectObject('changed::connections', queueSync, this);
    this.connect('destroy', () => {
      if (this.#pending > 0) GLib.source_remove(this.#pending);
      this.#stopTicking();
      // What the shell connects between menus, and between the panel and a menu, would keep them and us in memory.
      menu.disconnectObject(Main.panel);
      menu.disconnectObject(this.#connections);
      this.#connections.disconnectObject(menu);
      this.#route.menu.disconnectObject(menu);
    });
    this.#sync();
  }

  /** Many changes at once, as when the service starts, become one look at the whole. */
  #queueSync(): void {
    this.#pending ||= GLib.idle_add(GLib.PRIORITY_DEFAULT_IDLE, () => {
      this.#pending = 0;
      this.#sync();
      return GLib.SOURCE_REMOVE;
    });
  }

  #sync(): void {
    const model = this.#model();
    this.#icon.gicon = this.#iconFor(model.icon);
    this.accessible_name = model.accessibleName;
    // Nobody sees a closed menu; it is brought up to date when it opens.
    if ((this.menu as PopupMenu).isOpen) this.#syncMenu(model);
  }

  #syncMenu(model: MenuModel): void {
    this.#header.sync(model);
    this.#remedy.sync(model.remedy);
    // The menu doesn't notice when a section below a separator fills or empties.
    this.#separator.visible = model.connections.length > 0;
    this.#connections.sync(model.connections);
    this.#route.sync(model);
    if (model.ticking) this.#startTicking();
    else this.#stopTicking();
  }

  /** Somebody watches the time until the next try. */
  #startTicking(): void {
    this.#tick ||= GLib.timeout_add_seconds(GLib.PRIORITY_DEFAULT, 1, () => {
      this.#sync();
      return this.#tick > 0 ? GLib.SOURCE_CONTINUE : GLib.SOURCE_REMOVE;
    });
  }

  #stopTicking(): void {
    if (this.#tick > 0) GLib.source_remove(this.#tick);
    this.#tick = 0;
  }

  #model(): MenuModel {
    const order = this.#settings.get_strv('connections');
    const now = GLib.get_real_time() / 1_000_000;
    return menuModel(this.#broker.snapshot(), order, now, { gettext: _, ngettext });
  }

  #iconFor(name: IndicatorIcon): Gio.Icon {
    const file = this.#iconFolder.get_child(`cloudtolocalllm-${name}-symbolic.svg`);
    const icon = this.#icons.get(name) ?? new Gio.FileIcon({ file });
    this.#icons.set(name, icon);
    return icon;
  }
}

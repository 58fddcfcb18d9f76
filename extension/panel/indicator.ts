import GLib from 'gi://GLib';
import GObject from 'gi://GObject';
import type Gio from 'gi://Gio';
import { type Extension, gettext as _, ngettext } from 'resource:///org/gnome/shell/extensions/extension.js';
import * as Main from 'resource:///org/gnome/shell/ui/main.js';
import { Button } from 'resource:///org/gnome/shell/ui/panelMenu.js';
import type { PopupMenu } from 'resource:///org/gnome/shell/ui/popupMenu.js';

import type { Broker } from '../broker/broker.js';
import type { BrokerSnapshot } from '../broker/contract.js';
import { Busyness } from './busyness.js';
import { ChatApplication } from './chatApplication.js';
import { chatModel } from './chatModel.js';
import { Clock } from './clock.js';
import { lacksOllama } from './connectionModel.js';
import { IndicatorIcon } from './indicatorIcon.js';
import { type IndicatorLook, indicatorModel, isAnswering } from './indicatorModel.js';
import { Looking } from './looking.js';
import { menuModel } from './menuModel.js';
import { MenuView } from './menuView.js';
import { wishesOf } from './wishes.js';

const translator = { gettext: _, ngettext };

/** The panel's button and its menu: shows the service's state, and passes on what a person wants of it. */
export class Indicator extends Button {
  static {
    GObject.registerClass({ GTypeName: 'CloudToLocalLLMIndicator' }, this);
  }

  readonly #broker: Broker;
  readonly #settings: Gio.Settings;
  readonly #icon: IndicatorIcon;
  readonly #chat: ChatApplication;
  readonly #clock = new Clock();
  readonly #view: MenuView;
  readonly #looking = new Looking(() => {
    this.#sync();
  });
  readonly #busyness = new Busyness(() => {
    this.#looking.queue();
  });
  #tick = 0;

  /**
   * @param extension - the extension that the indicator belongs to
   * @param broker - the service to show
   * @param ask - opens the dialog for a question; without it the menu doesn't offer that
   */
  constructor(extension: Extension, broker: Broker, ask?: () => void) {
    super(0.5, extension.metadata.name);
    this.#broker = broker;
    this.#settings = extension.getSettings();
    this.#chat = new ChatApplication(this.#settings);
    this.#icon = new IndicatorIcon(extension.dir.get_child('icons'));
    this.add_child(this.#icon);

    const menu = this.menu as PopupMenu;
    menu.box.add_style_class_name('cloudtolocalllm-menu');
    this.#view = new MenuView(menu, wishesOf(extension, this.#settings, broker, this.#chat, ask));
    menu.connect('open-state-changed', (_menu, open) => {
      if (open) this.#onOpened();
      else this.#onClosed();
      return undefined;
    });

    const queueSync = () => {
      this.#looking.queue();
    };
    broker.connectObject('changed', queueSync, this);
    this.#settings.connectObject('changed::indicator', queueSync, this);
    this.connect('destroy', () => {
      this.#looking.stop();
      this.#busyness.stop();
      this.#stopTicking();
      this.#chat.leave();
      // What the shell connects between the panel and a menu would keep both in memory.
      menu.disconnectObject(Main.panel);
    });
    this.#sync();
  }

  #sync(): void {
    const broker = this.#broker.snapshot();
    this.#busyness.update(isAnswering(broker));
    const look = this.#settings.get_string('indicator') as IndicatorLook;
    const { icon, accessibleName } = indicatorModel(broker, this.#busyness.shown, look, translator);
    this.#icon.sync(icon);
    this.accessible_name = accessibleName;
    // Nobody sees a closed menu; it is brought up to date when it opens.
    if ((this.menu as PopupMenu).isOpen) this.#syncMenu(broker);
  }

  #syncMenu(broker: BrokerSnapshot): void {
    const now = GLib.get_real_time() / 1_000_000;
    const clock = (moment: number) => this.#clock.write(moment);
    const model = menuModel(broker, { now, clock, translator });
    this.#view.sync(model, chatModel(this.#chat.snapshot(), translator), this.#chat.icon());
    if (model.ticking) this.#startTicking();
    else this.#stopTicking();
  }

  #onOpened(): void {
    const broker = this.#broker.snapshot();
    this.#syncMenu(broker);
    this.#broker.refreshPresence();
    if (broker.connections.some(lacksOllama)) this.#broker.refreshOllamaUnit();
    this.#chat.follow(() => {
      this.#looking.queue();
    });
  }

  #onClosed(): void {
    this.#stopTicking();
    this.#chat.leave();
    this.#view.reset();
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
}

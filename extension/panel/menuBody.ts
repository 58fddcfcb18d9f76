import type Gio from 'gi://Gio';
import { gettext as _ } from 'resource:///org/gnome/shell/extensions/extension.js';
import {
  PopupMenuItem,
  type PopupMenuSection,
  PopupSeparatorMenuItem,
} from 'resource:///org/gnome/shell/ui/popupMenu.js';

import type { ChatActionModel, ChatIntent } from './chatModel.js';
import { ChatSection } from './chatSection.js';
import { ConnectionsSection, type ConnectionsWishes } from './connectionsSection.js';
import { CopyItem } from './copyItem.js';
import type { BrokerRemedy } from './headerModel.js';
import { LoadedItem } from './loadedItem.js';
import type { MenuModel } from './menuModel.js';
import { addSection } from './popups.js';
import { ProblemsItem } from './problemsItem.js';
import { PullForm } from './pullForm.js';
import { PullsSection } from './pullsSection.js';
import { RemedyItem } from './remedyItem.js';
import { RouteItem } from './routeItem.js';
import { ServiceItem, type ServiceWishes } from './serviceItem.js';

/** What a person can want of the menu. */
export interface Wishes extends ConnectionsWishes, ServiceWishes {
  readonly mendBroker: (remedy: BrokerRemedy) => void;
  readonly setRoute: (route: string) => void;
  readonly unload: (connection: string, model: string) => void;
  readonly pull: (connection: string, model: string) => void;
  readonly endPull: (path: string) => void;
  readonly chat: (intent: ChatIntent) => void;
  readonly openSettings: () => void;
  /** Missing where nothing answers questions. */
  readonly ask?: () => void;
}

/** All of the menu below its header. */
export class MenuBody {
  readonly #remedy: RemedyItem<BrokerRemedy>;
  readonly #problems = new ProblemsItem();
  readonly #aboveConnections = new PopupSeparatorMenuItem();
  readonly #connections: ConnectionsSection;
  readonly #aboveRoute = new PopupSeparatorMenuItem();
  readonly #route: RouteItem;
  readonly #aboveModels = new PopupSeparatorMenuItem();
  readonly #loaded: LoadedItem;
  readonly #pullForm: PullForm;
  readonly #pulls: PullsSection;
  readonly #aboveUses = new PopupSeparatorMenuItem();
  readonly #chat: ChatSection;
  readonly #ask: PopupMenuItem | null;
  readonly #copy = new CopyItem();
  readonly #service: ServiceItem;

  /**
   * @param section - where it goes
   * @param wishes - what a person can want
   */
  constructor(section: PopupMenuSection, wishes: Wishes) {
    this.#remedy = new RemedyItem(wishes.mendBroker);
    this.#connections = new ConnectionsSection(wishes);
    this.#route = new RouteItem(wishes.setRoute);
    this.#loaded = new LoadedItem(wishes.unload);
    this.#pullForm = new PullForm(wishes.pull);
    this.#pulls = new PullsSection(wishes.endPull);
    this.#chat = new ChatSection(wishes.chat);
    this.#ask = wishes.ask ? item(_('Ask…'), wishes.ask) : null;
    this.#service = new ServiceItem(wishes);

    section.addMenuItem(this.#remedy);
    this.#problems.addTo(section);
    section.addMenuItem(this.#aboveConnections);
    addSection(section, this.#connections);
    section.addMenuItem(this.#aboveRoute);
    this.#route.addTo(section);
    section.addMenuItem(this.#aboveModels);
    this.#loaded.addTo(section);
    this.#pullForm.addTo(section);
    addSection(section, this.#pulls);
    section.addMenuItem(this.#aboveUses);
    if (this.#ask) section.addMenuItem(this.#ask);
    addSection(section, this.#chat);
    section.addMenuItem(this.#copy);
    section.addMenuItem(new PopupSeparatorMenuItem());
    this.#service.addTo(section);
    section.addMenuItem(item(_('Settings'), wishes.openSettings));
  }

  /** Shows the model, and what can be had done about the chat application. */
  sync(model: MenuModel, chat: readonly ChatActionModel[], chatIcon: Gio.Icon | null): void {
    this.#remedy.sync(model.header.remedy);
    this.#problems.sync(model.problems);
    this.#connections.sync(model.connections);
    this.#route.sync(model.route);
    this.#loaded.sync(model.loaded);
    this.#pullForm.sync(model.pullForm);
    this.#pulls.sync(model.pulls);
    this.#chat.sync(chat, chatIcon);
    this.#copy.sync(model.address);
    this.#service.sync(model.restartable);
    // A separator looks at its neighbours only when the menu opens, and before they are brought up to date.
    const models = model.loaded.length > 0 || model.pullForm !== null || model.pulls.length > 0;
    this.#aboveConnections.visible = model.connections.length > 0;
    this.#aboveRoute.visible = model.route !== null;
    this.#aboveModels.visible = models;
    this.#aboveUses.visible = this.#ask !== null || chat.length > 0 || model.address !== '';
  }

  /** Forgets what was typed and told while the menu was open. */
  reset(): void {
    this.#pullForm.reset();
    this.#copy.reset();
  }
}

function item(label: string, onChosen: () => void): PopupMenuItem {
  const made = new PopupMenuItem(label);
  made.connect('activate', onChosen);
  return made;
}

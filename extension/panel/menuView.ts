import type Gio from 'gi://Gio';
import type { PopupMenu } from 'resource:///org/gnome/shell/ui/popupMenu.js';

import type { ChatActionModel } from './chatModel.js';
import { HeaderItem } from './headerItem.js';
import { keepingFocus } from './keepingFocus.js';
import { MenuBody, type Wishes } from './menuBody.js';
import type { MenuModel } from './menuModel.js';
import { addSection } from './popups.js';
import { ScrollingSection } from './scrollingSection.js';

/** The menu's content, which shows a model and tells what a person wants. It ends with its menu. */
export class MenuView {
  readonly #section = new ScrollingSection();
  /** There from the beginning, since an empty menu doesn't open. */
  readonly #header = new HeaderItem();
  readonly #wishes: Wishes;
  /** Made when the menu first opens: switching the extension on must not take long. */
  #body: MenuBody | null = null;

  /**
   * @param menu - where the content goes
   * @param wishes - what a person can want
   */
  constructor(menu: PopupMenu, wishes: Wishes) {
    this.#wishes = wishes;
    addSection(menu, this.#section);
    this.#section.addMenuItem(this.#header);
  }

  /** Shows the model, and what can be had done about the chat application. */
  sync(model: MenuModel, chat: readonly ChatActionModel[], chatIcon: Gio.Icon | null): void {
    this.#header.sync(model.header);
    const body = (this.#body ??= new MenuBody(this.#section, this.#wishes));
    keepingFocus(this.#section.actor, () => {
      body.sync(model, chat, chatIcon);
    });
  }

  /** Forgets what was typed and told while the menu was open. */
  reset(): void {
    this.#body?.reset();
  }
}

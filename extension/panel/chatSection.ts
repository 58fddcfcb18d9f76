import type Gio from 'gi://Gio';
import { PopupImageMenuItem, PopupMenuSection } from 'resource:///org/gnome/shell/ui/popupMenu.js';

import type { ChatActionModel, ChatIntent } from './chatModel.js';
import { KeyedItems } from './keyedItems.js';

/** What can be had done about the chat application. */
export class ChatSection extends PopupMenuSection {
  readonly #items: KeyedItems<ChatActionModel, PopupImageMenuItem>;
  #icon: Gio.Icon | null = null;
  #first: ChatIntent | undefined;

  /** @param onWanted - called with what a person wants of it */
  constructor(onWanted: (intent: ChatIntent) => void) {
    super();
    this.#items = new KeyedItems<ChatActionModel, PopupImageMenuItem>(this, {
      keyOf: ({ intent }) => intent,
      add: (intent) => {
        const item = new PopupImageMenuItem('', '');
        item.connect('activate', () => {
          onWanted(intent as ChatIntent);
        });
        this.addMenuItem(item);
        return item;
      },
      sync: (item, { intent, label, sensitive }) => {
        // Once is enough; the others keep its room.
        item.setIcon(intent === this.#first && this.#icon ? this.#icon : '');
        item.label.text = label;
        item.setSensitive(sensitive);
      },
    });
  }

  /** Shows these, with the application's icon. */
  sync(actions: readonly ChatActionModel[], icon: Gio.Icon | null): void {
    this.#icon = icon;
    this.#first = actions[0]?.intent;
    this.#items.sync(actions);
  }
}

import { PopupMenuSection } from 'resource:///org/gnome/shell/ui/popupMenu.js';

import { KeyedItems } from './keyedItems.js';
import { PullItem } from './pullItem.js';
import type { PullItemModel } from './pullModel.js';

/** The models that are being fetched, or were until a minute ago. */
export class PullsSection extends PopupMenuSection {
  readonly #items: KeyedItems<PullItemModel, PullItem>;

  /** @param onEnd - called with the path of a pull that a person wants to end, or to be forgotten */
  constructor(onEnd: (path: string) => void) {
    super();
    this.#items = new KeyedItems<PullItemModel, PullItem>(this, {
      keyOf: ({ path }) => path,
      add: (path) => {
        const item = new PullItem(() => {
          onEnd(path);
        });
        this.addMenuItem(item);
        return item;
      },
      sync: (item, model) => {
        item.sync(model);
      },
    });
  }

  /** Shows these. */
  sync(models: readonly PullItemModel[]): void {
    this.#items.sync(models);
  }
}

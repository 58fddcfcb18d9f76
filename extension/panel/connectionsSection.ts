import { PopupMenuSection } from 'resource:///org/gnome/shell/ui/popupMenu.js';

import { ConnectionItem } from './connectionItem.js';
import type { ConnectionItemModel } from './menuModel.js';

/** The connections in the menu, in order of preference. */
export class ConnectionsSection extends PopupMenuSection {
  readonly #items = new Map<string, ConnectionItem>();

  /** Shows the connections in the model. Items stay the same as long as their connection does. */
  sync(models: readonly ConnectionItemModel[]): void {
    const ids = new Set(models.map((model) => model.id));
    for (const [id, item] of this.#items) {
      if (ids.has(id)) continue;
      this.#items.delete(id);
      item.destroy();
    }
    models.forEach((model, position) => {
      const item = this.#items.get(model.id) ?? this.#add(model.id);
      if (this._getMenuItems()[position] !== item) this.moveMenuItem(item, position);
      item.sync(model);
    });
  }

  #add(id: string): ConnectionItem {
    const item = new ConnectionItem();
    this.#items.set(id, item);
    this.addMenuItem(item);
    return item;
  }
}

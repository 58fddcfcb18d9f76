import type { PopupBaseMenuItem, PopupMenuBase, PopupMenuSection } from 'resource:///org/gnome/shell/ui/popupMenu.js';

interface Options<Model, Item> {
  /** What tells one from the others. */
  readonly keyOf: (model: Model) => string;
  /** Makes an item and adds it to the menu. */
  readonly add: (key: string) => Item;
  /** Shows a model in its item. */
  readonly sync: (item: Item, model: Model) => void;
}

/** Items at the beginning of a menu, one for each of a list. They stay the same, and keep the focus, as long as their key does. */
export class KeyedItems<Model, Item extends PopupBaseMenuItem | PopupMenuSection> {
  readonly #menu: PopupMenuBase;
  readonly #options: Options<Model, Item>;
  readonly #items = new Map<string, Item>();

  /** @param menu - where the items are */
  constructor(menu: PopupMenuBase, options: Options<Model, Item>) {
    this.#menu = menu;
    this.#options = options;
  }

  /** Shows these, in this order. */
  sync(models: readonly Model[]): void {
    const { keyOf, add, sync } = this.#options;
    const keys = new Set(models.map(keyOf));
    for (const [key, item] of this.#items) {
      if (keys.has(key)) continue;
      this.#items.delete(key);
      item.destroy();
    }
    models.forEach((model, position) => {
      const key = keyOf(model);
      const item = this.#items.get(key) ?? add(key);
      this.#items.set(key, item);
      if (this.#menu._getMenuItems()[position] !== item) this.#menu.moveMenuItem(item, position);
      sync(item, model);
    });
  }
}

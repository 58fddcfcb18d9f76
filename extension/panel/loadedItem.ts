import GObject from 'gi://GObject';
import { gettext as _ } from 'resource:///org/gnome/shell/extensions/extension.js';

import { ButtonRow } from './buttonRow.js';
import { Expander } from './expander.js';
import { KeyedItems } from './keyedItems.js';
import type { LoadedItemModel } from './loadedModel.js';

/** The models in memory: how many at the end of the line, and each below, with a button that takes it out of there. */
export class LoadedItem extends Expander {
  static {
    GObject.registerClass({ GTypeName: 'CloudToLocalLLMLoadedItem' }, this);
  }

  #models: readonly LoadedItemModel[] = [];
  readonly #rows: KeyedItems<LoadedItemModel, ButtonRow>;

  /** @param onUnload - called with the model that a person wants out of memory, and its connection's id */
  constructor(onUnload: (connection: string, model: string) => void) {
    super(_('Loaded Models'));
    this.#rows = new KeyedItems<LoadedItemModel, ButtonRow>(this.menu, {
      keyOf: ({ key }) => key,
      add: (key) => {
        const row = new ButtonRow(() => {
          const model = this.#models.find((each) => each.key === key);
          if (model) onUnload(model.connection, model.model);
        });
        this.menu.addMenuItem(row);
        return row;
      },
      sync: (row, { model, details, unload }) => {
        row.syncRow({ title: model, details, button: unload });
      },
    });
  }

  /** Shows these, and nothing without any. */
  sync(models: readonly LoadedItemModel[]): void {
    this.#models = models;
    this.visible = models.length > 0;
    if (!this.visible) this.setSubmenuShown(false);
    this.showValue(models.length.toLocaleString());
    if (this.filled) this.#rows.sync(models);
  }

  protected override fill(): void {
    this.#rows.sync(this.#models);
  }
}

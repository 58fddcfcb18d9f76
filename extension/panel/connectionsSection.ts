import { PopupMenuSection } from 'resource:///org/gnome/shell/ui/popupMenu.js';

import { ConnectionItem, type ConnectionWishes } from './connectionItem.js';
import type { ConnectionItemModel, ConnectionRemedy } from './connectionModel.js';
import { KeyedItems } from './keyedItems.js';
import { addSection } from './popups.js';
import { RemedyItem } from './remedyItem.js';

/** What can be wanted of the connections. */
export interface ConnectionsWishes extends ConnectionWishes {
  readonly mend: (remedy: ConnectionRemedy, id: string) => void;
}

/** One connection, and below it in plain sight what can be done about what is wrong. */
class ConnectionSection extends PopupMenuSection {
  readonly #connection: ConnectionItem;
  readonly #remedy: RemedyItem<ConnectionRemedy>;

  constructor(id: string, wishes: ConnectionsWishes) {
    super();
    this.#connection = new ConnectionItem(id, wishes);
    this.#remedy = new RemedyItem((remedy) => {
      wishes.mend(remedy, id);
    });
    this.#connection.addTo(this);
    this.addMenuItem(this.#remedy);
  }

  sync(model: ConnectionItemModel): void {
    this.#connection.sync(model);
    this.#remedy.sync(model.remedy);
  }
}

/** The connections in the menu, in order of preference. */
export class ConnectionsSection extends PopupMenuSection {
  readonly #sections: KeyedItems<ConnectionItemModel, ConnectionSection>;

  /** @param wishes - what a person can want */
  constructor(wishes: ConnectionsWishes) {
    super();
    this.#sections = new KeyedItems<ConnectionItemModel, ConnectionSection>(this, {
      keyOf: ({ id }) => id,
      add: (id) => {
        const section = new ConnectionSection(id, wishes);
        addSection(this, section);
        return section;
      },
      sync: (section, model) => {
        section.sync(model);
      },
    });
  }

  /** Shows the connections in the models. */
  sync(models: readonly ConnectionItemModel[]): void {
    this.#sections.sync(models);
  }
}

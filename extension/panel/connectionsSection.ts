import { PopupMenuSection } from 'resource:///org/gnome/shell/ui/popupMenu.js';

import { ConnectionItem } from './connectionItem.js';
import type { CredentialsRemedy } from './credentialsRemedy.js';
import type { ConnectionItemModel } from './menuModel.js';
import { RemedyItem } from './remedyItem.js';

/** One connection's items. */
interface Items {
  readonly connection: ConnectionItem;
  /** Below it. */
  readonly remedy: RemedyItem<CredentialsRemedy>;
}

/** The connections in the menu, in order of preference, each with what can be done about its credentials. */
export class ConnectionsSection extends PopupMenuSection {
  readonly #items = new Map<string, Items>();
  readonly #onWanted: (intent: CredentialsRemedy, id: string) => void;

  /** @param onWanted - called with what a person wants for the connection of this id */
  constructor(onWanted: (intent: CredentialsRemedy, id: string) => void) {
    super();
    this.#onWanted = onWanted;
  }

  /** Shows the connections in the model. Items stay the same as long as their connection does. */
  sync(models: readonly ConnectionItemModel[]): void {
    const ids = new Set(models.map((model) => model.id));
    for (const [id, { connection, remedy }] of this.#items) {
      if (ids.has(id)) continue;
      this.#items.delete(id);
      connection.destroy();
      remedy.destroy();
    }
    models.forEach((model, position) => {
      const { connection, remedy } = this.#items.get(model.id) ?? this.#add(model.id);
      if (this._getMenuItems()[2 * position] !== connection) {
        this.moveMenuItem(connection, 2 * position);
        this.moveMenuItem(remedy, 2 * position + 1);
      }
      connection.sync(model);
      remedy.sync(model.remedy);
    });
  }

  #add(id: string): Items {
    const items = {
      connection: new ConnectionItem(),
      remedy: new RemedyItem<CredentialsRemedy>((intent) => {
        this.#onWanted(intent, id);
      }),
    };
    this.#items.set(id, items);
    this.addMenuItem(items.connection);
    this.addMenuItem(items.remedy);
    return items;
  }
}

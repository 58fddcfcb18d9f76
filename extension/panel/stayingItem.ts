import GObject from 'gi://GObject';
import { PopupMenuItem } from 'resource:///org/gnome/shell/ui/popupMenu.js';

/** An item that leaves the menu open when it is chosen, since what comes of it shows there. */
export class StayingItem extends PopupMenuItem {
  static {
    GObject.registerClass({ GTypeName: 'CloudToLocalLLMStayingItem' }, this);
  }

  readonly #onChosen: () => void;

  /** @param onChosen - called when a person chooses it */
  constructor(label: string, onChosen: () => void) {
    super(label);
    this.#onChosen = onChosen;
  }

  // The signal of this name is what closes the menu.
  override activate(): void {
    this.#onChosen();
  }
}

import GObject from 'gi://GObject';
import type St from 'gi://St';
import { PopupSwitchMenuItem } from 'resource:///org/gnome/shell/ui/popupMenu.js';

/** A switch that shows what is, asks for what a person wants, and leaves the menu open. */
export class SwitchItem extends PopupSwitchMenuItem {
  static {
    GObject.registerClass({ GTypeName: 'CloudToLocalLLMSwitchItem' }, this);
  }

  /** The item's label, which the shell's types leave out. */
  declare readonly label: St.Label;
  #on = false;

  /** @param onWanted - called with the position that a person wants */
  constructor(text: string, onWanted: (on: boolean) => void) {
    super(text, false);
    this.connect('toggled', (_item, on) => {
      if (on !== this.#on) onWanted(on);
    });
  }

  /** Shows what is. */
  sync(on: boolean): void {
    this.#on = on;
    this.setToggleState(on);
  }

  // The signal of this name is what closes the menu.
  override activate(): void {
    this.toggle();
  }
}

import GObject from 'gi://GObject';
import { PopupMenuItem } from 'resource:///org/gnome/shell/ui/popupMenu.js';

import type { RemedyModel } from './remedyModel.js';

/** The item for what a person can do about something that isn't as it should be; hidden while it is. */
export class RemedyItem<Intent extends string> extends PopupMenuItem {
  static {
    GObject.registerClass({ GTypeName: 'CloudToLocalLLMRemedyItem' }, this);
  }

  #intent: Intent | null = null;

  /** @param onWanted - called with the intent that a person has */
  constructor(onWanted: (intent: Intent) => void) {
    super('');
    this.connect('activate', () => {
      if (this.#intent !== null) onWanted(this.#intent);
    });
  }

  /** Shows the remedy in the model. */
  sync(model: RemedyModel<Intent> | null): void {
    this.visible = model !== null;
    if (model === null) return;
    this.#intent = model.intent;
    this.label.text = model.label;
    this.accessible_name = model.accessibleName;
    this.setSensitive(model.sensitive);
  }
}

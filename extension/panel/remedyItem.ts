import GObject from 'gi://GObject';
import { PopupMenuItem } from 'resource:///org/gnome/shell/ui/popupMenu.js';

import type { RemedyModel } from './menuModel.js';

/** The item for what a person can do about a service that doesn't run; hidden while it does. */
export class RemedyItem extends PopupMenuItem {
  static {
    GObject.registerClass({ GTypeName: 'CloudToLocalLLMRemedyItem' }, this);
  }

  #intent: RemedyModel['intent'] = 'start';

  /** @param remedies - what to do for each intent */
  constructor(remedies: Record<RemedyModel['intent'], () => void>) {
    super('');
    this.connect('activate', () => {
      remedies[this.#intent]();
    });
  }

  /** Shows the remedy in the model. */
  sync(model: RemedyModel | null): void {
    this.visible = model !== null;
    if (model === null) return;
    this.#intent = model.intent;
    this.label.text = model.label;
    this.setSensitive(model.sensitive);
  }
}

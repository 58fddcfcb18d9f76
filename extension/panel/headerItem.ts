import Clutter from 'gi://Clutter';
import GObject from 'gi://GObject';
import St from 'gi://St';

import type { HeaderModel } from './headerModel.js';
import { secondaryLabel } from './labels.js';
import { TextItem } from './textItem.js';

/** The menu's first item: what serves now, and why. */
export class HeaderItem extends TextItem {
  static {
    GObject.registerClass({ GTypeName: 'CloudToLocalLLMHeaderItem' }, this);
  }

  readonly #warning = new St.Icon({
    icon_name: 'dialog-warning-symbolic',
    style_class: 'popup-menu-icon',
    y_align: Clutter.ActorAlign.CENTER,
  });

  constructor() {
    super([new St.Label({ style_class: 'cloudtolocalllm-title' }), secondaryLabel(), secondaryLabel()]);
    this.add_child(this.#warning);
  }

  /** Shows the state in the model. */
  sync({ title, subtitle, note, warning }: HeaderModel): void {
    this.syncLines([title, subtitle, note]);
    this.#warning.visible = warning;
  }
}

import GObject from 'gi://GObject';
import { BarLevel } from 'resource:///org/gnome/shell/ui/barLevel.js';

import { ButtonRow } from './buttonRow.js';
import type { PullItemModel } from './pullModel.js';

/** A model that is being fetched, with how far that is, or was. */
export class PullItem extends ButtonRow {
  static {
    GObject.registerClass({ GTypeName: 'CloudToLocalLLMPullItem' }, this);
  }

  readonly #bar = new BarLevel({ style_class: 'cloudtolocalllm-progress', x_expand: true });

  /** @param onEnd - called when a person wants it to end, or to be forgotten */
  constructor(onEnd: () => void) {
    super(onEnd);
    this.lines.insert_child_at_index(this.#bar, 1);
  }

  /** Shows the pull in the model. */
  sync({ model, details, progress, end }: PullItemModel): void {
    this.syncRow({ title: model, details, button: end });
    this.#bar.visible = progress !== null;
    this.#bar.value = progress ?? 0;
  }
}

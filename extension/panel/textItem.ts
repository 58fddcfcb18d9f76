import GObject from 'gi://GObject';
import type St from 'gi://St';
import { PopupBaseMenuItem } from 'resource:///org/gnome/shell/ui/popupMenu.js';

import { linesBox, wrapped } from './labels.js';

/** Lines to read, wrapped as need be. Empty ones are left out, and without any it is hidden. */
export class TextItem extends PopupBaseMenuItem {
  static {
    GObject.registerClass({ GTypeName: 'CloudToLocalLLMTextItem' }, this);
  }

  readonly #labels: readonly St.Label[];

  /** @param labels - one for each line */
  constructor(labels: readonly St.Label[]) {
    // Focusable, so that a screen reader gets to it, but there is nothing to activate.
    super({ activate: false, hover: false });
    this.#labels = labels.map(wrapped);
    const box = linesBox();
    box.x_expand = true;
    for (const label of labels) box.add_child(label);
    this.add_child(box);
  }

  /** Shows these lines. */
  syncLines(lines: readonly string[]): void {
    this.#labels.forEach((label, index) => {
      label.text = lines[index] ?? '';
      label.visible = label.text !== '';
    });
    this.accessible_name = lines.filter(Boolean).join(', ');
    this.visible = this.accessible_name !== '';
  }
}

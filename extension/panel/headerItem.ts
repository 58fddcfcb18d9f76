import Clutter from 'gi://Clutter';
import GObject from 'gi://GObject';
import St from 'gi://St';
import { PopupBaseMenuItem } from 'resource:///org/gnome/shell/ui/popupMenu.js';

import type { MenuModel } from './menuModel.js';

/** The menu's first item: the state in words and, below, what to know about it. */
export class HeaderItem extends PopupBaseMenuItem {
  static {
    GObject.registerClass({ GTypeName: 'CloudToLocalLLMHeaderItem' }, this);
  }

  readonly #title = new St.Label({ style_class: 'cloudtolocalllm-title' });
  readonly #subtitle = new St.Label({ style_class: 'cloudtolocalllm-secondary', opacity: 180 });

  constructor() {
    // Focusable, so that a screen reader gets to it, but there is nothing to activate.
    super({ activate: false, hover: false });
    for (const label of [this.#title, this.#subtitle]) label.clutter_text.line_wrap = true;

    const box = new St.BoxLayout({ orientation: Clutter.Orientation.VERTICAL, x_expand: true });
    box.add_child(this.#title);
    box.add_child(this.#subtitle);
    this.add_child(box);
    this.label_actor = this.#title;
  }

  /** Shows the state in the model. */
  sync(model: MenuModel): void {
    this.#title.text = model.title;
    this.#subtitle.text = model.subtitle;
    this.#subtitle.visible = model.subtitle !== '';
    this.accessible_name = [model.title, model.subtitle].filter(Boolean).join(', ');
  }
}

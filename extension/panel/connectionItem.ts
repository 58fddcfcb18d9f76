import Clutter from 'gi://Clutter';
import GObject from 'gi://GObject';
import Pango from 'gi://Pango';
import St from 'gi://St';
import { PopupBaseMenuItem } from 'resource:///org/gnome/shell/ui/popupMenu.js';

import type { ConnectionItemModel } from './menuModel.js';

/** One connection: its name, its state at the end of the line, and its error below. */
export class ConnectionItem extends PopupBaseMenuItem {
  static {
    GObject.registerClass({ GTypeName: 'CloudToLocalLLMConnectionItem' }, this);
  }

  readonly #name = new St.Label({ x_expand: true });
  readonly #state = new St.Label();
  readonly #error = new St.Label({ style_class: 'cloudtolocalllm-secondary', opacity: 180 });

  constructor() {
    // Focusable, so that a screen reader gets to it, but there is nothing to activate.
    super({ activate: false, hover: false });
    this.#error.clutter_text.set({ line_wrap: true, line_wrap_mode: Pango.WrapMode.WORD_CHAR });

    const line = new St.BoxLayout({ style_class: 'cloudtolocalllm-line' });
    line.add_child(this.#name);
    line.add_child(this.#state);
    const box = new St.BoxLayout({ orientation: Clutter.Orientation.VERTICAL, x_expand: true });
    box.add_child(line);
    box.add_child(this.#error);
    this.add_child(box);
    this.label_actor = this.#name;
  }

  /** Shows the connection in the model. */
  sync(model: ConnectionItemModel): void {
    this.#name.text = model.name;
    this.#name.opacity = model.dimmed ? 130 : 255;
    this.#state.opacity = model.dimmed ? 130 : 180;
    this.#state.text = model.state;
    this.#error.text = model.error;
    this.#error.visible = model.error !== '';
    this.accessible_name = [model.name, model.state, model.error].filter(Boolean).join(', ');
  }
}

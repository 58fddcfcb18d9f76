import Clutter from 'gi://Clutter';
import GObject from 'gi://GObject';
import Pango from 'gi://Pango';
import St from 'gi://St';
import { PopupBaseMenuItem } from 'resource:///org/gnome/shell/ui/popupMenu.js';

import { linesBox, secondaryLabel, wrapped } from './labels.js';

/** What a row with a button shows. */
export interface ButtonRowModel {
  readonly title: string;
  readonly details: string;
  readonly button: { readonly label: string; readonly accessibleName: string };
}

/** Two lines to read, and a button at their end. */
export class ButtonRow extends PopupBaseMenuItem {
  static {
    GObject.registerClass({ GTypeName: 'CloudToLocalLLMButtonRow' }, this);
  }

  /** Where the lines are, for what else belongs to them. */
  protected readonly lines = linesBox();
  readonly #title = new St.Label();
  readonly #details = wrapped(secondaryLabel());
  readonly #button = new St.Button({
    style_class: 'button cloudtolocalllm-button',
    can_focus: true,
    y_align: Clutter.ActorAlign.CENTER,
  });

  /** @param onClicked - called when a person presses the button */
  constructor(onClicked: () => void) {
    // Nothing inside what takes the focus is reached by keyboard, so it is the button that takes it, and tells of the row.
    super({ activate: false, hover: false, can_focus: false });
    this.#title.clutter_text.ellipsize = Pango.EllipsizeMode.MIDDLE;
    this.lines.x_expand = true;
    this.lines.add_child(this.#title);
    this.lines.add_child(this.#details);
    this.add_child(this.lines);
    this.add_child(this.#button);
    this.#button.connect('clicked', onClicked);
  }

  /** Shows what is in the model. */
  syncRow({ title, details, button }: ButtonRowModel): void {
    this.#title.text = title;
    this.#details.text = details;
    this.#details.visible = details !== '';
    this.#button.label = button.label;
    this.#button.accessible_name = [button.accessibleName, details].filter(Boolean).join(', ');
  }
}

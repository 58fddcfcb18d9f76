import GObject from 'gi://GObject';
import St from 'gi://St';
import { type PopupMenuBase, PopupSubMenuMenuItem } from 'resource:///org/gnome/shell/ui/popupMenu.js';

import { linesBox, valueLabel } from './labels.js';
import { letGo } from './popups.js';

/** A line that unfolds: a title, a value at its end, and more below. What is below is made when it is first wanted. */
export abstract class Expander extends PopupSubMenuMenuItem {
  static {
    // The types have no word for a class that is there to be derived from.
    GObject.registerClass({ GTypeName: 'CloudToLocalLLMExpander' }, this as unknown as typeof PopupSubMenuMenuItem);
  }

  readonly #value = valueLabel();
  readonly #title: string;
  #filled = false;

  /** @param title - what the line is called, if that doesn't change */
  constructor(title = '') {
    super(title);
    this.#title = title;
    // Before the arrow, as the system menus show a current value.
    this.insert_child_below(this.#value, this.get_last_child());
    // The menu as a whole scrolls; two things that scroll, one in the other, would fight for the room.
    const { NEVER } = St.PolicyType;
    const view = this.menu.actor;
    view.connect('notify::vscrollbar-policy', () => {
      if (view.vscrollbar_policy !== NEVER) view.vscrollbar_policy = NEVER;
    });
  }

  /** Whether there is something below to be kept current. */
  get filled(): boolean {
    return this.#filled;
  }

  /** Adds it to a menu, such that nothing of either is kept once it is destroyed. */
  addTo(menu: PopupMenuBase): void {
    menu.addMenuItem(this);
    letGo(menu, this.menu);
  }

  override setSubmenuShown(open: boolean): void {
    if (open && !this.#filled) {
      this.#filled = true;
      this.fill();
    }
    super.setSubmenuShown(open);
  }

  /** Puts a line of text under the title and the value, as long as both and the space between. */
  protected addLine(line: St.Label): void {
    const first = new St.BoxLayout();
    const lines = linesBox();
    this.replace_child(this.label, lines);
    this.remove_child(this.#value);
    this.label.x_expand = true;
    first.add_child(this.label);
    first.add_child(this.#value);
    lines.add_child(first);
    lines.add_child(line);
    // Else what is spare is given to what the shell keeps the title and the arrow apart with.
    for (const child of this.get_children()) child.x_expand = child === lines;
  }

  /** Makes what is below. */
  protected abstract fill(): void;

  /** Shows a value at the end of the line, and says it. */
  protected showValue(value: string): void {
    this.#value.text = value;
    this.#value.visible = value !== '';
    this.accessible_name = [this.#title, value].filter(Boolean).join(', ');
  }
}

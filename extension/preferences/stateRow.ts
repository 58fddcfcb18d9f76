import Adw from 'gi://Adw';
import GObject from 'gi://GObject';
import Gtk from 'gi://Gtk';
import { gettext as _ } from 'resource:///org/gnome/Shell/Extensions/js/extensions/prefs.js';

/** How something is, with the buttons for what can be done about it, and a spinner while something is under way. */
export class StateRow extends Adw.ActionRow {
  static {
    GObject.registerClass({ GTypeName: 'CloudToLocalLLMStateRow' }, this);
  }

  readonly #spinner = new Adw.Spinner({ visible: false, valign: Gtk.Align.CENTER });

  /** @param buttons - at the end of the row, in order */
  constructor(buttons: readonly Gtk.Button[]) {
    super({ use_markup: false });
    this.#spinner.update_property([Gtk.AccessibleProperty.LABEL], [_('Please wait')]);
    this.add_suffix(this.#spinner);
    for (const button of buttons) {
      button.valign = Gtk.Align.CENTER;
      this.add_suffix(button);
    }
  }

  /** Shows that something is under way, or isn't any more. */
  set busy(busy: boolean) {
    this.#spinner.visible = busy;
  }
}

import Adw from 'gi://Adw';
import Gdk from 'gi://Gdk';
import GObject from 'gi://GObject';
import Gtk from 'gi://Gtk';
import { gettext as _ } from 'resource:///org/gnome/Shell/Extensions/js/extensions/prefs.js';

import { meaningOf } from './keys.js';

/** Asks for keys by having them struck. What GNOME uses itself never comes here, and so can't be taken by mistake. */
export class ShortcutDialog extends Adw.Dialog {
  static {
    GObject.registerClass({ GTypeName: 'CloudToLocalLLMShortcutDialog' }, this);
  }

  readonly #onChosen: (accelerator: string) => void;
  readonly #status = new Adw.StatusPage({
    icon_name: 'input-keyboard-symbolic',
    title: _('Press the New Shortcut'),
    description: _('Esc cancels, Backspace leaves it without any. Keys that GNOME uses itself don’t arrive here.'),
  });

  /** @param onChosen - called with the keys as GTK writes them, "" for none */
  constructor(onChosen: (accelerator: string) => void) {
    super({ title: _('Shortcut'), content_width: 440, content_height: 360 });
    this.#onChosen = onChosen;
    const view = new Adw.ToolbarView({ content: this.#status });
    view.add_top_bar(new Adw.HeaderBar());
    this.child = view;
    // Before the window and the buttons in it have their own way with the keys.
    const keys = new Gtk.EventControllerKey({ propagation_phase: Gtk.PropagationPhase.CAPTURE });
    keys.connect('key-pressed', (_keys, key, _code, state) => {
      this.#take(key, state);
      return true;
    });
    this.add_controller(keys);
  }

  #take(key: number, state: Gdk.ModifierType): void {
    const modifiers: Gdk.ModifierType = state & Gtk.accelerator_get_default_mod_mask();
    const held = (mask: Gdk.ModifierType): boolean => (modifiers & mask) !== 0;
    const { CONTROL_MASK, ALT_MASK, SUPER_MASK } = Gdk.ModifierType;
    const name = Gdk.keyval_name(key) ?? '';
    switch (meaningOf({ key: name, control: held(CONTROL_MASK), alt: held(ALT_MASK), super: held(SUPER_MASK) })) {
      case 'wait':
        return;
      case 'cancel':
        this.close();
        return;
      case 'clear':
        this.#choose('');
        return;
      case 'refuse':
        this.#say(_('Alone, this key writes text or moves the focus. Hold Super, Ctrl or Alt with it.'));
        return;
      case 'take':
        this.#choose(Gtk.accelerator_name(Gdk.keyval_to_lower(key), modifiers));
    }
  }

  #choose(accelerator: string): void {
    this.#onChosen(accelerator);
    this.close();
  }

  #say(text: string): void {
    this.#status.description = text;
    this.announce(text, Gtk.AccessibleAnnouncementPriority.HIGH);
  }
}

import Adw from 'gi://Adw';
import type Gio from 'gi://Gio';
import GObject from 'gi://GObject';
import Gtk from 'gi://Gtk';

/** An entry for a string key that is written when it is applied, and only if it passes a check. */
export class CheckedEntryRow extends Adw.EntryRow {
  static {
    GObject.registerClass({ GTypeName: 'CloudToLocalLLMCheckedEntryRow' }, this);
  }

  /**
   * @param title - what the entry is for
   * @param settings - where its key is
   * @param key - a string key
   * @param check - what is expected instead of a text, in words; "" when the text is right
   */
  constructor(title: string, settings: Gio.Settings, key: string, check: (text: string) => string) {
    super({ title, use_markup: false, show_apply_button: true, text: settings.get_string(key) });
    this.connect('changed', () => {
      const expected = check(this.text.trim());
      // The title is what stays visible above the text, and what a screen reader says for it.
      this.title = expected || title;
      if (expected) this.add_css_class('error');
      else this.remove_css_class('error');
      this.update_state([Gtk.AccessibleState.INVALID], [Number(expected !== '')]);
    });
    this.connect('apply', () => {
      const text = this.text.trim();
      if (!check(text)) settings.set_string(key, text);
    });
    settings.connect(`changed::${key}`, () => {
      if (this.text.trim() !== settings.get_string(key)) this.text = settings.get_string(key);
    });
  }
}

import Adw from 'gi://Adw';
import type Gio from 'gi://Gio';
import GObject from 'gi://GObject';
import Gtk from 'gi://Gtk';

/** How a key's value is written in an entry, and read from there. */
export interface TextForm {
  readonly read: (settings: Gio.Settings, key: string) => string;
  readonly write: (settings: Gio.Settings, key: string, text: string) => void;
}

/** A string key as it is. */
const asString: TextForm = {
  read: (settings, key) => settings.get_string(key),
  write: (settings, key, text) => settings.set_string(key, text),
};

/** A list of strings as words with spaces between them. */
export const asWords: TextForm = {
  read: (settings, key) => settings.get_strv(key).join(' '),
  write: (settings, key, text) => settings.set_strv(key, text.split(/\s+/).filter(Boolean)),
};

/** An entry for a key that is written when it is applied, and only if it passes a check. */
export class CheckedEntryRow extends Adw.EntryRow {
  static {
    GObject.registerClass({ GTypeName: 'CloudToLocalLLMCheckedEntryRow' }, this);
  }

  /**
   * @param title - what the entry is for
   * @param settings - where its key is
   * @param key - what is written
   * @param check - what is expected instead of a text, in words; "" when the text is right
   * @param form - how it is written
   */
  constructor(
    title: string,
    settings: Gio.Settings,
    key: string,
    check: (text: string) => string,
    { read, write } = asString,
  ) {
    super({ title, use_markup: false, show_apply_button: true, text: read(settings, key) });
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
      if (!check(text)) write(settings, key, text);
    });
    settings.connect(`changed::${key}`, () => {
      if (this.text.trim() !== read(settings, key)) this.text = read(settings, key);
    });
  }
}

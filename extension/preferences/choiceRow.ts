import Adw from 'gi://Adw';
import type Gio from 'gi://Gio';
import GObject from 'gi://GObject';
import Gtk from 'gi://Gtk';

/** A value that a settings key can have, in words. */
export interface Choice {
  readonly value: string;
  readonly label: string;
}

/** A row that chooses one of a few values of a string or enumeration key. */
export class ChoiceRow extends Adw.ComboRow {
  static {
    GObject.registerClass({ GTypeName: 'CloudToLocalLLMChoiceRow' }, this);
  }

  readonly #settings: Gio.Settings;
  readonly #key: string;
  #choices: readonly Choice[] = [];

  constructor(title: string, settings: Gio.Settings, key: string, choices: readonly Choice[]) {
    super({ title });
    this.#settings = settings;
    this.#key = key;
    this.choices = choices;
    settings.connect(`changed::${key}`, () => {
      this.#sync();
    });
    this.connect('notify::selected', () => {
      const choice = this.#choices[this.selected];
      if (choice && choice.value !== settings.get_string(key)) settings.set_string(key, choice.value);
    });
  }

  /** What can be chosen. A value that isn't among it stays in the settings and shows as nothing chosen. */
  set choices(choices: readonly Choice[]) {
    const same = choices.length === this.#choices.length;
    if (
      same &&
      choices.every(({ label, value }, i) => this.#choices[i]?.label === label && this.#choices[i].value === value)
    ) {
      return;
    }
    // Taken away meanwhile, because changing the list selects its first entry.
    this.#choices = [];
    this.model = Gtk.StringList.new(choices.map((choice) => choice.label));
    this.selected = Gtk.INVALID_LIST_POSITION;
    this.#choices = choices;
    this.#sync();
  }

  #sync(): void {
    const value = this.#settings.get_string(this.#key);
    const position = this.#choices.findIndex((choice) => choice.value === value);
    this.selected = position < 0 ? Gtk.INVALID_LIST_POSITION : position;
  }
}

import Adw from 'gi://Adw';
import type Gio from 'gi://Gio';
import GObject from 'gi://GObject';
import { gettext as _, ngettext } from 'resource:///org/gnome/Shell/Extensions/js/extensions/prefs.js';

import { reasonOf } from '../../broker/bus.js';
import { fill } from '../../broker/translator.js';
import { isDismissed } from '../dismissed.js';
import { readText, writeText } from '../files.js';
import { ProblemRow } from '../problemRow.js';
import { chooseFile, chooseNewFile } from './chooseFile.js';
import type { SavedSettings } from './model.js';
import { SettingsFileProblem, settingsFileProblemInWords } from './problem.js';
import { readSettings } from './read.js';
import type { StoredSettings } from './stored.js';
import { writeSettings } from './write.js';

/** Takes all settings into a file, and back. */
export class SettingsFileGroup extends Adw.PreferencesGroup {
  static {
    GObject.registerClass({ GTypeName: 'CloudToLocalLLMSettingsFileGroup' }, this);
  }

  readonly #window: Adw.PreferencesWindow;
  readonly #stored: StoredSettings;
  readonly #version: string;
  readonly #problem = new ProblemRow();

  /**
   * @param window - shows dialogs and toasts
   * @param stored - the settings
   * @param version - of the extension
   */
  constructor(window: Adw.PreferencesWindow, stored: StoredSettings, version: string) {
    super({
      title: _('Settings'),
      description: _('A file holds all of them but tokens, and what signing in gave: those stay in the keyring.'),
    });
    this.#window = window;
    this.#stored = stored;
    this.#version = version;
    const save = new Adw.ButtonRow({ title: _('Export…'), start_icon_name: 'document-save-symbolic' });
    const load = new Adw.ButtonRow({ title: _('Import…'), start_icon_name: 'document-open-symbolic' });
    save.connect('activated', () => {
      this.#pursue(this.#save());
    });
    load.connect('activated', () => {
      this.#pursue(this.#load());
    });
    for (const row of [save, load, this.#problem]) this.add(row);
  }

  async #save(): Promise<void> {
    const file = await chooseNewFile(this.#window, _('Export Settings'), 'cloudtolocalllm.json');
    await writeText(file, writeSettings(this.#stored.read(), this.#version));
    this.#tell(fill(_('Settings exported to {file}'), { file: file.get_basename() ?? '' }));
  }

  async #load(): Promise<void> {
    const file = await chooseFile(this.#window, _('Import Settings'));
    // All of it is checked before anything is asked, and nothing is written before that.
    const settings = readSettings(await readText(file), this.#stored.shapes, { gettext: _, ngettext });
    this.#confirm(file, settings);
  }

  #confirm(file: Gio.File, settings: SavedSettings): void {
    const count = settings.connections.length;
    const body = ngettext(
      '“{file}” has {number} connection. It takes the place of what is set now.',
      '“{file}” has {number} connections. They take the place of what is set now.',
      count,
    );
    const dialog = new Adw.AlertDialog({
      heading: _('Replace All Settings?'),
      body: fill(body, { file: file.get_basename() ?? '', number: String(count) }),
      close_response: 'cancel',
    });
    dialog.add_response('cancel', _('Cancel'));
    dialog.add_response('replace', _('Replace'));
    dialog.set_response_appearance('replace', Adw.ResponseAppearance.DESTRUCTIVE);
    dialog.connect('response::replace', () => {
      this.#replace(settings);
    });
    dialog.present(this.#window);
  }

  #replace(settings: SavedSettings): void {
    const before = this.#stored.read();
    this.#stored.write(settings);
    const toast = new Adw.Toast({ title: _('Settings imported'), button_label: _('Undo'), timeout: 10 });
    toast.connect('button-clicked', () => {
      this.#stored.write(before);
    });
    this.#window.add_toast(toast);
  }

  #pursue(asked: Promise<void>): void {
    this.#problem.say('');
    asked.catch((error: unknown) => {
      if (isDismissed(error)) return;
      const reason =
        error instanceof SettingsFileProblem
          ? settingsFileProblemInWords(error, { gettext: _, ngettext })
          : reasonOf(error);
      this.#problem.say(fill(_('Nothing was done. {reason}'), { reason }));
    });
  }

  #tell(news: string): void {
    this.#window.add_toast(new Adw.Toast({ title: news, use_markup: false }));
  }
}

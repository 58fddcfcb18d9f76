import Adw from 'gi://Adw';
import Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import GObject from 'gi://GObject';
import Gtk from 'gi://Gtk';
import { gettext as _, ngettext } from 'resource:///org/gnome/Shell/Extensions/js/extensions/prefs.js';

import type { Broker } from '../../broker/broker.js';
import { fill } from '../../broker/translator.js';
import { whileShown } from '../whileShown.js';
import { ModelListPage } from './modelListPage.js';
import { type ModelMap, type ModelName, namesOf, withName, withoutName } from './modelMap.js';
import { NameDialog } from './nameDialog.js';
import { serverModels } from './serverModels.js';

const KEY = 'models';

/** The names that a connection's models have for applications, and the models that it has. */
export class ModelsGroup extends Adw.PreferencesGroup {
  static {
    GObject.registerClass({ GTypeName: 'CloudToLocalLLMModelsGroup' }, this);
  }

  readonly #window: Adw.PreferencesWindow;
  readonly #connection: string;
  readonly #settings: Gio.Settings;
  readonly #broker: Broker;
  readonly #models = new Adw.ActionRow({ use_markup: false });
  readonly #next = new Gtk.Image({ icon_name: 'go-next-symbolic' });
  readonly #add = new Adw.ButtonRow({ title: _('Add a Name'), start_icon_name: 'list-add-symbolic' });
  #rows: Adw.ActionRow[] = [];

  /**
   * @param window - shows pages and toasts
   * @param connection - the connection's id
   * @param settings - the connection's own settings
   * @param broker - knows which models there are
   */
  constructor(window: Adw.PreferencesWindow, connection: string, settings: Gio.Settings, broker: Broker) {
    super();
    this.#window = window;
    this.#connection = connection;
    this.#settings = settings;
    this.#broker = broker;
    settings.bind('name', this, 'title', Gio.SettingsBindFlags.GET);
    this.#models.add_suffix(this.#next);
    this.#models.connect('activated', () => {
      window.push_subpage(new ModelListPage(connection, settings, broker));
    });
    this.#add.connect('activated', () => {
      this.#edit(null);
    });
    this.add(this.#models);
    settings.connect(`changed::${KEY}`, () => {
      this.#syncNames();
    });
    whileShown(this, broker, () => {
      this.#syncModels();
    });
    this.#syncNames();
  }

  get #map(): ModelMap {
    return this.#settings.get_value(KEY).deepUnpack<ModelMap>();
  }

  set #map(map: ModelMap) {
    this.#settings.set_value(KEY, new GLib.Variant('a{ss}', map));
  }

  #syncModels(): void {
    const { state, models } = serverModels(this.#broker.snapshot(), this.#connection, { gettext: _, ngettext });
    this.#models.title = state;
    this.#models.activatable = models.length > 0;
    this.#next.visible = models.length > 0;
  }

  #syncNames(): void {
    for (const row of [...this.#rows, this.#add]) if (row.get_parent() !== null) this.remove(row);
    this.#rows = namesOf(this.#map).map((name) => this.#newRow(name));
    for (const row of [...this.#rows, this.#add]) this.add(row);
  }

  #newRow(name: ModelName): Adw.ActionRow {
    const remove = new Gtk.Button({
      icon_name: 'user-trash-symbolic',
      tooltip_text: fill(_('Remove “{name}”'), { name: name.asked }),
      valign: Gtk.Align.CENTER,
      css_classes: ['flat'],
    });
    remove.connect('clicked', () => {
      this.#remove(name);
    });
    // Translators: the model that serves whoever asks for another name
    const subtitle = fill(_('Served by {model}'), { model: name.model });
    const row = new Adw.ActionRow({ title: name.asked, subtitle, use_markup: false, activatable: true });
    row.add_suffix(remove);
    row.add_suffix(new Gtk.Image({ icon_name: 'document-edit-symbolic' }));
    row.connect('activated', () => {
      this.#edit(name);
    });
    return row;
  }

  #edit(before: ModelName | null): void {
    const connection = this.#broker.snapshot().connections.find(({ id }) => id === this.#connection);
    const dialog = new NameDialog(this.#map, before, connection?.models ?? [], (name) => {
      this.#map = withName(this.#map, before?.asked ?? null, name);
    });
    dialog.present(this.#window);
  }

  #remove(name: ModelName): void {
    this.#map = withoutName(this.#map, name.asked);
    const toast = new Adw.Toast({
      title: fill(_('“{name}” removed'), { name: name.asked }),
      use_markup: false,
      button_label: _('Undo'),
    });
    toast.connect('button-clicked', () => {
      this.#map = withName(this.#map, null, name);
    });
    this.#window.add_toast(toast);
  }
}

import Adw from 'gi://Adw';
import Gio from 'gi://Gio';
import GObject from 'gi://GObject';
import Gtk from 'gi://Gtk';
import { gettext as _, ngettext } from 'resource:///org/gnome/Shell/Extensions/js/extensions/prefs.js';

import type { Broker } from '../../broker/broker.js';
import { whileShown } from '../whileShown.js';
import { modelsLike } from './modelMap.js';
import { serverModels } from './serverModels.js';

/** Fewer can be taken in at a glance. */
const MANY = 8;

/** All models that a connection has, which can be searched. */
export class ModelListPage extends Adw.NavigationPage {
  static {
    GObject.registerClass({ GTypeName: 'CloudToLocalLLMModelListPage' }, this);
  }

  readonly #connection: string;
  readonly #broker: Broker;
  readonly #search = new Gtk.SearchEntry({ placeholder_text: _('Search Models') });
  readonly #group = new Adw.PreferencesGroup();
  readonly #none = new Adw.StatusPage({ icon_name: 'edit-find-symbolic', title: _('No Such Model'), visible: false });
  #rows: Adw.ActionRow[] = [];
  #shown = '';

  /**
   * @param connection - the connection's id
   * @param settings - the connection's own settings
   * @param broker - knows which models there are
   */
  constructor(connection: string, settings: Gio.Settings, broker: Broker) {
    super();
    this.#connection = connection;
    this.#broker = broker;
    settings.bind('name', this, 'title', Gio.SettingsBindFlags.GET);
    this.#search.connect('search-changed', () => {
      this.#sync();
    });
    const bar = new Gtk.SearchBar({ search_mode_enabled: true, child: new Adw.Clamp({ child: this.#search }) });
    const page = new Adw.PreferencesPage();
    page.add(this.#group);
    const box = new Gtk.Box({ orientation: Gtk.Orientation.VERTICAL });
    box.append(page);
    box.append(this.#none);
    const view = new Adw.ToolbarView({ content: box });
    view.add_top_bar(new Adw.HeaderBar());
    view.add_top_bar(bar);
    bar.visible = this.#models.length > MANY;
    this.child = view;
    whileShown(this, broker, () => {
      this.#sync();
    });
  }

  get #models() {
    return serverModels(this.#broker.snapshot(), this.#connection, { gettext: _, ngettext }).models;
  }

  #sync(): void {
    const all = this.#models;
    const names = modelsLike(
      all.map(({ name }) => name),
      this.#search.text,
    );
    const models = all.filter(({ name }) => names.includes(name));
    const shown = JSON.stringify(models);
    if (shown === this.#shown) return;
    this.#shown = shown;
    for (const row of this.#rows) this.#group.remove(row);
    this.#rows = models.map(
      ({ name, detail }) =>
        new Adw.ActionRow({ title: name, subtitle: detail, use_markup: false, title_selectable: true }),
    );
    for (const row of this.#rows) this.#group.add(row);
    this.#none.visible = models.length === 0;
  }
}

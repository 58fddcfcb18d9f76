import Adw from 'gi://Adw';
import type Gio from 'gi://Gio';
import GObject from 'gi://GObject';
import Gtk from 'gi://Gtk';
import { gettext as _, ngettext } from 'resource:///org/gnome/Shell/Extensions/js/extensions/prefs.js';

import type { Broker } from '../broker/broker.js';
import { isCancelled, reasonOf } from '../broker/bus.js';
import { fill } from '../broker/translator.js';
import type { ConnectionList } from './connectionList.js';
import type { ConnectionPages } from './connectionPages.js';
import { discoveryModel, type FoundRow, type Search } from './discoveryModel.js';
import { explain } from './spoken.js';
import { whileShown } from './whileShown.js';

/** Servers that run on this machine and are no connections yet, looked for whenever this is shown. */
export class FoundGroup extends Adw.PreferencesGroup {
  static {
    GObject.registerClass({ GTypeName: 'CloudToLocalLLMFoundGroup' }, this);
  }

  readonly #list: ConnectionList;
  readonly #broker: Broker;
  readonly #pages: ConnectionPages;
  readonly #note = new Adw.ActionRow({ use_markup: false });
  readonly #spinner = new Adw.Spinner({ valign: Gtk.Align.CENTER });
  readonly #again = new Gtk.Button({
    icon_name: 'view-refresh-symbolic',
    tooltip_text: _('Search Again'),
    valign: Gtk.Align.CENTER,
    css_classes: ['flat'],
  });
  #search: Search = { underWay: false, found: null, failure: '' };
  #rows: Adw.ActionRow[] = [];
  /** What is shown now, as text, so that the same isn't built again. */
  #shown = '';
  #ran = false;

  /**
   * @param settings - the extension's settings
   * @param list - the connections in the settings
   * @param broker - looks for servers
   * @param pages - shows the connection that was added
   */
  constructor(settings: Gio.Settings, list: ConnectionList, broker: Broker, pages: ConnectionPages) {
    super({ title: _('Found on This Machine') });
    this.#list = list;
    this.#broker = broker;
    this.#pages = pages;
    this.#spinner.update_property([Gtk.AccessibleProperty.LABEL], [_('Looking for servers…')]);
    const suffix = new Gtk.Box({ spacing: 6 });
    suffix.append(this.#spinner);
    suffix.append(this.#again);
    this.header_suffix = suffix;
    this.add(this.#note);
    this.#again.connect('clicked', () => {
      this.#look();
    });
    settings.connect('changed::connections', () => {
      this.#sync();
    });
    this.connect('map', () => {
      this.#ran = false;
    });
    whileShown(this, broker, () => {
      this.#follow();
    });
  }

  /** Looks as soon as there is a service to ask. */
  #follow(): void {
    const runs = this.#broker.snapshot().presence === 'running';
    const begins = runs && !this.#ran;
    this.#ran = runs;
    if (begins) this.#look();
    else this.#sync();
  }

  #look(): void {
    if (this.#search.underWay) return;
    this.#search = { ...this.#search, underWay: true, failure: '' };
    this.#sync();
    this.#broker.requests
      .discover()
      .then((found) => {
        this.#search = { underWay: false, found, failure: '' };
        this.#sync();
      })
      .catch((error: unknown) => {
        if (isCancelled(error)) return;
        this.#search = { underWay: false, found: null, failure: reasonOf(error) };
        this.#sync();
      });
  }

  #sync(): void {
    const addresses = this.#list.ids.map((id) => this.#list.settingsFor(id).get_string('url'));
    const { presence } = this.#broker.snapshot();
    const model = discoveryModel(presence, this.#search, addresses, { gettext: _, ngettext });
    this.#spinner.visible = model.busy;
    this.#again.visible = !model.busy;
    this.#again.sensitive = model.canSearch;
    this.#note.title = model.note;
    this.#note.subtitle = model.advice;
    this.#note.visible = model.note !== '';
    const shown = JSON.stringify(model.rows);
    if (shown === this.#shown) return;
    this.#shown = shown;
    for (const row of this.#rows) this.remove(row);
    this.#rows = model.rows.map((row) => this.#newRow(row));
    for (const row of this.#rows) this.add(row);
  }

  #newRow({ server, title, subtitle }: FoundRow): Adw.ActionRow {
    const add = new Gtk.Button({ label: _('Add'), valign: Gtk.Align.CENTER });
    explain(add, fill(_('Add {server}'), { server: title }));
    add.connect('clicked', () => {
      const { kind, name, url } = server;
      this.#list.add({ kind, name, url, place: 'local' });
      this.#pages.tell(fill(_('“{connection}” added'), { connection: name }));
    });
    const row = new Adw.ActionRow({ title, subtitle, use_markup: false, activatable_widget: add });
    row.add_suffix(add);
    return row;
  }
}

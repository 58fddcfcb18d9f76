import Adw from 'gi://Adw';
import Gio from 'gi://Gio';
import GObject from 'gi://GObject';
import { gettext as _ } from 'resource:///org/gnome/Shell/Extensions/js/extensions/prefs.js';

import { ChoiceRow } from './choiceRow.js';
import type { ConnectionList } from './connectionList.js';

/** Which connections may serve at all. */
export class RouteGroup extends Adw.PreferencesGroup {
  static {
    GObject.registerClass({ GTypeName: 'CloudToLocalLLMRouteGroup' }, this);
  }

  readonly #list: ConnectionList;
  readonly #row: ChoiceRow;
  /** Kept, because their names are followed. */
  #connections: Gio.Settings[] = [];

  /**
   * @param settings - the extension's settings
   * @param list - the connections in the settings
   */
  constructor(settings: Gio.Settings, list: ConnectionList) {
    super();
    this.#list = list;
    this.#row = new ChoiceRow(_('Route'), settings, 'route', []);
    this.#row.subtitle = _('Which connections may serve requests');
    this.add(this.#row);
    const continuation = new Adw.SwitchRow({
      title: _('Continue Broken Answers'),
      subtitle: _('Let another connection go on when an answer breaks off in the middle'),
    });
    settings.bind('continuation', continuation, 'active', Gio.SettingsBindFlags.DEFAULT);
    this.add(continuation);
    settings.connect('changed::connections', () => {
      this.#follow();
    });
    this.#follow();
  }

  #follow(): void {
    this.#connections = this.#list.ids.map((id) => this.#list.settingsFor(id));
    for (const connection of this.#connections) {
      connection.connect('changed::name', () => {
        this.#sync();
      });
    }
    this.#sync();
  }

  #sync(): void {
    this.#row.choices = [
      { value: 'automatic', label: _('Automatic') },
      { value: 'local', label: _('Local Only') },
      { value: 'cloud', label: _('Cloud Only') },
      ...this.#list.ids
        .map((id, position) => ({ value: id, label: this.#connections[position]?.get_string('name') ?? id }))
        // As a route, these ids mean the place.
        .filter(({ value }) => value !== 'local' && value !== 'cloud'),
    ];
  }
}

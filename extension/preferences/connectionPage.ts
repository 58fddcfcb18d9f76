import Adw from 'gi://Adw';
import Gio from 'gi://Gio';
import GObject from 'gi://GObject';
import { gettext as _ } from 'resource:///org/gnome/Shell/Extensions/js/extensions/prefs.js';

import { IdentityGroup } from './identityGroup.js';
import { OllamaGroup } from './ollamaGroup.js';
import { TimeoutsGroup } from './timeoutsGroup.js';

/** Everything that can be set for one connection. */
export class ConnectionPage extends Adw.NavigationPage {
  static {
    GObject.registerClass({ GTypeName: 'CloudToLocalLLMConnectionPage' }, this);
  }

  /**
   * @param settings - the connection's own settings
   * @param onRemove - called when the connection shall go
   */
  constructor(settings: Gio.Settings, onRemove: () => void) {
    super();
    settings.bind('name', this, 'title', Gio.SettingsBindFlags.GET);

    const remove = new Adw.ButtonRow({ title: _('Remove Connection') });
    remove.add_css_class('destructive-action');
    remove.connect('activated', onRemove);
    const removal = new Adw.PreferencesGroup();
    removal.add(remove);

    const ollama = new OllamaGroup(settings);
    const timeouts = new TimeoutsGroup(settings);
    const page = new Adw.PreferencesPage();
    for (const group of [new IdentityGroup(settings), ollama, timeouts, removal]) page.add(group);
    const sync = () => {
      const kind = settings.get_string('kind');
      timeouts.visible = kind !== 'demo';
      ollama.visible = kind === 'ollama' || kind === 'cloudtolocalllm';
    };
    settings.connect('changed::kind', sync);
    sync();

    const view = new Adw.ToolbarView({ content: page });
    view.add_top_bar(new Adw.HeaderBar());
    this.child = view;
  }
}

import Adw from 'gi://Adw';
import Gio from 'gi://Gio';
import GObject from 'gi://GObject';
import { gettext as _ } from 'resource:///org/gnome/Shell/Extensions/js/extensions/prefs.js';

import type { Broker } from '../broker/broker.js';
import { BrokerBanner } from './brokerBanner.js';
import { CredentialsGroup } from './credentialsGroup.js';
import { IdentityGroup } from './identityGroup.js';
import { LoadGroup } from './loadGroup.js';
import { OllamaGroup } from './ollamaGroup.js';
import { StateGroup } from './stateGroup.js';
import { TimeoutsGroup } from './timeoutsGroup.js';

/** A connection that is edited, and what that needs. */
export interface EditedConnection {
  readonly id: string;
  /** The connection's own settings. */
  readonly settings: Gio.Settings;
  readonly broker: Broker;
  /** Called when the connection shall go. */
  readonly onRemove: () => void;
  /** Shows a person in passing that something has come true. */
  readonly tell: (news: string) => void;
}

/** Everything that can be set for one connection. */
export class ConnectionPage extends Adw.NavigationPage {
  static {
    GObject.registerClass({ GTypeName: 'CloudToLocalLLMConnectionPage' }, this);
  }

  /** @param connection - what the page is about */
  constructor({ id, settings, broker, onRemove, tell }: EditedConnection) {
    super();
    settings.bind('name', this, 'title', Gio.SettingsBindFlags.GET);

    const remove = new Adw.ButtonRow({ title: _('Remove Connection') });
    remove.add_css_class('destructive-action');
    remove.connect('activated', onRemove);
    const removal = new Adw.PreferencesGroup();
    removal.add(remove);

    const load = new LoadGroup(settings);
    const ollama = new OllamaGroup(settings);
    const timeouts = new TimeoutsGroup(settings);
    const credentials = new CredentialsGroup(id, settings, broker, tell);
    const page = new Adw.PreferencesPage({ banner: new BrokerBanner(broker).widget });
    const identity = new IdentityGroup(settings);
    const groups = [new StateGroup(id, broker), identity, credentials, load, ollama, timeouts, removal];
    for (const group of groups) page.add(group);
    const sync = () => {
      const kind = settings.get_string('kind');
      for (const group of [credentials, load, timeouts]) group.visible = kind !== 'demo';
      ollama.visible = kind === 'ollama' || kind === 'cloudtolocalllm';
    };
    settings.connect('changed::kind', sync);
    sync();

    const view = new Adw.ToolbarView({ content: page });
    view.add_top_bar(new Adw.HeaderBar());
    this.child = view;
  }
}

import Adw from 'gi://Adw';
import type Gio from 'gi://Gio';
import GObject from 'gi://GObject';
import Gtk from 'gi://Gtk';
import { gettext as _, ngettext } from 'resource:///org/gnome/Shell/Extensions/js/extensions/prefs.js';

import type { Broker } from '../broker/broker.js';
import { failureOf, isCancelled } from '../broker/bus.js';
import { fill } from '../broker/translator.js';
import { failureInWords } from '../broker/words.js';
import { openInBrowser } from './browser.js';
import type { ConnectionList } from './connectionList.js';
import type { ConnectionPages } from './connectionPages.js';
import { credentialsModel } from './credentialsModel.js';
import { ConnectionRows, type ConnectionView } from './connectionRows.js';
import { ProblemRow } from './problemRow.js';
import { explain } from './spoken.js';
import { whileShown } from './whileShown.js';

/** Each connection's credentials in a row, with what can be done about them at once. */
export class CredentialsOverview extends Adw.PreferencesGroup {
  static {
    GObject.registerClass({ GTypeName: 'CloudToLocalLLMCredentialsOverview' }, this);
  }

  readonly #broker: Broker;
  readonly #pages: ConnectionPages;
  readonly #problem = new ProblemRow();

  /**
   * @param settings - the extension's settings
   * @param list - the connections in the settings
   * @param broker - keeps the credentials
   * @param pages - shows one connection
   */
  constructor(settings: Gio.Settings, list: ConnectionList, broker: Broker, pages: ConnectionPages) {
    super({
      title: _('Credentials'),
      description: _('Tokens and what signing in gives are in the keyring, and are never shown.'),
    });
    this.#broker = broker;
    this.#pages = pages;
    this.add(this.#problem);
    const rows = new ConnectionRows(this, settings, list, (id, connection) => this.#newView(id, connection));
    whileShown(this, broker, () => {
      rows.sync();
    });
  }

  #newView(id: string, settings: Gio.Settings): ConnectionView<Adw.ActionRow> {
    const button = new Gtk.Button({ valign: Gtk.Align.CENTER });
    const warning = new Gtk.Image({ icon_name: 'dialog-warning-symbolic' });
    warning.update_property([Gtk.AccessibleProperty.LABEL], [_('Something is to be done')]);
    const widget = new Adw.ActionRow({ use_markup: false, activatable: true });
    widget.add_suffix(warning);
    widget.add_suffix(button);
    widget.add_suffix(new Gtk.Image({ icon_name: 'go-next-symbolic' }));
    widget.connect('activated', () => {
      this.#pages.open(id);
    });

    const model = () =>
      credentialsModel(this.#broker.snapshot(), id, settings.get_string('sign-in-issuer') !== '', {
        gettext: _,
        ngettext,
      });
    button.connect('clicked', () => {
      if (model().action === 'signIn') this.#signIn(id);
      else this.#pursue('unlock', this.#broker.credentials.unlock());
    });
    const sync = () => {
      const { state, action, wanting } = model();
      const name = settings.get_string('name');
      widget.title = name;
      widget.subtitle = settings.get_string('kind') === 'demo' ? _('Needs none') : state;
      warning.visible = wanting;
      button.visible = action !== '';
      button.label = action === 'signIn' ? _('Sign In') : _('Unlock');
      const spoken = action === 'signIn' ? _('Sign In, {connection}') : _('Unlock the Keyring, {connection}');
      explain(button, fill(spoken, { connection: name }));
    };
    return { widget, sync };
  }

  #signIn(id: string): void {
    const opened = this.#broker.credentials
      .login(id)
      .then(({ url }) => openInBrowser(url, this.get_root() as Gtk.Window));
    this.#pursue('signIn', opened);
  }

  #pursue(action: 'signIn' | 'unlock', asked: Promise<unknown>): void {
    this.#problem.say('');
    asked.catch((error: unknown) => {
      if (!isCancelled(error)) this.#problem.say(failureInWords(failureOf(action, error), { gettext: _, ngettext }));
    });
  }
}

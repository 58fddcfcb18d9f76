import Adw from 'gi://Adw';
import type Gio from 'gi://Gio';
import GObject from 'gi://GObject';
import Gtk from 'gi://Gtk';
import { gettext as _, ngettext } from 'resource:///org/gnome/Shell/Extensions/js/extensions/prefs.js';

import type { Broker } from '../broker/broker.js';
import { failureOf, isCancelled } from '../broker/bus.js';
import type { Failure, Invitation } from '../broker/contract.js';
import { fill } from '../broker/translator.js';
import { failureInWords } from '../broker/words.js';
import { type Authorization, AuthorizationSettings } from './authorization.js';
import { openInBrowser } from './browser.js';
import { ProblemRow } from './problemRow.js';
import { providerRows } from './providerRows.js';
import { signInModel } from './signInModel.js';
import { SignInRows } from './signInRows.js';
import { tokenModel } from './tokenModel.js';
import { TokenRows } from './tokenRows.js';
import { whileShown } from './whileShown.js';

const CHOICES: readonly Authorization[] = ['token', 'signIn'];

/** What the server of a connection knows its user by: a token in the keyring, or who signed in at a provider. */
export class CredentialsGroup extends Adw.PreferencesGroup {
  static {
    GObject.registerClass({ GTypeName: 'CloudToLocalLLMCredentialsGroup' }, this);
  }

  readonly #connection: string;
  readonly #broker: Broker;
  readonly #tell: (news: string) => void;
  readonly #authorization: AuthorizationSettings;
  readonly #choice = new Adw.ComboRow({ title: _('Authorization') });
  readonly #token: TokenRows;
  readonly #provider: readonly Gtk.Widget[];
  readonly #signIn: SignInRows;
  readonly #problem = new ProblemRow();
  #underWay = 0;
  /** Where the person signs in, as long as that waits. */
  #invitation: Invitation | null = null;
  #waited = false;

  /**
   * @param connection - the connection's id
   * @param settings - the connection's own settings
   * @param broker - keeps the credentials
   * @param tell - shows a person in passing that something has come true
   */
  constructor(connection: string, settings: Gio.Settings, broker: Broker, tell: (news: string) => void) {
    super({ title: _('Credentials') });
    this.#connection = connection;
    this.#broker = broker;
    this.#tell = tell;
    this.#authorization = new AuthorizationSettings(settings, () => {
      this.#sync();
    });
    this.#token = this.#newTokenRows();
    this.#provider = providerRows(this.#authorization.draft);
    this.#signIn = this.#newSignInRows();

    this.#choice.model = Gtk.StringList.new([_('With a Token'), _('By Signing In')]);
    this.#choice.connect('notify::selected', () => {
      this.#problem.say('');
      this.#authorization.chosen = CHOICES[this.#choice.selected] ?? 'token';
    });
    const [state, ...others] = this.#signIn.rows;
    for (const row of [this.#choice, ...this.#token.rows, ...this.#provider, state, this.#problem, ...others]) {
      this.add(row);
    }
    whileShown(this, broker, () => {
      this.#sync();
    });
  }

  #sync(): void {
    const translator = { gettext: _, ngettext };
    const broker = this.#broker.snapshot();
    const { chosen, complete } = this.#authorization;
    const signIn = signInModel(broker, this.#connection, { complete, invitation: this.#invitation }, translator);
    if (this.#waited && !signIn.waiting) this.#invitation = null;
    this.#waited = signIn.waiting;

    const signingIn = chosen === 'signIn';
    this.#token.sync(signingIn ? null : tokenModel(broker, this.#connection, translator), this.#underWay > 0);
    this.#signIn.sync(signingIn ? signIn : null, this.#underWay > 0);
    for (const row of this.#provider) row.visible = signingIn;
    this.#choice.selected = CHOICES.indexOf(chosen);
    // What signing in gave would stay behind, and nobody could sign out any more.
    this.#choice.sensitive = !signIn.signOut;
    this.#choice.subtitle = signIn.signOut ? _('Sign out first to change it') : '';
  }

  #newTokenRows(): TokenRows {
    const { credentials } = this.#broker;
    return new TokenRows({
      set: (token) => {
        this.#pursue('setToken', credentials.setToken(this.#connection, token), () => {
          this.#tell(_('The token is in the keyring'));
        });
      },
      remove: () => {
        this.#pursue('clearToken', credentials.clearToken(this.#connection), () => {
          this.#tell(_('The token is removed'));
        });
      },
      unlock: () => {
        this.#unlock();
      },
    });
  }

  #newSignInRows(): SignInRows {
    const { credentials } = this.#broker;
    return new SignInRows({
      signIn: () => {
        this.#pursue('signIn', credentials.login(this.#connection), (invitation) => {
          this.#invitation = invitation;
          this.#open(invitation.url);
        });
      },
      signInWithCode: () => {
        this.#pursue('signIn', credentials.loginWithCode(this.#connection), (invitation) => {
          this.#invitation = invitation;
        });
      },
      signOut: () => {
        this.#pursue('signOut', credentials.logout(this.#connection), (left) => {
          if (left !== '') this.#problem.say(fill(_('Signed out, but not all is done: {left}'), { left }));
        });
      },
      unlock: () => {
        this.#unlock();
      },
      open: (address) => {
        this.#open(address);
      },
      copied: () => {
        this.#tell(_('Copied'));
      },
    });
  }

  #unlock(): void {
    this.#pursue('unlock', this.#broker.credentials.unlock(), () => undefined);
  }

  #open(address: string): void {
    this.#pursue('open', openInBrowser(address, this.get_root() as Gtk.Window), () => undefined);
  }

  /** Shows that something is under way, and says so if it doesn't come true. What failed before is forgotten. */
  #pursue<T>(action: Failure['action'], asked: Promise<T>, done: (result: T) => void): void {
    this.#problem.say('');
    this.#underWay++;
    this.#sync();
    asked
      .then(done)
      .catch((error: unknown) => {
        if (isCancelled(error)) throw error;
        this.#problem.say(failureInWords(failureOf(action, error), { gettext: _, ngettext }));
      })
      .then(() => {
        this.#underWay--;
        this.#sync();
      })
      // The window is gone.
      .catch(() => undefined);
  }
}

import Gio from 'gi://Gio';

/** How requests get what the server knows its users by. */
export type Authorization = 'token' | 'signIn';

const ISSUER = 'sign-in-issuer';

/**
 * How a connection's requests are authorized, in its settings: signed in where there is a provider's address, else with
 * a token. What signing in needs is written only as a whole, since with half of it the service leaves the connection out.
 */
export class AuthorizationSettings {
  /** For the rows of what signing in needs. What is set here is written when it is complete, and chosen. */
  readonly draft: Gio.Settings;
  readonly #settings: Gio.Settings;
  readonly #onChanged: () => void;
  #chosen: Authorization;

  /**
   * @param settings - the connection's own settings
   * @param onChanged - called when the choice or its completeness may be another
   */
  constructor(settings: Gio.Settings, onChanged: () => void) {
    this.#settings = settings;
    this.#onChanged = onChanged;
    this.#chosen = this.#written;
    this.draft = new Gio.Settings({ settings_schema: settings.settings_schema, path: settings.path });
    this.draft.delay();
    this.draft.connect('changed', () => {
      this.#apply();
    });
    settings.connect(`changed::${ISSUER}`, () => {
      this.chosen = this.#written;
    });
  }

  get chosen(): Authorization {
    return this.#chosen;
  }

  /** Choosing a token takes the provider out of the settings; until the page is left it can be chosen again. */
  set chosen(chosen: Authorization) {
    if (chosen === this.#chosen) return;
    this.#chosen = chosen;
    if (chosen === 'token' && this.#written === 'signIn') {
      const issuer = this.#settings.get_string(ISSUER);
      this.#settings.reset(ISSUER);
      this.draft.set_string(ISSUER, issuer);
    }
    this.#apply();
  }

  /** Whether all is there that signing in can't do without. */
  get complete(): boolean {
    return [ISSUER, 'sign-in-client'].every((key) => this.draft.get_string(key) !== '');
  }

  get #written(): Authorization {
    return this.#settings.get_string(ISSUER) === '' ? 'token' : 'signIn';
  }

  #apply(): void {
    if (this.#chosen === 'signIn' && this.complete && this.draft.has_unapplied) this.draft.apply();
    this.#onChanged();
  }
}

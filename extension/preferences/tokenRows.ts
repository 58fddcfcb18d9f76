import Adw from 'gi://Adw';
import Gtk from 'gi://Gtk';
import { gettext as _ } from 'resource:///org/gnome/Shell/Extensions/js/extensions/prefs.js';

import { StateRow } from './stateRow.js';
import type { TokenModel } from './tokenModel.js';

/** What a person wants of a token. */
export interface TokenIntents {
  readonly set: (token: string) => void;
  readonly remove: () => void;
  readonly unlock: () => void;
}

/** The rows of a connection's token: how it is, and where another is entered, which is never shown again. */
export class TokenRows {
  /** In order. */
  readonly rows: readonly Gtk.Widget[];
  readonly #unlock = new Gtk.Button({ label: _('Unlock'), tooltip_text: _('Unlock the Keyring') });
  readonly #remove = new Gtk.Button({ label: _('Remove'), tooltip_text: _('Remove the Token From the Keyring') });
  readonly #state = new StateRow([this.#unlock, this.#remove]);
  readonly #entry = new Adw.PasswordEntryRow({ title: _('New Token') });

  constructor(intents: TokenIntents) {
    this.rows = [this.#state, this.#entry];
    this.#state.title = _('Token');
    this.#unlock.connect('clicked', intents.unlock);
    this.#remove.connect('clicked', () => {
      this.#confirmRemoval(intents.remove);
    });
    // A row that empties itself would offer to apply that.
    this.#entry.connect('changed', () => {
      this.#entry.show_apply_button = this.#entry.text !== '';
    });
    this.#entry.connect('apply', () => {
      const token = this.#entry.text;
      this.#entry.text = '';
      if (token.trim() !== '') intents.set(token);
    });
  }

  /**
   * @param model - null while they are not to be seen
   * @param busy - whether something that was wanted is under way
   */
  sync(model: TokenModel | null, busy: boolean): void {
    for (const row of this.rows) row.visible = model !== null;
    if (model === null) return;
    this.#state.subtitle = [model.state, model.reason].filter(Boolean).join('\n');
    this.#state.busy = busy;
    this.#unlock.visible = model.unlock;
    this.#remove.visible = model.remove;
    for (const button of [this.#unlock, this.#remove]) button.sensitive = model.sensitive && !busy;
    // It has the focus while a token is being kept, and shall not lose it.
    this.#entry.sensitive = model.sensitive;
  }

  /** Providers show a token once only, and it is shown to nobody here. */
  #confirmRemoval(remove: () => void): void {
    const dialog = new Adw.AlertDialog({
      heading: _('Remove the Token?'),
      body: _('It can’t be brought back, and was never shown. Keep it elsewhere if you still need it.'),
      close_response: 'cancel',
    });
    dialog.add_response('cancel', _('Cancel'));
    dialog.add_response('remove', _('Remove'));
    dialog.set_response_appearance('remove', Adw.ResponseAppearance.DESTRUCTIVE);
    dialog.connect('response::remove', remove);
    dialog.present(this.#state);
  }
}

import Adw from 'gi://Adw';
import Gtk from 'gi://Gtk';
import { gettext as _ } from 'resource:///org/gnome/Shell/Extensions/js/extensions/prefs.js';

import { CopyRow } from './copyRow.js';
import type { SignInModel } from './signInModel.js';
import { StateRow } from './stateRow.js';

/** What a person wants of signing in. */
export interface SignInIntents {
  readonly signIn: () => void;
  readonly signInWithCode: () => void;
  /** Signs out, or gives up a sign-in that waits. */
  readonly signOut: () => void;
  readonly unlock: () => void;
  /** Opens an address in the browser. */
  readonly open: (address: string) => void;
  readonly copied: () => void;
}

/** The rows of who is signed in for a connection, and of signing in. */
export class SignInRows {
  /** In order. What is wrong with any of it comes between the first and the others. */
  readonly rows: readonly [Gtk.Widget, ...Gtk.Widget[]];
  readonly #unlock = new Gtk.Button({ label: _('Unlock'), tooltip_text: _('Unlock the Keyring') });
  readonly #cancel = new Gtk.Button({ label: _('Cancel'), tooltip_text: _('Give Up Signing In') });
  readonly #signOut = new Gtk.Button({ label: _('Sign Out') });
  readonly #state = new StateRow([this.#unlock, this.#cancel, this.#signOut]);
  readonly #address: CopyRow;
  readonly #code: CopyRow;
  readonly #signIn = new Adw.ButtonRow({ css_classes: ['suggested-action'] });
  readonly #signInWithCode = new Adw.ButtonRow({ title: _('Sign In With a Code') });

  constructor(intents: SignInIntents) {
    this.#address = new CopyRow(_('Address'), _('Copy the Address'), intents.copied);
    this.#code = new CopyRow(_('Code'), _('Copy the Code'), intents.copied);
    this.rows = [this.#state, this.#code, this.#address, this.#signIn, this.#signInWithCode];
    const open = new Gtk.Button({
      icon_name: 'adw-external-link-symbolic',
      tooltip_text: _('Open in the Browser'),
      valign: Gtk.Align.CENTER,
      css_classes: ['flat'],
    });
    open.connect('clicked', () => {
      intents.open(this.#address.subtitle);
    });
    this.#address.add_suffix(open);
    this.#unlock.connect('clicked', intents.unlock);
    this.#cancel.connect('clicked', intents.signOut);
    this.#signOut.connect('clicked', intents.signOut);
    this.#signIn.connect('activated', intents.signIn);
    this.#signInWithCode.connect('activated', intents.signInWithCode);
  }

  /**
   * @param model - null while they are not to be seen
   * @param busy - whether something that was wanted is under way
   */
  sync(model: SignInModel | null, busy: boolean): void {
    for (const row of this.rows) row.visible = model !== null;
    if (model === null) return;
    this.#state.title = model.state;
    this.#state.subtitle = model.reason;
    this.#state.busy = busy || model.waiting;
    this.#unlock.visible = model.unlock;
    this.#cancel.visible = model.waiting;
    this.#signOut.visible = model.signOut;
    this.#address.visible = model.invitation !== null;
    this.#address.subtitle = model.invitation?.url ?? '';
    this.#code.subtitle = model.invitation?.code ?? '';
    this.#code.visible = this.#code.subtitle !== '';
    if (model.signIn !== '') this.#signIn.title = model.signIn;
    for (const row of [this.#signIn, this.#signInWithCode]) row.visible = model.signIn !== '';
    const controls = [this.#unlock, this.#cancel, this.#signOut, this.#signIn, this.#signInWithCode];
    for (const control of controls) control.sensitive = model.sensitive && !busy;
  }
}

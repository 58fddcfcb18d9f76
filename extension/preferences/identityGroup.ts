import Adw from 'gi://Adw';
import type Gio from 'gi://Gio';
import GObject from 'gi://GObject';
import { gettext as _, ngettext } from 'resource:///org/gnome/Shell/Extensions/js/extensions/prefs.js';

import { addressProblem } from './address.js';
import { addressProblemInWords } from './addressInWords.js';
import { AuthorityRow } from './authorityRow.js';
import { CheckedEntryRow } from './checkedEntryRow.js';
import { ChoiceRow } from './choiceRow.js';
import { describeKinds } from './kinds.js';

/** What a connection is: its name, kind, address and place. */
export class IdentityGroup extends Adw.PreferencesGroup {
  static {
    GObject.registerClass({ GTypeName: 'CloudToLocalLLMIdentityGroup' }, this);
  }

  /** @param settings - the connection's own settings */
  constructor(settings: Gio.Settings) {
    super();
    const kinds = describeKinds({ gettext: _, ngettext });
    const kindChoices = kinds.map(({ kind, label }) => ({ value: kind, label }));
    const name = new CheckedEntryRow(_('Name'), settings, 'name', (text) => (text === '' ? _('A name is needed') : ''));
    const kind = new ChoiceRow(_('Kind'), settings, 'kind', kindChoices);
    const address = new CheckedEntryRow(_('Address'), settings, 'url', expectedAddress);
    const place = new ChoiceRow(_('Place'), settings, 'place', [
      { value: 'local', label: _('Local') },
      { value: 'cloud', label: _('Cloud') },
    ]);
    place.subtitle = _('Decides which requests the routes “Local Only” and “Cloud Only” send here');
    const authority = new AuthorityRow(settings);
    for (const row of [name, kind, address, place, authority]) this.add(row);

    const sync = () => {
      address.visible = settings.get_string('kind') !== 'demo';
      // Without TLS nobody vouches for anything; a choice that was made stays in sight.
      const encrypted = settings.get_string('url').toLowerCase().startsWith('https:');
      authority.visible = address.visible && (encrypted || settings.get_string('ca-file') !== '');
    };
    for (const key of ['kind', 'url', 'ca-file']) settings.connect(`changed::${key}`, sync);
    sync();
  }
}

/** What an address should be like instead of a text, "" if it is right. */
function expectedAddress(text: string): string {
  const problem = addressProblem(text);
  return problem === null ? '' : addressProblemInWords(problem, { gettext: _, ngettext });
}

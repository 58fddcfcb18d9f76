import Adw from 'gi://Adw';
import type Gio from 'gi://Gio';
import GObject from 'gi://GObject';
import { gettext as _, ngettext } from 'resource:///org/gnome/Shell/Extensions/js/extensions/prefs.js';

import { addressProblem } from './address.js';
import { addressProblemInWords } from './addressInWords.js';
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
    for (const row of [name, kind, address, place]) this.add(row);

    const sync = () => {
      address.visible = settings.get_string('kind') !== 'demo';
    };
    settings.connect('changed::kind', sync);
    sync();
  }
}

/** What an address should be like instead of a text, "" if it is right. */
function expectedAddress(text: string): string {
  const problem = addressProblem(text);
  return problem === null ? '' : addressProblemInWords(problem, { gettext: _, ngettext });
}

import Adw from 'gi://Adw';
import GObject from 'gi://GObject';
import { gettext as _ } from 'resource:///org/gnome/Shell/Extensions/js/extensions/prefs.js';

import type { Broker } from '../../broker/broker.js';
import { fill } from '../../broker/translator.js';
import { ProblemRow } from '../problemRow.js';
import { whileShown } from '../whileShown.js';
import { type Versions, versionsDiffer } from './report.js';

/** Which versions are at work, and whether they belong together. */
export class VersionsGroup extends Adw.PreferencesGroup {
  static {
    GObject.registerClass({ GTypeName: 'CloudToLocalLLMVersionsGroup' }, this);
  }

  /**
   * @param broker - the service
   * @param versions - of all that is at work
   */
  constructor(broker: Broker, versions: () => Versions) {
    super({ title: _('Versions') });
    const problem = new ProblemRow();
    const newRow = (title: string) => {
      const row = new Adw.ActionRow({ title, use_markup: false, subtitle_selectable: true, css_classes: ['property'] });
      this.add(row);
      return row;
    };
    this.add(problem);
    const [service, extension, shell] = [newRow(_('Broker')), newRow(_('Extension')), newRow(_('GNOME Shell'))];
    whileShown(this, broker, () => {
      const now = versions();
      service.subtitle = now.broker || _('Known once it runs');
      extension.subtitle = now.extension || _('Unknown');
      shell.subtitle = now.shell;
      const words = _('The broker is of version {broker}, the extension of {extension}. Update the older one.');
      const said = versionsDiffer(now) ? fill(words, { broker: now.broker, extension: now.extension }) : '';
      if (said !== problem.title) problem.say(said);
    });
  }
}

import Adw from 'gi://Adw';
import GObject from 'gi://GObject';
import Gtk from 'gi://Gtk';
import { gettext as _, ngettext } from 'resource:///org/gnome/Shell/Extensions/js/extensions/prefs.js';

import type { Broker } from '../../broker/broker.js';
import { isCancelled, reasonOf } from '../../broker/bus.js';
import { UNIT_NAME } from '../../broker/contract.js';
import { fill } from '../../broker/translator.js';
import type { UnitFiles } from '../../broker/unitFiles.js';
import { ProblemRow } from '../problemRow.js';
import { StateRow } from '../stateRow.js';
import { whileShown } from '../whileShown.js';
import { serviceModel } from './serviceModel.js';

/** Whether the service runs, and when it does. */
export class BrokerGroup extends Adw.PreferencesGroup {
  static {
    GObject.registerClass({ GTypeName: 'CloudToLocalLLMBrokerGroup' }, this);
  }

  readonly #broker: Broker;
  readonly #units: UnitFiles;
  readonly #run = new Gtk.Button();
  readonly #state = new StateRow([this.#run]);
  readonly #autostart = new Adw.SwitchRow({
    title: _('Start With the Session'),
    subtitle: _('Else it starts when an application first asks it'),
  });
  readonly #problem = new ProblemRow();
  /** As systemd has it, null while that isn't known. */
  #startsWithSession: boolean | null = null;

  /**
   * @param broker - the service
   * @param units - the user's systemd
   */
  constructor(broker: Broker, units: UnitFiles) {
    super({ title: _('Broker') });
    this.#broker = broker;
    this.#units = units;
    for (const row of [this.#state, this.#autostart, this.#problem]) this.add(row);
    this.#run.connect('clicked', () => {
      if (broker.snapshot().presence === 'stopped') broker.start();
      else broker.restart();
    });
    this.#autostart.connect('notify::active', () => {
      this.#setAutostart();
    });
    this.connect('map', () => {
      this.#loadAutostart();
    });
    whileShown(this, broker, () => {
      this.#sync();
    });
  }

  #sync(): void {
    const model = serviceModel(this.#broker.snapshot(), { gettext: _, ngettext });
    this.#state.title = model.title;
    this.#state.subtitle = model.subtitle;
    this.#state.busy = model.busy;
    this.#run.visible = model.action !== '';
    this.#run.label = model.action === 'start' ? _('Start') : _('Restart');
  }

  #loadAutostart(): void {
    this.#units
      .startsWithSession(UNIT_NAME)
      .then((starts) => {
        this.#showAutostart(starts);
      })
      .catch((error: unknown) => {
        // systemd knows no such unit: there is nothing to switch.
        if (!isCancelled(error)) this.#showAutostart(null);
      });
  }

  #showAutostart(starts: boolean | null): void {
    this.#startsWithSession = starts;
    this.#autostart.sensitive = starts !== null;
    this.#autostart.active = starts === true;
  }

  #setAutostart(): void {
    const starts = this.#autostart.active;
    const before = this.#startsWithSession;
    if (before === null || starts === before) return;
    this.#startsWithSession = starts;
    this.#problem.say('');
    this.#units.setStartsWithSession(UNIT_NAME, starts).catch((error: unknown) => {
      if (isCancelled(error)) return;
      this.#showAutostart(before);
      this.#problem.say(fill(_('That didn’t change: {reason}'), { reason: reasonOf(error) }));
    });
  }
}

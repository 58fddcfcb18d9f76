import Adw from 'gi://Adw';
import Gio from 'gi://Gio';
import GObject from 'gi://GObject';
import Gtk from 'gi://Gtk';
import { gettext as _, ngettext } from 'resource:///org/gnome/Shell/Extensions/js/extensions/prefs.js';

import { isCancelled, reasonOf } from '../../broker/bus.js';
import { fill } from '../../broker/translator.js';
import { ProblemRow } from '../problemRow.js';
import { takeOver, wasUsed } from './command.js';
import { offered, type Report, shortfall } from './report.js';

/** Offers to take over what version 3 left on this machine, until it is done or nobody wants it. Else it is hidden. */
export class TakeOverGroup extends Adw.PreferencesGroup {
  static {
    GObject.registerClass({ GTypeName: 'CloudToLocalLLMTakeOverGroup' }, this);
  }

  readonly #settings: Gio.Settings;
  readonly #tell: (news: string) => void;
  readonly #cancellable = new Gio.Cancellable();
  readonly #row = new Adw.ActionRow({ title: _('Take Over from Version 3'), use_markup: false, subtitle_lines: 0 });
  readonly #import = new Gtk.Button({
    label: _('Import'),
    valign: Gtk.Align.CENTER,
    css_classes: ['suggested-action'],
  });
  readonly #problem = new ProblemRow();

  /**
   * @param settings - the extension's settings
   * @param tell - says a news in the window
   */
  constructor(settings: Gio.Settings, tell: (news: string) => void) {
    super({ visible: false });
    this.#settings = settings;
    this.#tell = tell;
    const dismiss = new Gtk.Button({
      icon_name: 'window-close-symbolic',
      tooltip_text: _('Don’t Offer Again'),
      valign: Gtk.Align.CENTER,
      css_classes: ['flat'],
    });
    this.#row.add_suffix(this.#import);
    this.#row.add_suffix(dismiss);
    this.#row.activatable_widget = this.#import;
    this.add(this.#row);
    this.add(this.#problem);
    this.#import.connect('clicked', () => {
      this.#takeOver().catch((error: unknown) => {
        if (isCancelled(error)) return;
        this.#problem.say(fill(_('It couldn’t be taken over: {reason}'), { reason: reasonOf(error) }));
      });
    });
    dismiss.connect('clicked', () => {
      settings.set_boolean('offer-takeover', false);
      this.visible = false;
    });
    this.connect('unrealize', () => {
      this.#cancellable.cancel();
    });
    if (settings.get_boolean('offer-takeover') && wasUsed()) {
      this.#offer().catch((error: unknown) => {
        // Nobody has asked for anything yet, and where the command is missing the banner says so.
        if (!isCancelled(error)) console.warn(`CloudToLocalLLM can’t tell what version 3 left: ${reasonOf(error)}`);
      });
    }
  }

  async #offer(): Promise<void> {
    this.#show(await takeOver(true, this.#cancellable));
  }

  #show(report: Report): void {
    const lines = offered(report, { gettext: _, ngettext });
    this.#row.subtitle = lines.join('\n');
    this.visible = lines.length > 0 && this.#settings.get_boolean('offer-takeover');
  }

  async #takeOver(): Promise<void> {
    this.#import.sensitive = false;
    this.#problem.say('');
    try {
      const missing = shortfall(await takeOver(false, this.#cancellable));
      if (missing.length > 0) this.#problem.say(missing.join('\n'));
      else this.#tell(_('Taken over from version 3'));
      // What couldn't be done is offered again.
      await this.#offer();
    } finally {
      this.#import.sensitive = true;
    }
  }
}

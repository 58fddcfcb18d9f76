import GLib from 'gi://GLib';
import GObject from 'gi://GObject';
import Gtk from 'gi://Gtk';
import { gettext as _ } from 'resource:///org/gnome/Shell/Extensions/js/extensions/prefs.js';

import { reasonOf } from '../../broker/bus.js';
import { Journal } from './journal.js';
import { TextPage } from './textPage.js';

/** Lines to begin with. */
const LINES = 500;
/** Lines that are kept while more come. */
const KEPT = 5000;

/** The service's log as it is written, until it is left. */
export class LogPage extends TextPage {
  static {
    GObject.registerClass({ GTypeName: 'CloudToLocalLLMLogPage' }, this);
  }

  readonly #follow = new Gtk.ToggleButton({
    icon_name: 'media-playback-pause-symbolic',
    tooltip_text: _('Pause'),
  });
  #journal: Journal | null = null;
  /** Lines that came while the text is held. */
  #held: string[] = [];

  /** @param onCopied - called after it was copied */
  constructor(onCopied: () => void) {
    super(_('Log'), onCopied);
    this.header.pack_start(this.#follow);
    this.#follow.connect('toggled', () => {
      this.#release();
    });
    this.connect('map', () => {
      this.#begin();
    });
    this.connect('unmap', () => {
      this.#journal?.end();
      this.#journal = null;
    });
  }

  #begin(): void {
    const journal = new Journal();
    this.#journal = journal;
    this.#held = [];
    this.show_text('');
    this.say(_('Nothing in the Log Yet'), _('Lines appear here as the broker writes them.'));
    try {
      journal.follow(LINES, {
        onLine: (line) => {
          this.#held.push(line);
          this.#release();
        },
        onEnd: (reason) => {
          this.say(_('No Log'), reason || _('The journal ended.'));
        },
      });
    } catch (error) {
      if (!(error instanceof GLib.Error)) throw error;
      this.say(_('No Log'), reasonOf(error));
    }
  }

  #release(): void {
    if (this.#follow.active || this.#held.length === 0) return;
    this.append(`${this.#held.join('\n')}\n`, KEPT);
    this.#held = [];
  }
}

import Atk from 'gi://Atk';
import GLib from 'gi://GLib';
import GObject from 'gi://GObject';
import St from 'gi://St';
import { gettext as _ } from 'resource:///org/gnome/shell/extensions/extension.js';

/** Milliseconds for which the button says that it has copied. */
const SAID = 2000;

/** Puts a text on the clipboard when it is pressed, and says so. */
export class CopyButton extends St.Button {
  static {
    GObject.registerClass({ GTypeName: 'CloudToLocalLLMCopyButton' }, this);
  }

  #timer = 0;

  /**
   * @param name - what a screen reader says
   * @param text - gives the text to copy
   */
  constructor(name: string, text: () => string) {
    super({
      style_class: 'button flat cloudtolocalllm-ask-small-button',
      label: _('Copy'),
      accessible_name: name,
      can_focus: true,
    });
    this.connect('clicked', () => {
      St.Clipboard.get_default().set_text(St.ClipboardType.CLIPBOARD, text());
      this.#say();
    });
    this.connect('destroy', () => {
      this.#stop();
    });
  }

  #say(): void {
    this.#stop();
    this.label = _('Copied');
    this.get_accessible().emit('notification', _('Copied'), Atk.Live.POLITE);
    this.#timer = GLib.timeout_add(GLib.PRIORITY_DEFAULT, SAID, () => {
      this.#timer = 0;
      this.label = _('Copy');
      return GLib.SOURCE_REMOVE;
    });
  }

  #stop(): void {
    if (this.#timer > 0) GLib.source_remove(this.#timer);
    this.#timer = 0;
  }
}

import Clutter from 'gi://Clutter';
import GObject from 'gi://GObject';
import Pango from 'gi://Pango';
import St from 'gi://St';

import type { AskRemedy, NoticeModel } from './askModel.js';

/** Why nobody can be asked, and a button for the way out. Hidden while somebody can. */
export class Notice extends St.BoxLayout {
  static {
    GObject.registerClass({ GTypeName: 'CloudToLocalLLMAskNotice' }, this);
  }

  readonly #title = label('cloudtolocalllm-title');
  readonly #text = label('cloudtolocalllm-secondary');
  // A button's own label has no style where it is given while the button is hidden.
  readonly #remedy = new St.Label();
  readonly #button = new St.Button({
    child: this.#remedy,
    style_class: 'button cloudtolocalllm-ask-small-button',
    can_focus: true,
    y_align: Clutter.ActorAlign.CENTER,
  });
  #intent: AskRemedy | null = null;

  /** @param onWanted - called with what a person wants to do about it */
  constructor(onWanted: (intent: AskRemedy) => void) {
    super({ style_class: 'cloudtolocalllm-ask-notice cloudtolocalllm-line', x_expand: true });
    const words = new St.BoxLayout({
      orientation: Clutter.Orientation.VERTICAL,
      x_expand: true,
      y_align: Clutter.ActorAlign.CENTER,
    });
    words.add_child(this.#title);
    words.add_child(this.#text);
    this.add_child(words);
    this.add_child(this.#button);
    this.#button.connect('clicked', () => {
      if (this.#intent !== null) onWanted(this.#intent);
    });
  }

  /** Shows the notice, or nothing. */
  sync(notice: NoticeModel | null): void {
    this.visible = notice !== null;
    if (notice === null) return;
    this.#title.text = notice.title;
    this.#text.text = notice.text;
    this.#text.visible = notice.text !== '';
    this.#intent = notice.remedy?.intent ?? null;
    this.#remedy.text = notice.remedy?.label ?? '';
    this.#button.accessible_name = this.#remedy.text;
    this.#button.visible = notice.remedy !== null;
  }
}

function label(styleClass: string): St.Label {
  const made = new St.Label({ style_class: styleClass, x_expand: true });
  made.clutter_text.set({ line_wrap: true, line_wrap_mode: Pango.WrapMode.WORD_CHAR });
  return made;
}

import Clutter from 'gi://Clutter';
import GObject from 'gi://GObject';
import Pango from 'gi://Pango';
import St from 'gi://St';
import { gettext as _ } from 'resource:///org/gnome/shell/extensions/extension.js';

/** The field for the question: grows with it up to some lines, and then scrolls. Enter sends, Shift and Enter begin a line. */
export class QuestionField extends St.ScrollView {
  static {
    GObject.registerClass({ GTypeName: 'CloudToLocalLLMQuestionField' }, this);
  }

  readonly #entry: St.Entry;

  /** @param onSent - called when a person has finished a question */
  constructor(onSent: () => void) {
    const entry = new St.Entry({
      style_class: 'cloudtolocalllm-ask-entry',
      hint_text: _('Ask something…'),
      can_focus: true,
      x_expand: true,
    });
    const column = new St.BoxLayout({ orientation: Clutter.Orientation.VERTICAL, x_expand: true });
    column.add_child(entry);
    super({
      style_class: 'cloudtolocalllm-ask-field',
      hscrollbar_policy: St.PolicyType.NEVER,
      overlay_scrollbars: true,
      x_expand: true,
      child: column,
    });
    this.#entry = entry;
    const text = entry.clutter_text;
    // That is what has the focus, and so what a screen reader speaks of.
    text.get_accessible().set_name(_('Your Question'));
    text.set({ single_line_mode: false, line_wrap: true, line_wrap_mode: Pango.WrapMode.WORD_CHAR });
    text.connect('activate', () => {
      onSent();
    });
    text.connect('key-press-event', (_text, event: Clutter.Event) => {
      if (!breaksLine(event)) return Clutter.EVENT_PROPAGATE;
      text.delete_selection();
      text.insert_unichar('\n');
      return Clutter.EVENT_STOP;
    });
    // The line with the cursor stays in view, also where the field has just become longer.
    const { vadjustment } = this;
    for (const [source, signal] of [
      [text, 'cursor-changed'],
      [vadjustment, 'changed'],
    ] as const) {
      source.connect(signal, () => {
        const [known, , y, height] = text.position_to_coords(text.cursor_position);
        if (known) vadjustment.clamp_page(y, y + 2 * height);
      });
    }
  }

  /** What has the cursor. */
  get clutterText(): Clutter.Text {
    return this.#entry.clutter_text;
  }

  /** The question, "" if there is none. */
  get question(): string {
    return this.#entry.text.trim();
  }

  /** Empties the field. */
  clear(): void {
    this.#entry.text = '';
  }
}

/** Whether a key begins a line. In GNOME 51 `Clutter.Text` takes no Enter for a character any more. */
function breaksLine(event: Clutter.Event): boolean {
  const enters = [Clutter.KEY_Return, Clutter.KEY_KP_Enter, Clutter.KEY_ISO_Enter];
  return enters.includes(event.get_key_symbol()) && (event.get_state() & Clutter.ModifierType.SHIFT_MASK) !== 0;
}

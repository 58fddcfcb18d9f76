import Atk from 'gi://Atk';
import Clutter from 'gi://Clutter';
import GObject from 'gi://GObject';
import St from 'gi://St';
import { gettext as _ } from 'resource:///org/gnome/shell/extensions/extension.js';
import { ensureActorVisibleInScrollView } from 'resource:///org/gnome/shell/misc/animationUtils.js';

import type { AnswerLabel } from './answerLabel.js';
import type { TurnModel } from './askModel.js';
import { everything, extended, selectedText } from './selection.js';
import { Selecting } from './selecting.js';
import { TurnView } from './turnView.js';

/** The conversation: grows with it, scrolls when it is long, and stays at its end while that is in view. */
export class Transcript extends St.ScrollView {
  static {
    GObject.registerClass({ GTypeName: 'CloudToLocalLLMTranscript' }, this);
  }

  readonly #column: St.BoxLayout;
  readonly #selecting: Selecting;
  readonly #onRetry: () => void;
  #turns: TurnView[] = [];
  /** Whether its end is in view, where it then stays. */
  #atEnd = true;

  /** @param onRetry - called when a person wants the last question asked again */
  constructor(onRetry: () => void) {
    const column = new St.BoxLayout({
      style_class: 'cloudtolocalllm-ask-transcript-column',
      orientation: Clutter.Orientation.VERTICAL,
      x_expand: true,
      reactive: true,
    });
    super({
      style_class: 'cloudtolocalllm-ask-transcript',
      hscrollbar_policy: St.PolicyType.NEVER,
      vscrollbar_policy: St.PolicyType.AUTOMATIC,
      overlay_scrollbars: true,
      can_focus: true,
      x_expand: true,
      accessible_role: Atk.Role.LOG,
      accessible_name: _('Conversation'),
      child: column,
    });
    this.#column = column;
    this.#onRetry = onRetry;
    this.#selecting = new Selecting(column, () => this.#labels());
    this.#selecting.onBegun = () => {
      this.grab_key_focus();
    };
    const { vadjustment } = this;
    vadjustment.connect('notify::value', () => {
      this.#atEnd = isAtEnd(vadjustment);
    });
    vadjustment.connect('changed', () => {
      if (this.#atEnd) vadjustment.value = vadjustment.upper - vadjustment.page_size;
    });
    this.connect('destroy', () => {
      this.#selecting.destroy();
    });
  }

  /** Whether it has what a control of it could be focused on. */
  get empty(): boolean {
    return this.#turns.length === 0;
  }

  /** Shows these turns. */
  sync(turns: readonly TurnModel[]): void {
    const gone = this.#turns.filter((view) => !turns.some(({ number }) => number === view.number));
    if (gone.length > 0) this.#selecting.select(null);
    for (const view of gone) view.destroy();
    this.#turns = this.#turns.filter((view) => !gone.includes(view));
    for (const [index, turn] of turns.entries()) this.#turnAt(index).sync(turn);
  }

  /** Brings its end into view. */
  scrollToEnd(): void {
    this.#atEnd = true;
    this.vadjustment.value = this.vadjustment.upper - this.vadjustment.page_size;
  }

  override vfunc_key_press_event(event: Clutter.Event): boolean {
    return this.#onKey(event) ? Clutter.EVENT_STOP : super.vfunc_key_press_event(event);
  }

  #onKey(event: Clutter.Event): boolean {
    const key = event.get_key_symbol();
    const state = event.get_state();
    const controlled = (state & Clutter.ModifierType.CONTROL_MASK) !== 0;
    const shifted = (state & Clutter.ModifierType.SHIFT_MASK) !== 0;
    const labels = this.#labels();
    if (controlled && (key === Clutter.KEY_a || key === Clutter.KEY_A)) {
      this.#selecting.select(everything(labels));
      return true;
    }
    if (controlled && (key === Clutter.KEY_c || key === Clutter.KEY_C)) {
      const text = selectedText(this.#selecting.selection, labels);
      if (text !== '') St.Clipboard.get_default().set_text(St.ClipboardType.CLIPBOARD, text);
      return true;
    }
    // What has the focus inside has its own use for arrows.
    if (controlled || !this.has_key_focus()) return false;
    if (shifted && (key === Clutter.KEY_Down || key === Clutter.KEY_Up)) {
      this.#selecting.select(extended(this.#selecting.selection, key === Clutter.KEY_Down ? 1 : -1, labels));
      const head = labels[this.#selecting.selection?.head.index ?? -1];
      if (head !== undefined) ensureActorVisibleInScrollView(this, head);
      return true;
    }
    return !shifted && this.#scroll(key);
  }

  #scroll(key: number): boolean {
    const { vadjustment } = this;
    const { step_increment: step, page_increment: page, lower, upper } = vadjustment;
    const places = new Map([
      [Clutter.KEY_Up, vadjustment.value - step],
      [Clutter.KEY_Down, vadjustment.value + step],
      [Clutter.KEY_Page_Up, vadjustment.value - page],
      [Clutter.KEY_Page_Down, vadjustment.value + page],
      [Clutter.KEY_Home, lower],
      [Clutter.KEY_End, upper],
    ]);
    const place = places.get(key);
    if (place !== undefined) vadjustment.value = place;
    return place !== undefined;
  }

  #labels(): AnswerLabel[] {
    return this.#turns.flatMap((turn) => turn.labels);
  }

  #turnAt(index: number): TurnView {
    const known = this.#turns[index];
    if (known !== undefined) return known;
    const view = new TurnView(this.#onRetry);
    this.#turns.push(view);
    this.#column.add_child(view);
    return view;
  }
}

function isAtEnd({ value, upper, page_size: page }: St.Adjustment): boolean {
  return value >= upper - page - 1;
}

import Clutter from 'gi://Clutter';
import GObject from 'gi://GObject';
import Pango from 'gi://Pango';
import St from 'gi://St';
import { gettext as _ } from 'resource:///org/gnome/shell/extensions/extension.js';

import type { AnswerLabel as Label } from './answerLabel.js';
import { AnswerLabel } from './answerLabel.js';
import type { TurnModel } from './askModel.js';
import { AnswerView } from './blockViews.js';
import { AnswerText } from './blocks.js';
import { CopyButton } from './copyButton.js';

const { VERTICAL } = Clutter.Orientation;

/** A question, its answer, who gave it, and what became of it. */
export class TurnView extends St.BoxLayout {
  static {
    GObject.registerClass({ GTypeName: 'CloudToLocalLLMTurnView' }, this);
  }

  readonly #question = new AnswerLabel('cloudtolocalllm-ask-question');
  readonly #answer = new AnswerView();
  readonly #text = new AnswerText();
  readonly #progress = new St.Label({ style_class: 'cloudtolocalllm-ask-progress', opacity: 180 });
  readonly #problem = wrapped('cloudtolocalllm-ask-problem');
  readonly #note = wrapped('cloudtolocalllm-ask-note');
  readonly #credit = wrapped('cloudtolocalllm-secondary');
  readonly #foot = new St.BoxLayout({ style_class: 'cloudtolocalllm-line', x_expand: true });
  readonly #retry: St.Button;
  readonly #copy: CopyButton;
  #model: TurnModel | null = null;

  /** @param onRetry - called when a person wants it asked again */
  constructor(onRetry: () => void) {
    super({ style_class: 'cloudtolocalllm-ask-turn', orientation: VERTICAL, x_expand: true });
    this.#question.x_align = Clutter.ActorAlign.END;
    this.#credit.opacity = 180;
    this.#copy = new CopyButton(_('Copy This Answer'), () => this.#model?.answer ?? '');
    this.#retry = new St.Button({
      style_class: 'button flat cloudtolocalllm-ask-small-button',
      label: _('Try Again'),
      can_focus: true,
    });
    this.#retry.connect('clicked', () => {
      onRetry();
    });
    this.#credit.set({ x_align: Clutter.ActorAlign.START, y_align: Clutter.ActorAlign.CENTER });
    for (const child of [this.#credit, this.#retry, this.#copy]) this.#foot.add_child(child);
    for (const child of [this.#question, this.#answer, this.#progress, this.#note, this.#problem, this.#foot]) {
      this.add_child(child);
    }
  }

  /** The number of the turn that it shows. */
  get number(): number {
    return this.#model?.number ?? 0;
  }

  /** Its texts that can be selected, in order. */
  get labels(): Label[] {
    return [this.#question, ...this.#answer.labels];
  }

  /** Shows the turn as it is now. */
  sync(model: TurnModel): void {
    const { answer = '', ended = false } = this.#model ?? {};
    if (this.#model === null) this.#question.setText({ text: model.question, marks: [] });
    this.#model = model;
    if (model.answer.length > answer.length || model.ended !== ended) {
      this.#text.append(model.answer.slice(answer.length));
      this.#answer.sync(this.#text.blocks(model.ended));
    }
    this.#answer.visible = model.answer !== '';
    say(this.#progress, model.progress);
    say(this.#note, model.note);
    say(this.#problem, model.problem);
    this.#credit.text = model.credit;
    this.#copy.visible = model.ended && model.answer !== '';
    this.#retry.visible = model.canRetry;
    this.#foot.visible = model.credit !== '' || this.#copy.visible || this.#retry.visible;
  }
}

function wrapped(styleClass: string): St.Label {
  const label = new St.Label({ style_class: styleClass, x_expand: true });
  label.clutter_text.set({ line_wrap: true, line_wrap_mode: Pango.WrapMode.WORD_CHAR });
  return label;
}

function say(label: St.Label, text: string): void {
  if (label.text !== text) label.text = text;
  label.visible = text !== '';
}

import Clutter from 'gi://Clutter';
import GObject from 'gi://GObject';
import Pango from 'gi://Pango';
import St from 'gi://St';
import { gettext as _ } from 'resource:///org/gnome/shell/extensions/extension.js';

import { AnswerLabel } from './answerLabel.js';
import { type Block, type CodeBlock, codeParts, type HeadingBlock, type ItemBlock, type TextBlock } from './blocks.js';
import { CopyButton } from './copyButton.js';
import { marked } from './spans.js';

const { VERTICAL } = Clutter.Orientation;

/** What shows a block. */
export interface BlockView {
  readonly actor: St.Widget;
  /** Its texts, in order. */
  readonly labels: readonly AnswerLabel[];
  /** Shows the block as it is now; false if that takes another view. */
  readonly sync: (block: Block) => boolean;
}

/** Makes what shows a block. */
export function viewOf(block: Block): BlockView {
  const view = newViewOf(block);
  view.sync(block);
  return view;
}

function newViewOf(block: Block): BlockView {
  switch (block.kind) {
    case 'text':
      return new ProseView(block);
    case 'heading':
      return new ProseView(block);
    case 'item':
      return new ItemView(block);
    case 'code':
      return new CodeView(block);
    case 'rule':
      return new RuleView();
  }
}

/** A paragraph or a heading. */
class ProseView implements BlockView {
  readonly actor: AnswerLabel;
  readonly labels: readonly AnswerLabel[];
  readonly #kind: Block['kind'];

  constructor(block: TextBlock | HeadingBlock) {
    const heading = block.kind === 'heading' ? ` cloudtolocalllm-ask-heading-${Math.min(block.level, 3)}` : '';
    this.#kind = block.kind;
    this.actor = new AnswerLabel(`cloudtolocalllm-ask-prose${heading}`);
    this.labels = [this.actor];
  }

  sync(block: Block): boolean {
    if (block.kind !== this.#kind || !('text' in block)) return false;
    this.actor.setText(marked(block.text));
    return true;
  }
}

/** An item of a list: its bullet or number stands before it. */
class ItemView implements BlockView {
  readonly actor = new St.BoxLayout({ style_class: 'cloudtolocalllm-ask-item', x_expand: true });
  readonly labels: readonly AnswerLabel[];
  readonly #marker: string;
  readonly #label: AnswerLabel;

  constructor({ marker, depth }: ItemBlock) {
    this.#marker = marker;
    this.#label = new AnswerLabel('cloudtolocalllm-ask-prose', `${'  '.repeat(depth)}${marker} `);
    this.labels = [this.#label];
    this.actor.add_style_class_name(`cloudtolocalllm-ask-depth-${depth}`);
    const sign = new St.Label({
      style_class: 'cloudtolocalllm-ask-marker',
      text: marker,
      y_align: Clutter.ActorAlign.START,
    });
    this.actor.add_child(sign);
    this.actor.add_child(this.#label);
  }

  sync(block: Block): boolean {
    if (block.kind !== 'item' || block.marker !== this.#marker) return false;
    this.#label.setText(marked(block.text));
    // The bullet stands where the text begins, whatever the direction of the session's language.
    const direction = Pango.find_base_dir(block.text, -1);
    if (direction === Pango.Direction.LTR) this.actor.set_text_direction(Clutter.TextDirection.LTR);
    if (direction === Pango.Direction.RTL) this.actor.set_text_direction(Clutter.TextDirection.RTL);
    return true;
  }
}

/** Code, with a button that copies it. Long code is in several labels, of which only the last one changes. */
class CodeView implements BlockView {
  readonly actor = new St.BoxLayout({ style_class: 'cloudtolocalllm-ask-code', orientation: VERTICAL, x_expand: true });
  readonly labels: AnswerLabel[] = [];
  readonly #language: string;
  #text = '';

  constructor({ language }: CodeBlock) {
    this.#language = language;
    const head = new St.BoxLayout({ style_class: 'cloudtolocalllm-ask-code-head' });
    const name = new St.Label({
      style_class: 'cloudtolocalllm-secondary',
      text: language,
      opacity: 180,
      x_expand: true,
      x_align: Clutter.ActorAlign.START,
      y_align: Clutter.ActorAlign.CENTER,
    });
    head.add_child(name);
    head.add_child(new CopyButton(_('Copy This Code'), () => this.#text));
    this.actor.add_child(head);
  }

  sync(block: Block): boolean {
    if (block.kind !== 'code' || block.language !== this.#language) return false;
    this.#text = block.text;
    for (const [index, text] of codeParts(block.text).entries()) this.#label(index).setText({ text, marks: [] });
    return true;
  }

  #label(index: number): AnswerLabel {
    const known = this.labels[index];
    if (known !== undefined) return known;
    const label = new AnswerLabel('cloudtolocalllm-ask-code-text');
    // Programs are written from left to right wherever they are read.
    label.set_text_direction(Clutter.TextDirection.LTR);
    this.labels.push(label);
    this.actor.add_child(label);
    return label;
  }
}

/** A line between two parts. */
class RuleView implements BlockView {
  readonly actor = new St.Widget({ style_class: 'cloudtolocalllm-ask-rule', x_expand: true });
  readonly labels = [];

  sync(block: Block): boolean {
    return block.kind === 'rule';
  }
}

/** A model's answer as a column of blocks. As it grows, only its last block is touched. */
export class AnswerView extends St.BoxLayout {
  static {
    GObject.registerClass({ GTypeName: 'CloudToLocalLLMAnswerView' }, this);
  }

  #shown: { readonly block: Block; readonly view: BlockView }[] = [];

  constructor() {
    super({ style_class: 'cloudtolocalllm-ask-answer', orientation: VERTICAL, x_expand: true });
  }

  /** Its texts, in order. */
  get labels(): AnswerLabel[] {
    return this.#shown.flatMap(({ view }) => view.labels);
  }

  /** Shows these blocks. */
  sync(blocks: readonly Block[]): void {
    for (const { view } of this.#shown.splice(blocks.length)) view.actor.destroy();
    for (const [index, block] of blocks.entries()) {
      const shown = this.#shown[index];
      if (shown?.block !== block) this.#shown[index] = { block, view: this.#viewAt(index, block, shown?.view) };
    }
  }

  #viewAt(index: number, block: Block, before: BlockView | undefined): BlockView {
    if (before?.sync(block)) return before;
    before?.actor.destroy();
    const view = viewOf(block);
    this.insert_child_at_index(view.actor, index);
    return view;
  }
}

import GObject from 'gi://GObject';
import Pango from 'gi://Pango';
import St from 'gi://St';

import type { SelectableText } from './selection.js';
import { bytesBefore, type Mark, type MarkedText, unitsBefore } from './spans.js';

/**
 * A text that a model wrote, or a person. It is never read as markup: what looks different is told by attributes, which
 * name places. A part of it may be shown as selected; Clutter itself draws that only of the text that has the focus.
 */
export class AnswerLabel extends St.Label implements SelectableText {
  static {
    GObject.registerClass({ GTypeName: 'CloudToLocalLLMAnswerLabel' }, this);
  }

  readonly prefix: string;
  #marks: readonly Mark[] = [];
  #selected: readonly [number, number] = [0, 0];
  /** The attributes that come of the style, as Pango writes them. */
  #style = '';

  /**
   * @param styleClass - how it looks
   * @param prefix - what is copied before its beginning
   */
  constructor(styleClass: string, prefix = '') {
    super({ style_class: styleClass, x_expand: true });
    this.prefix = prefix;
    this.clutter_text.set({
      line_wrap: true,
      line_wrap_mode: Pango.WrapMode.WORD_CHAR,
      ellipsize: Pango.EllipsizeMode.NONE,
    });
  }

  /** Shows another text. */
  setText({ text, marks }: MarkedText): void {
    if (text !== this.text) this.text = text;
    const had = this.#marks.length > 0;
    this.#marks = marks;
    if (had || marks.length > 0) this.#look();
  }

  /** Shows a part as selected, from one UTF-16 unit to before another. */
  select(part: readonly [number, number]): void {
    if (part[0] === this.#selected[0] && part[1] === this.#selected[1]) return;
    this.#selected = part;
    this.#look();
  }

  /** Before which UTF-16 unit a place of the stage is. */
  offsetAt(x: number, y: number): number {
    const text = this.clutter_text;
    const [, atX, atY] = text.transform_stage_point(x, y);
    if (atY < 0) return 0;
    if (atY > text.height) return this.text.length;
    return unitsBefore(this.text, text.coords_to_position(atX, atY));
  }

  override vfunc_style_changed(): void {
    super.vfunc_style_changed();
    this.#style = this.clutter_text.get_attributes().to_string();
    this.#look();
  }

  #look(): void {
    const attributes = [this.#style, ...this.#marks.map((mark) => this.#attributeOf(mark)), ...this.#selection()];
    this.clutter_text.set_attributes(Pango.AttrList.from_string(attributes.filter(Boolean).join(', ')));
  }

  #attributeOf({ start, end, look }: Mark): string {
    const looks = { bold: 'weight bold', italic: 'style italic', code: 'family monospace' } as const;
    return `${this.#bytes(start)} ${this.#bytes(end)} ${looks[look]}`;
  }

  #selection(): string[] {
    const [start, end] = this.#selected;
    if (end <= start) return [];
    const place = `${this.#bytes(start)} ${this.#bytes(end)}`;
    const node = this.get_theme_node();
    return (['background', 'foreground'] as const).flatMap((layer) => {
      const [known, color] = node.lookup_color(`-cloudtolocalllm-selected-${layer}`, true);
      return known ? [`${place} ${layer} ${color.to_string().slice(0, 7)}`] : [];
    });
  }

  #bytes(units: number): number {
    return bytesBefore(this.text, units);
  }
}

/** A place in a column of texts: before which UTF-16 unit of which text. */
export interface Place {
  readonly index: number;
  readonly offset: number;
}

/** What is selected, from where it was begun to where it has got; null for nothing. */
export interface Selection {
  readonly anchor: Place;
  readonly head: Place;
}

/** One of the texts that can be selected. */
export interface SelectableText {
  readonly text: string;
  /** What stands before it and is copied with its beginning, for instance the bullet of a list. */
  readonly prefix: string;
}

/** From where to where the text of this number is selected: a start and an end, which are the same for nothing. */
export function selectedPart(selection: Selection | null, index: number, length: number): readonly [number, number] {
  if (selection === null) return [0, 0];
  const [first, last] = inOrder(selection);
  if (index < first.index || index > last.index) return [0, 0];
  const start = index === first.index ? Math.min(first.offset, length) : 0;
  const end = index === last.index ? Math.min(last.offset, length) : length;
  return [start, end];
}

/** The text that is selected, a line for each of the texts. */
export function selectedText(selection: Selection | null, texts: readonly SelectableText[]): string {
  if (selection === null) return '';
  const parts = texts.map(({ text, prefix }, index) => {
    const [start, end] = selectedPart(selection, index, text.length);
    return end <= start ? '' : (start === 0 ? prefix : '') + text.slice(start, end);
  });
  return parts.filter(Boolean).join('\n');
}

/** All of the texts, null if there are none. */
export function everything(texts: readonly SelectableText[]): Selection | null {
  const last = texts.at(-1);
  if (last === undefined) return null;
  return { anchor: { index: 0, offset: 0 }, head: { index: texts.length - 1, offset: last.text.length } };
}

/** Whether it is a place and no more, so that nothing is selected. */
export function isEmpty(selection: Selection | null): boolean {
  return selection === null || compare(selection.anchor, selection.head) === 0;
}

/** The word at a place. */
export function wordAt({ index, offset }: Place, texts: readonly SelectableText[]): Selection | null {
  const text = texts[index]?.text ?? '';
  const word = /[\p{L}\p{M}\p{N}_’']/u;
  let [start, end] = [offset, offset];
  while (start > 0 && word.test(text.charAt(start - 1))) start -= 1;
  while (end < text.length && word.test(text.charAt(end))) end += 1;
  return end === start ? null : { anchor: { index, offset: start }, head: { index, offset: end } };
}

/** The whole text at a place. */
export function wholeAt({ index }: Place, texts: readonly SelectableText[]): Selection {
  return { anchor: { index, offset: 0 }, head: { index, offset: texts[index]?.text.length ?? 0 } };
}

/**
 * A selection that is longer, or shorter, by a text at its head, as Shift and an arrow make it. Where nothing is selected, it
 * begins at the end that the arrow comes from.
 */
export function extended(
  selection: Selection | null,
  step: 1 | -1,
  texts: readonly SelectableText[],
): Selection | null {
  const all = everything(texts);
  if (all === null) return null;
  const { anchor, head } =
    selection ?? (step > 0 ? { anchor: all.anchor, head: all.anchor } : { anchor: all.head, head: all.head });
  const length = texts[head.index]?.text.length ?? 0;
  if (step > 0) {
    const moved = head.offset < length || head.index === texts.length - 1 ? head.index : head.index + 1;
    return { anchor, head: { index: moved, offset: texts[moved]?.text.length ?? 0 } };
  }
  const moved = head.offset > 0 || head.index === 0 ? head.index : head.index - 1;
  return { anchor, head: { index: moved, offset: 0 } };
}

function inOrder({ anchor, head }: Selection): readonly [Place, Place] {
  return compare(anchor, head) <= 0 ? [anchor, head] : [head, anchor];
}

function compare(a: Place, b: Place): number {
  return a.index - b.index || a.offset - b.offset;
}

/** A part of an answer that is shown by itself. The same object as before as long as nothing of it has changed. */
export type Block = TextBlock | HeadingBlock | ItemBlock | CodeBlock | RuleBlock;

/** A paragraph. */
export interface TextBlock {
  readonly kind: 'text';
  readonly text: string;
}

/** A heading; level 1 is the highest. */
export interface HeadingBlock {
  readonly kind: 'heading';
  readonly text: string;
  readonly level: number;
}

/** An item of a list: its bullet or number, and how deep the list is inside others. */
export interface ItemBlock {
  readonly kind: 'item';
  readonly text: string;
  readonly marker: string;
  readonly depth: number;
}

/** Text that keeps its shape, in a language that may be named. A table is one, too. */
export interface CodeBlock {
  readonly kind: 'code';
  readonly text: string;
  readonly language: string;
}

/** A line between two parts. */
export interface RuleBlock {
  readonly kind: 'rule';
}

/** What is being read: a block to which lines may be added, and how it ends. */
interface Open {
  readonly block: TextBlock | ItemBlock | CodeBlock;
  /** What began the code and will end it; null for what ends with an empty line. */
  readonly fence: string | null;
  /** How far the code is indented as a whole. */
  readonly indent: number;
}

/** Longer paragraphs are cut at a space: what grows is laid out again and again. */
const longestText = 2000;

const deepest = 4;

/**
 * Reads Markdown as models write it, as it comes. Knows paragraphs, headings, lists, code, tables and lines; all else is
 * text as it stands, so nothing that a model writes is lost or does anything.
 */
export class AnswerText {
  readonly #settled: Block[] = [];
  #open: Open | null = null;
  /** The line that isn't whole yet. */
  #line = '';

  /** Takes what has come. */
  append(text: string): void {
    const lines = (this.#line + text).split('\n');
    this.#line = lines.pop() ?? '';
    for (const line of lines) {
      const { settled, open } = after(this.#open, line.replace(/\r$/, ''));
      this.#settled.push(...settled);
      this.#open = open;
    }
  }

  /**
   * The blocks up to now.
   * @param ended - whether no more comes, and what might become a mark is text
   */
  blocks(ended: boolean): Block[] {
    const waits = this.#line === '' || (!ended && mayBecomeMark(this.#line));
    const { settled, open } = waits ? { settled: [], open: this.#open } : after(this.#open, this.#line);
    return [...this.#settled, ...settled, ...(open === null ? [] : [open.block])];
  }
}

/** Whether a line that isn't whole may still become a mark of something else than text. */
function mayBecomeMark(line: string): boolean {
  return /^\s*(?:`{1,}\w*|~+|#+|[-*+_]+|\d{1,3}[.)]?)\s?$/.test(line);
}

/** What a line makes of what is being read. */
function after(open: Open | null, line: string): { settled: Block[]; open: Open | null } {
  const settled: Block[] = open === null ? [] : [open.block];
  if (open?.fence != null) {
    if (closes(line, open.fence)) return { settled, open: null };
    return { settled: [], open: { ...open, block: longer(open.block, withoutIndent(line, open.indent)) } };
  }
  if (line.trim() === '') return { settled, open: null };

  const [, indent = '', fence, language = ''] = /^(\s*)(`{3,}|~{3,})\s*([^`\s]*)[^`]*$/.exec(line) ?? [];
  if (fence !== undefined) {
    return { settled, open: { block: { kind: 'code', text: '', language }, fence, indent: indent.length } };
  }
  const [, marks = '', heading] = /^ {0,3}(#{1,6})\s+(.*?)\s*#*$/.exec(line) ?? [];
  if (heading !== undefined) {
    return { settled: [...settled, { kind: 'heading', text: heading, level: marks.length }], open: null };
  }
  if (/^ {0,3}(?:(?:-\s*){3,}|(?:\*\s*){3,}|(?:_\s*){3,})$/.test(line)) {
    return { settled: [...settled, { kind: 'rule' }], open: null };
  }
  const [, before = '', sign = '', item] = /^(\s*)([-*+]|\d{1,9}[.)])\s+(.*)$/.exec(line) ?? [];
  if (item !== undefined) {
    const depth = Math.min(deepest, Math.floor(before.replaceAll('\t', '    ').length / 2));
    const marker = /\d/.test(sign) ? sign : '•';
    return { settled, open: { block: { kind: 'item', text: item, marker, depth }, fence: null, indent: 0 } };
  }
  const row = /^\s*\|/.test(line);
  const inTable = open?.block.kind === 'code';
  if (open === null || row !== inTable) return { settled, open: begun(row, line) };
  if (open.block.text.length <= longestText || row) {
    return { settled: [], open: { ...open, block: longer(open.block, row ? line.trim() : line.trimStart()) } };
  }
  return { settled, open: begun(false, line) };
}

function begun(row: boolean, line: string): Open {
  const text = line.trim();
  const block = row ? ({ kind: 'code', text, language: '' } as const) : ({ kind: 'text', text } as const);
  return { block, fence: null, indent: 0 };
}

function longer(block: Open['block'], line: string): Open['block'] {
  return { ...block, text: block.text === '' ? line : `${block.text}\n${line}` };
}

function closes(line: string, fence: string): boolean {
  const text = line.trim();
  return text.length >= fence.length && text === fence.charAt(0).repeat(text.length);
}

function withoutIndent(line: string, indent: number): string {
  return line.slice(Math.min(indent, line.length - line.trimStart().length));
}

/** Lines of code that are shown by one actor. */
const linesAtOnce = 40;

/** Cuts long code into parts, of which only the last one grows. */
export function codeParts(text: string): string[] {
  const lines = text.split('\n');
  const count = Math.max(1, Math.ceil(lines.length / linesAtOnce));
  return Array.from({ length: count }, (_, part) =>
    lines.slice(part * linesAtOnce, (part + 1) * linesAtOnce).join('\n'),
  );
}

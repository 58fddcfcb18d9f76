/** A part of a text that looks different. Counted in UTF-16 units of the text, without its marks. */
export interface Mark {
  readonly start: number;
  readonly end: number;
  readonly look: 'bold' | 'italic' | 'code';
}

/** A text without Markdown's marks, and what they said. */
export interface MarkedText {
  readonly text: string;
  readonly marks: readonly Mark[];
}

/** In a longer text marks stay as they stand: it is no prose. */
const longest = 8000;

/** Takes Markdown's marks for emphasis and code out of a text. A mark that isn't closed is text. */
export function marked(source: string): MarkedText {
  return source.length > longest ? { text: source, marks: [] } : read(source, 0);
}

/** @param depth - how many marks the text is inside */
function read(source: string, depth: number): MarkedText {
  const marks: Mark[] = [];
  // Marks that are known not to be closed: nobody looks for their ends again.
  const open = new Set<string>();
  let text = '';
  let at = 0;
  while (at < source.length) {
    const plain = plainAt(source, at);
    text += plain;
    at += plain.length;
    const [mark = ''] = /^(?:`+|\*{1,2})/.exec(source.slice(at)) ?? [];
    if (mark === '') break;
    const end = open.has(mark) ? -1 : endOf(source, at, mark);
    if (end < 0) {
      if (!opensNot(source, at, mark)) open.add(mark);
      text += mark;
      at += mark.length;
      continue;
    }
    const inner = source.slice(at + mark.length, end);
    const looks = mark.startsWith('`') ? { text: trimmedCode(inner), marks: [] } : inside(inner, depth);
    const start = text.length;
    text += looks.text;
    marks.push({ start, end: text.length, look: lookOf(mark) });
    marks.push(...looks.marks.map((each) => ({ ...each, start: start + each.start, end: start + each.end })));
    at = end + mark.length;
  }
  return { text, marks };
}

/** The text from a place on, up to what may be a mark. */
function plainAt(source: string, at: number): string {
  const sign = /[`*]/g;
  sign.lastIndex = at;
  return source.slice(at, sign.exec(source)?.index ?? source.length);
}

function inside(source: string, depth: number): MarkedText {
  return depth < 2 ? read(source, depth + 1) : { text: source, marks: [] };
}

function lookOf(mark: string): Mark['look'] {
  if (mark.startsWith('`')) return 'code';
  return mark === '**' ? 'bold' : 'italic';
}

/** Where the mark is that closes the one at a place; -1 if none does. */
function endOf(source: string, at: number, mark: string): number {
  if (opensNot(source, at, mark)) return -1;
  let end = at + mark.length;
  for (;;) {
    end = source.indexOf(mark, end);
    if (end < 0) return -1;
    const run = runAt(source, end, mark.charAt(0));
    const fits = mark.startsWith('`') ? run === mark.length : closesAt(source, end, mark, run);
    if (fits && end > at + mark.length) return end;
    end += run;
  }
}

/** A star is emphasis only where it touches what it emphasises, and isn't a sign between two words or numbers. */
function opensNot(source: string, at: number, mark: string): boolean {
  if (mark.startsWith('`')) return false;
  const next = source.charAt(at + mark.length);
  return next === '' || /[\s*]/.test(next) || (mark === '*' && /[\p{L}\p{N}]/u.test(source.charAt(at - 1)));
}

function closesAt(source: string, end: number, mark: string, run: number): boolean {
  return /\S/.test(source.charAt(end - 1)) && (mark === '**' ? run >= 2 : run !== 2);
}

function runAt(source: string, at: number, sign: string): number {
  let run = 0;
  while (source.charAt(at + run) === sign) run += 1;
  return run;
}

/** Code that begins or ends with a backquote is written with spaces around it. */
function trimmedCode(code: string): string {
  return /^ .*\S.* $/.test(code) ? code.slice(1, -1) : code;
}

/** How many bytes of UTF-8 the first UTF-16 units of a text take; Pango counts in these. */
export function bytesBefore(text: string, units: number): number {
  return new TextEncoder().encode(text.slice(0, units)).length;
}

/** How many UTF-16 units the first bytes of a text make. */
export function unitsBefore(text: string, bytes: number): number {
  return new TextDecoder().decode(new TextEncoder().encode(text).subarray(0, bytes)).length;
}

/** A value of GSettings as `gsettings` prints it, for the types that our schemas use: strings, numbers, booleans, arrays, dictionaries. */
export type Value = string | number | boolean | readonly Value[] | { readonly [key: string]: Value };

/**
 * Parses GVariant's text format ("GVariant Text Format" in GLib's documentation) as far as `Value` goes. Types that are
 * written before a value, as in `uint32 5` and `@as []`, are passed over.
 *
 * @throws {SyntaxError} for anything else
 */
export function parseGVariant(text: string): Value {
  const parser = new Parser(text);
  const value = parser.value();
  parser.end();
  return value;
}

const escapes: Readonly<Record<string, string>> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

/** A value lies in no more others (G_VARIANT_MAX_RECURSION_DEPTH of GLib's). */
const deepest = 128;

const lastCodePoint = 0x10ffff;

class Parser {
  #at = 0;
  #depth = 0;

  constructor(private readonly text: string) {}

  value(): Value {
    this.#match(/(@\S+|byte|u?int(16|32|64)|handle|double|string|boolean)\s+/y);
    switch (this.text[this.#at]) {
      case "'":
      case '"':
        return this.#string();
      case '[':
        return this.#list(']', () => this.value());
      case '{':
        return Object.fromEntries(this.#list('}', () => this.#entry()));
      default:
        return this.#word();
    }
  }

  end(): void {
    if (this.#at < this.text.length) this.#fail();
  }

  #list<T>(close: string, item: () => T): T[] {
    const items: T[] = [];
    this.#depth += 1;
    if (this.#depth > deepest) this.#fail();
    this.#at += 1;
    this.#match(/\s*/y);
    while (this.text[this.#at] !== close) {
      items.push(item());
      this.#match(/\s*(,\s*)?/y);
      if (this.#at >= this.text.length) this.#fail();
    }
    this.#at += 1;
    this.#depth -= 1;
    return items;
  }

  #entry(): [string, Value] {
    const key = this.#string();
    if (this.#match(/\s*:\s*/y) === undefined) this.#fail();
    return [key, this.value()];
  }

  #string(): string {
    const quoted = this.#match(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/sy);
    if (quoted === undefined) return this.#fail();
    return quoted
      .slice(1, -1)
      .replace(
        /\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))/gs,
        (_whole, short?: string, long?: string, one?: string) =>
          one === undefined ? this.#character(parseInt(short ?? long ?? '', 16)) : (escapes[one] ?? one),
      );
  }

  #character(code: number): string {
    return code > lastCodePoint ? this.#fail() : String.fromCodePoint(code);
  }

  #word(): number | boolean {
    const word = this.#match(/[-+.\w]+/y);
    if (word === 'true' || word === 'false') return word === 'true';
    const number = Number(word);
    return word === undefined || Number.isNaN(number) ? this.#fail() : number;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #fail(): never {
    throw new SyntaxError(`no value of GSettings at character ${this.#at}: ${this.text}`);
  }
}

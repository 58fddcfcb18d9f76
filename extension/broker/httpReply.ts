/** A reply that isn't HTTP, or ended before it was whole. */
export class BrokenReply extends Error {}

/** What of a reply comes next. */
type Part = 'status' | 'headers' | 'size' | 'chunk' | 'gap' | 'trailers' | 'counted' | 'rest' | 'done';

/** Bytes. The broker's own lines are far below. */
const longestLine = 65_536;

const newline = 10;

/**
 * Reads one HTTP/1.1 reply (RFC 9112) from bytes that may be cut anywhere. Pure: whoever has the connection hands over
 * what comes, and gets what of it is the body.
 */
export class HttpReply {
  /** 0 until it is known. */
  status = 0;
  readonly #fields = new Map<string, string>();
  #part: Part = 'status';
  #pending: Uint8Array = new Uint8Array();
  /** Bytes to come of a chunk, or of a body whose length is known. */
  #left = 0;

  /** Whether head and body are there as a whole. */
  get whole(): boolean {
    return this.#part === 'done';
  }

  /** Whether the head has come. */
  get begun(): boolean {
    return this.#part !== 'status' && this.#part !== 'headers';
  }

  /** What a header says, or a trailer once it has come; "" if there is none. */
  header(name: string): string {
    return this.#fields.get(name) ?? '';
  }

  /**
   * Takes what has come, and returns what of it is the body.
   * @throws BrokenReply where that can't be HTTP
   */
  push(bytes: Uint8Array): Uint8Array {
    this.#pending = joined([this.#pending, bytes]);
    const body: Uint8Array[] = [];
    while (this.#step(body));
    return joined(body);
  }

  /**
   * The connection has ended.
   * @throws BrokenReply when something was still to come
   */
  end(): void {
    if (this.#part === 'rest') this.#part = 'done';
    if (!this.whole) throw new BrokenReply('the reply broke off');
  }

  /** Reads on by a line or a piece of the body; false if more has to come first. */
  #step(body: Uint8Array[]): boolean {
    switch (this.#part) {
      case 'chunk':
        return this.#take(body, 'gap');
      case 'counted':
        return this.#take(body, 'done');
      case 'rest':
        this.#left = Infinity;
        return this.#take(body, 'done');
      case 'done':
        return false;
      default: {
        const line = this.#line();
        if (line === null) return false;
        this.#part = this.#after(this.#part, line);
        return true;
      }
    }
  }

  /** Takes the next bytes of the body; `then` comes when they were the last. */
  #take(body: Uint8Array[], then: Part): boolean {
    const piece = this.#pending.subarray(0, Math.min(this.#left, this.#pending.length));
    this.#pending = this.#pending.subarray(piece.length);
    this.#left -= piece.length;
    body.push(piece);
    if (this.#left === 0) this.#part = then;
    return this.#left === 0;
  }

  #line(): string | null {
    const end = this.#pending.indexOf(newline);
    if (end < 0) {
      if (this.#pending.length > longestLine) throw new BrokenReply('the reply isn’t HTTP');
      return null;
    }
    const line = new TextDecoder().decode(this.#pending.subarray(0, end));
    this.#pending = this.#pending.subarray(end + 1);
    return line.replace(/\r$/, '');
  }

  /** What comes after a line of this part. */
  #after(part: Exclude<Part, 'chunk' | 'counted' | 'rest' | 'done'>, line: string): Part {
    switch (part) {
      case 'status': {
        const [, status] = /^HTTP\/1\.[01] (\d{3})(?: |$)/.exec(line) ?? [];
        if (status === undefined) throw new BrokenReply('the reply isn’t HTTP');
        this.status = Number(status);
        return 'headers';
      }
      case 'headers':
        if (line !== '') {
          this.#note(line);
          return 'headers';
        }
        // One that says that the real one is to come.
        return this.status < 200 ? 'status' : this.#bodyPart();
      case 'size':
        if (!/^[\da-f]{1,8}\s*(?:;|$)/i.test(line)) throw new BrokenReply('the reply isn’t HTTP');
        this.#left = parseInt(line, 16);
        return this.#left === 0 ? 'trailers' : 'chunk';
      case 'gap':
        return 'size';
      case 'trailers':
        if (line === '') return 'done';
        this.#note(line);
        return 'trailers';
    }
  }

  #bodyPart(): Part {
    if (/\bchunked$/i.test(this.header('transfer-encoding'))) return 'size';
    const length = this.header('content-length');
    if (length === '') return 'rest';
    this.#left = Number(length);
    return this.#left > 0 ? 'counted' : 'done';
  }

  #note(line: string): void {
    const colon = line.indexOf(':');
    this.#fields.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
}

/** One array of several, which may be one of them. */
export function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const filled = pieces.filter((piece) => piece.length > 0);
  const [first] = filled;
  if (filled.length === 1 && first !== undefined) return first;
  const whole = new Uint8Array(filled.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of filled) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

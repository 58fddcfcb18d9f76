import type { Body, BodyReader, UpstreamReply } from './upstream.js';

/** A shorter token is none that must be kept secret, but a word that a server wants to see ("lm-studio"). Characters. */
const shortest = 16;

/**
 * An answer in which the token that it was asked with is overwritten, in its headers, too: servers repeat it in errors, in
 * what they list, and in what they are asked to say back. As many asterisks keep every length as it was. In what is
 * compressed it can't be seen.
 */
export function masked(reply: UpstreamReply, token: string | undefined): UpstreamReply {
  if (token === undefined || token.length < shortest) return reply;
  const forms = writtenForms(token);
  const open = (text: string): string =>
    forms.reduce((rest, form) => rest.replaceAll(form, '*'.repeat(form.length)), text);
  const headers = Object.fromEntries(
    Object.entries(reply.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.map(open) : value && open(value),
    ]),
  );
  return { status: reply.status, headers, body: new MaskedBody(reply.body, new Mask(forms)) };
}

/** How a token can stand in a text: as it is, in JSON with and without escaped slashes, and in a URL. All of them ASCII. */
function writtenForms(token: string): readonly string[] {
  const inJson = JSON.stringify(token).slice(1, -1);
  return [...new Set([token, inJson, inJson.replaceAll('/', '\\/'), encodeURIComponent(token)])];
}

/** Overwrites texts in bytes that come in pieces. */
class Mask {
  readonly #forms: readonly Buffer[];
  #held: Buffer = Buffer.alloc(0);

  constructor(forms: readonly string[]) {
    this.#forms = forms.map((form) => Buffer.from(form));
  }

  /** @returns what is open now: all but an end with which one of the texts may begin */
  take(data: Buffer): Buffer {
    const bytes = this.#covered(this.#held.length === 0 ? data : Buffer.concat([this.#held, data]));
    const kept = Math.max(...this.#forms.map((form) => beginningAtEnd(bytes, form)));
    this.#held = bytes.subarray(bytes.length - kept);
    return bytes.subarray(0, bytes.length - kept);
  }

  /** What was kept back, when nothing more comes. */
  rest(): Buffer {
    return this.#held;
  }

  #covered(bytes: Buffer): Buffer {
    let covered = bytes;
    for (const form of this.#forms) {
      for (let at = covered.indexOf(form); at !== -1; at = covered.indexOf(form, at + form.length)) {
        // The bytes that came are somebody else's.
        if (covered === bytes) covered = Buffer.from(bytes);
        covered.fill('*', at, at + form.length);
      }
    }
    return covered;
  }
}

/** How many of the last bytes are the first ones of a text. Most pieces end with nothing like it: that must cost little. */
function beginningAtEnd(bytes: Buffer, text: Buffer): number {
  const [first = 0] = text;
  const from = Math.max(0, bytes.length - text.length + 1);
  for (let at = bytes.indexOf(first, from); at !== -1; at = bytes.indexOf(first, at + 1)) {
    const length = bytes.length - at;
    if (bytes.compare(text, 0, length, at) === 0) return length;
  }
  return 0;
}

class MaskedBody implements Body {
  constructor(
    private readonly body: Body,
    private readonly mask: Mask,
  ) {}

  read(reader: BodyReader): void {
    const finish = (): void => {
      const rest = this.mask.rest();
      if (rest.length > 0) reader.chunk(rest);
    };
    this.body.read({
      chunk: (data) => {
        const open = this.mask.take(data);
        if (open.length > 0) reader.chunk(open);
      },
      end: () => {
        finish();
        reader.end();
      },
      failed: (error) => {
        finish();
        reader.failed(error);
      },
    });
  }

  pause(): void {
    this.body.pause();
  }

  resume(): void {
    this.body.resume();
  }

  begun(): void {
    this.body.begun();
  }

  cancel(): void {
    this.body.cancel();
  }
}

import { createHash } from 'node:crypto';

/** A form in which a secret can be written; each is looked for in pieces, since messages quote and cut. */
interface Form {
  readonly name: string;
  /** Characters of a piece: so many that none comes about by chance. */
  readonly piece: number;
  /** How a run of letters and digits looks in it, wherever in a text it stands. */
  readonly written: (run: string) => readonly string[];
}

const base64 = (run: string): string[] =>
  // Which letters it becomes depends on how many bytes come before; those at its ends depend on its neighbours, too.
  [0, 1, 2].map((before) =>
    Buffer.from('\0'.repeat(before) + run)
      .toString('base64')
      .slice(before === 0 ? 0 : before + 1)
      .replace(/.{0,3}=*$/, ''),
  );

const forms: readonly Form[] = [
  // Escapes of URLs, JSON and shells leave letters and digits as they are.
  { name: 'as it is', piece: 8, written: (run) => [run] },
  { name: 'base64', piece: 12, written: (run) => base64(run).flatMap((text) => [text, urlSafe(text)]) },
  {
    name: 'hex',
    piece: 16,
    written: (run) => [Buffer.from(run).toString('hex'), Buffer.from(run).toString('hex').toUpperCase()],
  },
];

function urlSafe(text: string): string {
  return text.replaceAll('+', '-').replaceAll('/', '_');
}

/** Where a canary was found. */
export interface Finding {
  readonly canary: string;
  readonly form: string;
  /** What stands there. */
  readonly excerpt: string;
}

/** Texts that are nowhere by chance, so that where one is found it has leaked. */
export class Canaries {
  readonly #pieces = forms.map((form) => ({ ...form, owners: new Map<string, string>() }));

  /** Something that people write, with what JSON, URLs and header lines have to escape. */
  prompt(name: string): string {
    return this.adopted(name, `${random(name)} “naïve” "quoted"/+\n${random(`${name}, second half`)}`);
  }

  /** A token with the oddest characters that one may have. */
  token(name: string): string {
    return this.adopted(name, `sk-${random(name)}"/+\\=${random(`${name}, second half`)}`);
  }

  /** Letters and digits alone. */
  word(name: string): string {
    return this.adopted(name, random(name));
  }

  /** Looks for a secret that others have made. @returns it */
  adopted(name: string, secret: string): string {
    // V8 quotes ten characters: of a token its beginning counts, too.
    for (const run of secret.match(/[A-Za-z0-9_-]{8,}/g) ?? []) {
      for (const { piece, written, owners } of this.#pieces) {
        for (const text of written(run)) {
          for (let start = 0; start + piece <= text.length; start += 1) {
            owners.set(text.slice(start, start + piece), name);
          }
        }
      }
    }
    return secret;
  }

  /** All canaries of which there is a piece in what was left somewhere, each form once. */
  foundIn(content: string | Buffer): readonly Finding[] {
    const text = typeof content === 'string' ? content : content.toString('latin1');
    return this.#pieces.flatMap(({ name: form, piece, owners }) => {
      const found = new Map<string, Finding>();
      for (let at = 0; at + piece <= text.length; at += 1) {
        const canary = owners.get(text.slice(at, at + piece));
        if (canary === undefined || found.has(canary)) continue;
        found.set(canary, { canary, form, excerpt: text.slice(Math.max(0, at - 60), at + piece + 40) });
      }
      return [...found.values()];
    });
  }
}

/** 24 letters and digits, always the same for a name. */
function random(name: string): string {
  const digest = createHash('sha512').update(name).digest('base64');
  return digest.replace(/[^A-Za-z0-9]/g, '').slice(0, 24);
}

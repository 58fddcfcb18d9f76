/** A piece of JSON's text (RFC 8259): blanks, a string, a number, a word, a mark. */
const piece = /[ \t\r\n]+|"(?:[^"\\\n]|\\.)*"|-?\d[\d.eE+-]*|true|false|null|[{}[\],:]/y;

/**
 * What is wrong with a text that `JSON.parse` didn't take, for people: where, as far as that can be told. What it says itself
 * quotes the text, and what stands there may be a token without quotes around it.
 *
 * @param error that it threw
 */
export function misfitOfJson(text: string, error: unknown): string {
  // Only where it quotes nothing it says where.
  const [, told] = /\bat position (\d+)/.exec((error as Error).message) ?? [];
  const at = told === undefined ? unreadable(text) : Number(told);
  if (at === undefined) return 'is not JSON';
  const before = text.slice(0, at).split('\n');
  return `is not JSON (line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1})`;
}

/** Where something stands that is no piece of JSON; undefined if the pieces are good, and only their order is not. */
function unreadable(text: string): number | undefined {
  piece.lastIndex = 0;
  for (let at = 0; at < text.length; at = piece.lastIndex) {
    if (!piece.test(text)) return at;
  }
  return undefined;
}

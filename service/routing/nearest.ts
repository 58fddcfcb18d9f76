/** How many names are worth telling. */
const most = 10;

/** More of a name is neither told nor compared, which takes as long as both are long. Characters. */
const longest = 200;

/** A name as it is told in messages. */
export function shortened(name: string): string {
  return name.length > longest ? `${name.slice(0, longest)}…` : name;
}

/**
 * The names to tell to somebody who asked for one that isn't there: what they may have meant first.
 *
 * @returns at most ten
 */
export function nearest(asked: string, known: readonly string[]): readonly string[] {
  const wanted = shortened(asked).toLowerCase();
  return known
    .map(shortened)
    .map((name) => ({ name, ...likeness(wanted, name.toLowerCase()) }))
    .sort((a, b) => Number(b.held) - Number(a.held) || a.edits - b.edits)
    .slice(0, most)
    .map(({ name }) => name);
}

/** A name that holds what was asked, or is held by it, is nearer than any that is merely spelled alike. */
function likeness(wanted: string, name: string): { held: boolean; edits: number } {
  return { held: name.includes(wanted) || wanted.includes(name), edits: editsBetween(wanted, name) };
}

/** Letters to put in, take out or change to make one word of the other (Levenshtein's distance). */
function editsBetween(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 0; i < one.length; i += 1) {
    const next = [i + 1];
    for (let j = 0; j < other.length; j += 1) {
      const change = (row[j] ?? 0) + (one[i] === other[j] ? 0 : 1);
      next.push(Math.min(change, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

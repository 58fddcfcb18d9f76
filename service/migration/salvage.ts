import { isObject } from '../dialects/fields.js';

/** What could be read of a file that should hold an object of JSON. */
export interface Salvaged {
  readonly fields: Readonly<Record<string, unknown>>;
  /** Whether the file was whole. */
  readonly whole: boolean;
}

/** What a text says as JSON; of one that is cut off or otherwise broken, those of the wanted fields that are whole. */
export function salvaged(text: string, wanted: readonly string[]): Salvaged {
  const all = parsed(text);
  if (isObject(all)) return { fields: all, whole: true };
  const found = wanted.flatMap((name) => {
    const value = valueOf(name, text);
    return value === undefined ? [] : [[name, value] as const];
  });
  return { fields: Object.fromEntries(found), whole: false };
}

/** The first whole value that a name has, undefined if none is whole. */
function valueOf(name: string, text: string): unknown {
  const key = new RegExp(`"${name}"\\s*:\\s*`).exec(text);
  if (key === null) return undefined;
  const rest = text.slice(key.index + key[0].length);
  const end = rest.startsWith('{')
    ? endOfObject(rest)
    : /^("(?:[^"\\]|\\.)*"|[-\w.+]+)(?=\s*[,}\n])/.exec(rest)?.[0].length;
  return end === undefined ? undefined : parsed(rest.slice(0, end));
}

/** Where the object ends that a text begins with. */
function endOfObject(text: string): number | undefined {
  let depth = 0;
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}]/g)) {
    if (token === '{') depth += 1;
    if (token === '}') depth -= 1;
    if (depth === 0) return index + 1;
  }
  return undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}

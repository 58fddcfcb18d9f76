/**
 * How deep JSON may be nested. What means something is nowhere near; but V8 takes a second to read a megabyte of brackets,
 * and writes nothing that is some thousands deep.
 */
export const deepest = 512;

const quote = 0x22;
const backslash = 0x5c;

/** Whether a text of JSON is nested deeper than that; of what is no JSON it is told as if it were. */
export function isTooDeep(text: string): boolean {
  if (text.length <= deepest) return false;
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    switch (text.charCodeAt(at)) {
      case quote:
        at = endOfString(text, at);
        break;
      case 0x5b: // [
      case 0x7b: // {
        depth += 1;
        if (depth > deepest) return true;
        break;
      case 0x5d: // ]
      case 0x7d: // }
        depth -= 1;
        break;
    }
  }
  return false;
}

/** Where the string ends that begins here: found by what is quick, since pictures are strings of megabytes. */
function endOfString(text: string, begin: number): number {
  for (let at = text.indexOf('"', begin + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let escapes = 0;
    while (text.charCodeAt(at - 1 - escapes) === backslash) escapes += 1;
    if (escapes % 2 === 0) return at;
  }
  return text.length;
}

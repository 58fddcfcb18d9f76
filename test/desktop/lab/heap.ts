import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

/** What GJS keeps in memory, as far as it tells of an extension. */
export interface HeapCounts {
  /** Objects of the extension's classes, by class. */
  readonly objects: Readonly<Record<string, number>>;
  /** Functions of the extension's: a handler or a source that was forgotten keeps one. */
  readonly functions: number;
  /** Signal handlers of all objects in the process, from wherever. */
  readonly handlers: number;
}

/** A thing on the heap: what it is, and those things that it points to by which the rest is found. */
interface Thing {
  readonly kind: string;
  readonly text: string;
  readonly links: Map<string, string>;
  /** What it has by symbols, whose names aren't told. */
  readonly bySymbol: string[];
}

/** From an object to the file of its class, and what tells a function's. */
const links = new Set(['shape', 'base', 'baseshape_proto', 'constructor', 'JSFunction script']);
const kinds = new Set(['GObject_Object', 'Object', 'shape', 'base_shape', 'Function', 'script']);

/**
 * Counts in a file that `System.dumpHeap()` wrote.
 *
 * @param mark - what the paths of the extension's files have in common
 */
export async function countHeap(path: string, mark: string): Promise<HeapCounts> {
  const things = new Map<string, Thing>();
  let current: Thing | undefined;
  let handlers = 0;
  let inRoots = true;
  for await (const line of createInterface(createReadStream(path))) {
    if (inRoots) {
      // What is listed first are roots, each of which comes again below with what it points to.
      inRoots = !line.startsWith('==========');
      continue;
    }
    const [, edge, address = '', rest = ''] = /^(> )?(0x[0-9a-f]+) \w (.*)$/.exec(line) ?? [];
    if (edge !== undefined) {
      if (rest === 'signal connection') handlers += 1;
      if (current && links.has(rest)) current.links.set(rest, address);
      if (rest === '**SYMBOL KEY**') current?.bySymbol.push(address);
    } else if (address !== '') {
      const [kind, text] = split(rest);
      current = kinds.has(kind) ? { kind, text, links: new Map(), bySymbol: [] } : undefined;
      if (current) things.set(address, current);
    }
  }

  const follow = (thing: Thing | undefined, ...way: string[]): Thing | undefined =>
    way.reduce((at, link) => things.get(at?.links.get(link) ?? ''), thing);
  const isOurs = (thing: Thing | undefined): boolean =>
    follow(thing, 'JSFunction script')?.text.includes(mark) ?? false;
  // The prototype of a registered class keeps one more, GJS's own, which looks like an object of the parent.
  const isPrototype = (thing: Thing): boolean => thing.links.has('constructor');
  const prototypes = new Set([...things.values()].filter(isPrototype).flatMap(({ bySymbol }) => bySymbol));
  const objects: Record<string, number> = {};
  let functions = 0;
  for (const [address, thing] of things) {
    if (thing.kind === 'Function' && isOurs(thing)) functions += 1;
    if (thing.kind !== 'GObject_Object' && thing.kind !== 'Object') continue;
    if (isPrototype(thing) || prototypes.has(address)) continue;
    const prototype = follow(thing, 'shape', 'base', 'baseshape_proto');
    const constructor = follow(prototype, 'constructor');
    if (constructor && isOurs(constructor)) {
      objects[constructor.text] = (objects[constructor.text] ?? 0) + 1;
    }
  }
  return { objects, functions, handlers };
}

/** The first word of a line, and the rest. */
function split(text: string): [string, string] {
  const end = text.indexOf(' ');
  return end < 0 ? [text, ''] : [text.slice(0, end), text.slice(end + 1)];
}

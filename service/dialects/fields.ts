import { InvalidRequest } from './errors.js';
import { isTooDeep } from './nesting.js';

/** A JSON object. */
export type Fields = Readonly<Record<string, unknown>>;

/** Whether a JSON value is an object (and not an array or null). */
export function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The JSON object that a text is, undefined if it is none, or one that is nested too deep for anybody. */
export function objectFrom(text: string): Fields | undefined {
  if (isTooDeep(text)) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The arguments of a call, undefined if they are no JSON object. No text at all is what some models call a tool with that
 * takes none.
 */
export function argumentsFrom(json: string): Fields | undefined {
  return json.trim() === '' ? {} : objectFrom(json);
}

/** A string of an answer, '' if there is none. */
export function textIn(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** A string, number or truth value as text, '' for anything else: an object may bring a `toString` that is none. */
export function wordIn(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

/** A number, also one that is written as a string; NaN for anything else. */
export function numberIn(value: unknown): number {
  return typeof value === 'number' || typeof value === 'string' ? Number(value) : Number.NaN;
}

/** What a table has under a name that somebody else chose: `constructor` is an entry of none. */
export function entryOf<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

/** The object without what is undefined in it: so that it can be laid over defaults, and compared. */
export function present<T extends object>(fields: T): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}

/**
 * The name of the model that a request asks for.
 *
 * @throws {InvalidRequest} if there is none
 */
export function modelOf(body: Fields): string {
  const model = body.model;
  if (typeof model !== 'string' || model.trim() === '') {
    throw new InvalidRequest('"model" is required: the name of a model, for instance "demo"');
  }
  return model;
}

/** A positive number of tokens, or undefined for no limit (Ollama writes -1 for that). */
export function limitOf(value: unknown): number | undefined {
  return typeof value === 'number' && value > 0 ? value : undefined;
}

/** Whether a request gives the model tools to call. */
export function givesTools({ tools }: Fields): boolean {
  return Array.isArray(tools) && tools.length > 0;
}

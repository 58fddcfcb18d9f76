import { InvalidRequest } from './errors.js';

/** A JSON object. */
export type Fields = Readonly<Record<string, unknown>>;

/** Whether a JSON value is an object (and not an array or null). */
export function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The JSON object that a text is, undefined if it is none. */
export function objectFrom(text: string): Fields | undefined {
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

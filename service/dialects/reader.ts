import { InvalidRequest } from './errors.js';
import { entryOf, type Fields, isObject } from './fields.js';

/**
 * Reads one object of a request, and names what of it nobody has read. Null is the same as nothing. What has another type
 * than it should is an `InvalidRequest`.
 */
export class Reader {
  readonly #read = new Set<string>();

  /**
   * @param place of the object in the request, for instance `messages[3]`, '' for the request itself
   * @param dropped where the names go of what isn't read
   */
  constructor(
    private readonly from: Fields,
    readonly place: string,
    readonly dropped: Set<string>,
  ) {}

  /** Whatever the field is. */
  value(name: string): unknown {
    this.#read.add(name);
    return this.from[name] ?? undefined;
  }

  /** Fields that are known and need no reading. */
  pass(...names: readonly string[]): void {
    for (const name of names) this.#read.add(name);
  }

  text(name: string): string | undefined {
    const value = this.value(name);
    if (value === undefined || typeof value === 'string') return value;
    throw this.invalid(name, 'a string');
  }

  flag(name: string): boolean | undefined {
    const value = this.value(name);
    if (value === undefined || typeof value === 'boolean') return value;
    throw this.invalid(name, 'true or false');
  }

  number(name: string): number | undefined {
    const value = this.value(name);
    if (value === undefined || typeof value === 'number') return value;
    throw this.invalid(name, 'a number');
  }

  integer(name: string): number | undefined {
    const value = this.number(name);
    if (value === undefined || Number.isInteger(value)) return value;
    throw this.invalid(name, 'a whole number');
  }

  /** A limit of tokens; undefined also for -1, which is none to llama.cpp and Ollama. */
  limit(name: string): number | undefined {
    const value = this.integer(name);
    if (value === -1) return undefined;
    if (value !== undefined && value < 1) throw this.invalid(name, 'a whole number from 1');
    return value;
  }

  /** An object that is carried as it is. @param expected what it must be, in words that follow on "must be" */
  fields(name: string, expected = 'an object'): Fields | undefined {
    const value = this.value(name);
    if (value === undefined || isObject(value)) return value;
    throw this.invalid(name, expected);
  }

  object(name: string): Reader | undefined {
    const value = this.fields(name);
    return value && new Reader(value, this.at(name), this.dropped);
  }

  /** An object, one of nothing if there is none. */
  inside(name: string): Reader {
    return this.object(name) ?? new Reader({}, this.at(name), this.dropped);
  }

  /** A list of objects, empty if there is none. */
  objects(name: string): readonly Reader[] {
    const value = this.value(name) ?? [];
    if (!Array.isArray(value)) throw this.invalid(name, 'a list of objects');
    return value.map((item: unknown, index) => {
      const place = `${name}[${index}]`;
      if (!isObject(item)) throw this.invalid(place, 'an object');
      return new Reader(item, this.at(place), this.dropped);
    });
  }

  /** A list of strings, undefined if there is none or nothing in it. @param expected what else it may be */
  texts(name: string, expected = 'a list of strings'): readonly string[] | undefined {
    const value = this.value(name) ?? [];
    if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) {
      throw this.invalid(name, expected);
    }
    return value.length === 0 ? undefined : value;
  }

  /** What was read of a field, which must be there. @param expected what it must be, in words that follow on "must be" */
  needed<T>(name: string, value: T | undefined, expected: string): T {
    if (value === undefined) throw this.invalid(name, expected);
    return value;
  }

  /** Names what hasn't been read and says something. @param defaults what says nothing, by name */
  rest(defaults: Readonly<Record<string, readonly unknown[]>> = {}): void {
    for (const [name, value] of Object.entries(this.from)) {
      if (this.#read.has(name) || isEmpty(value) || entryOf(defaults, name)?.includes(value) === true) continue;
      this.dropped.add(this.at(name).replace(/\[\d+\]/g, ''));
    }
  }

  /** Where a field of this object stands in the request. */
  at(name: string): string {
    return this.place === '' ? name : `${this.place}.${name}`;
  }

  invalid(name: string, expected: string): InvalidRequest {
    return new InvalidRequest(`"${this.at(name)}" must be ${expected}`);
  }
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

import { KeyringFault } from './errors.js';

// What another program answers may be of any type, whatever it declares. Each of these returns what was expected, or
// throws a KeyringFault that names it by `what` and repeats none of it.

/** An object path as D-Bus defines it; the bus itself lets any string pass as one inside of a variant. */
const validPath = /^\/(?:\w+(?:\/\w+)*)?$/;

/** The object path that stands for "none". */
const noObject = '/';

/** An object's path, or undefined for none. @throws {KeyringFault} */
export function pathOrNone(value: unknown, what: string): string | undefined {
  if (typeof value !== 'string' || !validPath.test(value)) throw unlike(what, 'an object path');
  return value === noObject ? undefined : value;
}

/** An object's path. @throws {KeyringFault} */
export function path(value: unknown, what: string): string {
  const found = pathOrNone(value, what);
  if (found === undefined) throw unlike(what, 'the path of an object');
  return found;
}

/** Paths of objects. @throws {KeyringFault} */
export function paths(value: unknown, what: string): readonly string[] {
  if (!Array.isArray(value)) throw unlike(what, 'a list of object paths');
  return value.map((one) => path(one, what));
}

/** True or false. @throws {KeyringFault} */
export function truth(value: unknown, what: string): boolean {
  if (typeof value !== 'boolean') throw unlike(what, 'true or false');
  return value;
}

/** Bytes. @throws {KeyringFault} */
export function bytes(value: unknown, what: string): Buffer {
  if (!Buffer.isBuffer(value)) throw unlike(what, 'bytes');
  return value;
}

/** The parts of a structure, or the values of an answer with several. @throws {KeyringFault} */
export function parts(value: unknown, count: number, what: string): readonly unknown[] {
  if (!Array.isArray(value) || value.length !== count) throw unlike(what, `${count} values`);
  return value;
}

function unlike(what: string, expected: string): KeyringFault {
  return new KeyringFault(`gave ${what} that is not ${expected}`);
}

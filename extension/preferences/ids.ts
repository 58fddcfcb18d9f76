/** Ids that mean something else where a route is asked for. */
const RESERVED = ['automatic', 'local', 'cloud'];
const LONGEST = 64;

/**
 * An id for a new connection, made of its name: lower-case letters, digits and underscores, beginning with a letter.
 *
 * @param name - what people call the connection
 * @param taken - ids that are in use
 */
export function uniqueId(name: string, taken: readonly string[]): string {
  const plain = name
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^[_0-9]+|_+$/g, '');
  const stem = (plain || 'connection').slice(0, LONGEST - 5);
  const used = new Set([...RESERVED, ...taken]);
  for (let number = 1; ; number++) {
    const id = number === 1 ? stem : `${stem}_${String(number)}`;
    if (!used.has(id)) return id;
  }
}

import { endianness } from 'node:os';
import { describe, expect, it } from 'vitest';
import { type Change, serialised } from '../../../service/config/gvariantBytes.ts';

const u32 = endianness() === 'LE' ? '07 00 00 00' : '00 00 00 07';

/** Bytes as people write them, with the texts among them. */
const bytes = (...parts: string[]): string =>
  parts
    .map((part) => (/^([0-9a-f]{2} ?)+$/.test(part) ? part.replaceAll(' ', '') : Buffer.from(part).toString('hex')))
    .join('');

// By the "GVariant Specification": a key and its end; the value from the next eighth byte on, a zero, its type, and a zero,
// since it might not be there; the end of the key; and behind all the ends of the elements.
describe('changes of dconf’s', () => {
  it.each<[what: string, changes: Change[], bytes: string]>([
    ['nothing', [], ''],
    ['a key that is as by default', [{ path: '/a' }], bytes('/a', '00', '00 00 00 00 00', '03', '09')],
    [
      'a truth',
      [{ path: '/a', value: { type: 'b', value: true } }],
      bytes('/a', '00', '00 00 00 00 00', '01', '00', 'b', '00', '03', '0d'),
    ],
    [
      'a number, in this machine’s order',
      [{ path: '/a', value: { type: 'u', value: 7 } }],
      bytes('/a', '00', '00 00 00 00 00', u32, '00', 'u', '00', '03', '10'),
    ],
    [
      'two texts',
      [{ path: '/a', value: { type: 'as', value: ['x', 'ü'] } }],
      bytes('/a', '00', '00 00 00 00 00', 'x', '00', 'ü', '00', '02 05', '00', 'as', '00', '03', '14'),
    ],
    [
      'no texts',
      [{ path: '/a', value: { type: 'as', value: [] } }],
      bytes('/a', '00', '00 00 00 00 00', '00', 'as', '00', '03', '0d'),
    ],
    [
      'names of texts',
      [{ path: '/a', value: { type: 'a{ss}', value: { k: 'v' } } }],
      bytes('/a', '00', '00 00 00 00 00', 'k', '00', 'v', '00', '02', '05', '00', 'a{ss}', '00', '03', '16'),
    ],
    [
      'two keys, the second from an eighth byte on',
      [{ path: '/a' }, { path: '/b' }],
      bytes('/a', '00', '00 00 00 00 00', '03', '00 00 00 00 00 00 00', '/b', '00', '00 00 00 00 00', '03', '09 19'),
    ],
  ])('have the bytes that GVariant gives %s', (_what, changes, expected) => {
    expect(serialised(changes).toString('hex')).toBe(expected);
  });

  it.each([
    [240, 1],
    [256, 2],
    [70_000, 4],
  ])('of %i bytes have ends of %i bytes', (length, size) => {
    const path = `/${'a'.repeat(length - 2)}`;
    const all = serialised([{ path }]);
    const element = all.length - size;
    expect(all.readUIntLE(element, size)).toBe(element);
    expect(all.readUIntLE(element - size, size)).toBe(path.length + 1);
  });
});

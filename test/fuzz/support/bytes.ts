import fc from 'fast-check';

/** A place in something, whatever its length. */
const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

/** One change to bytes. */
type Change = (bytes: Buffer) => Buffer;

const at = (bytes: Buffer, where: number): number => Math.floor(where * bytes.length);

/** Replaces what is between two places. */
const between = (bytes: Buffer, from: number, length: number, by: Buffer): Buffer =>
  Buffer.concat([bytes.subarray(0, from), by, bytes.subarray(from + length)]);

const change: fc.Arbitrary<Change> = fc.oneof(
  fc.tuple(place, fc.nat(7)).map(([where, bit]): Change => (bytes) => {
    const changed = Buffer.from(bytes);
    const index = at(bytes, where);
    if (changed.length > 0) changed[index] = (changed[index] ?? 0) ^ (1 << bit);
    return changed;
  }),
  fc.tuple(place, fc.nat(40)).map(
    ([where, length]): Change =>
      (bytes) =>
        between(bytes, at(bytes, where), length, Buffer.alloc(0)),
  ),
  place.map(
    (where): Change =>
      (bytes) =>
        bytes.subarray(0, at(bytes, where)),
  ),
  fc.tuple(place, fc.nat(60), fc.integer({ min: 1, max: 20 })).map(([where, length, times]): Change => (bytes) => {
    const from = at(bytes, where);
    const piece = bytes.subarray(from, from + length);
    return between(bytes, from, 0, Buffer.concat(Array.from({ length: times }, () => piece)));
  }),
  fc
    .tuple(
      place,
      fc.oneof(
        fc.uint8Array({ maxLength: 8 }).map((bytes) => Buffer.from(bytes)),
        fc
          .constantFrom(
            '\r',
            '\n',
            '\r\n',
            '\r\n\r\n',
            '\0',
            '\uFEFF',
            '"',
            '\\',
            '{',
            '[',
            ':',
            ',',
            '\u2028',
            '%00',
            '0',
          )
          .map((text) => Buffer.from(text)),
        fc
          .constantFrom([0xc3], [0xed, 0xa0, 0x80], [0xff, 0xfe], [0xf4, 0x90, 0x80, 0x80])
          .map((bytes) => Buffer.from(bytes)),
      ),
    )
    .map(
      ([where, more]): Change =>
        (bytes) =>
          between(bytes, at(bytes, where), 0, more),
    ),
);

/** Bytes like these, with a few changes; or the beginning of one and the end of another. */
export function mutatedBytes(originals: fc.Arbitrary<Buffer>): fc.Arbitrary<Buffer> {
  const spliced = fc
    .tuple(originals, originals, place, place)
    .map(([one, other, end, begin]) =>
      Buffer.concat([one.subarray(0, at(one, end)), other.subarray(at(other, begin))]),
    );
  return fc
    .tuple(fc.oneof({ weight: 4, arbitrary: originals }, spliced), fc.array(change, { maxLength: 4 }))
    .map(([bytes, changes]) => changes.reduce((changed, one) => one(changed), bytes));
}

/** The pieces in which bytes may come. */
export function inPieces(originals: fc.Arbitrary<Buffer>): fc.Arbitrary<readonly Buffer[]> {
  return fc.tuple(originals, fc.array(place, { maxLength: 4 })).map(([bytes, cuts]) => {
    const ends = cuts.map((cut) => at(bytes, cut)).sort((one, other) => one - other);
    return [...ends, bytes.length].map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
  });
}

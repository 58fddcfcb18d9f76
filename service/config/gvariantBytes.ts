import { endianness } from 'node:os';

/** A new value for a path of dconf's, or none: it is as by default then. */
export interface Change {
  /** Of a key; or with a slash at its end of a folder, of which only all keys can be taken away. */
  readonly path: string;
  readonly value?: { readonly type: string; readonly value: unknown };
}

/** Changes as dconf's writer takes them: a dictionary `a{smv}` in GVariant's serialised form ("GVariant Specification"). */
export function serialised(changes: readonly Change[]): Buffer {
  return arrayOf(
    changes.map(({ path, value }) => tupleOf(text(path), just(value), 8)),
    8,
  );
}

/** A value of one of the types that our schemas use. */
function bytesOf(type: string, value: unknown): Buffer {
  switch (type) {
    case 'b':
      return Buffer.of(value === true ? 1 : 0);
    case 's':
      return text(value as string);
    case 'u':
    case 'i':
      return numberOf(type, value as number);
    case 'as':
      return arrayOf((value as readonly string[]).map(text), 1);
    case 'a{ss}':
      return arrayOf(
        Object.entries(value as Record<string, string>).map(([key, one]) => tupleOf(text(key), text(one), 1)),
        1,
      );
    default:
      throw new TypeError(`no settings key is of type ${type}`);
  }
}

function text(value: string): Buffer {
  return Buffer.from(`${value}\0`);
}

/** In this machine's order, as everything but offsets. */
function numberOf(type: 'u' | 'i', value: number): Buffer {
  const bytes = Buffer.alloc(4);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const little = endianness() === 'LE';
  if (type === 'u') view.setUint32(0, value, little);
  else view.setInt32(0, value, little);
  return bytes;
}

/** A variant that there may be: nothing at all, or the variant (value, zero, type) with another zero behind it. */
function just(value: Change['value']): Buffer {
  if (value === undefined) return Buffer.alloc(0);
  return Buffer.concat([bytesOf(value.type, value.value), Buffer.from(`\0${value.type}\0`)]);
}

/** Two members, the first of no fixed size: behind them stands where it ends. */
function tupleOf(first: Buffer, second: Buffer, alignment: number): Buffer {
  return withOffsets(Buffer.concat([first, paddingAfter(first.length, alignment), second]), [first.length]);
}

/** Elements of no fixed size: behind them stands where each ends. */
function arrayOf(elements: readonly Buffer[], alignment: number): Buffer {
  const parts: Buffer[] = [];
  const ends: number[] = [];
  let length = 0;
  for (const element of elements) {
    const padding = paddingAfter(length, alignment);
    length += padding.length + element.length;
    parts.push(padding, element);
    ends.push(length);
  }
  return ends.length === 0 ? Buffer.alloc(0) : withOffsets(Buffer.concat(parts), ends);
}

function paddingAfter(length: number, alignment: number): Buffer {
  return Buffer.alloc(-length & (alignment - 1));
}

/** Offsets take as few bytes as the whole with them can be told in, the lowest first on every machine. */
function withOffsets(body: Buffer, offsets: readonly number[]): Buffer {
  const size = ([1, 2, 4] as const).find((bytes) => body.length + offsets.length * bytes < 2 ** (8 * bytes)) ?? 4;
  const tail = Buffer.alloc(offsets.length * size);
  for (const [index, offset] of offsets.entries()) tail.writeUIntLE(offset, index * size, size);
  return Buffer.concat([body, tail]);
}

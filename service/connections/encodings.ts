import { Duplex } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';

/** What undoes the compression of a body. Emits an error where the bytes aren't what they are said to be. */
export type Decoder = Duplex;

/**
 * What undoes a Content-Encoding (RFC 9110, 8.4.1; zstd: RFC 8878), as it comes; undefined for one that isn't known.
 * Codex compresses its requests with zstd, which Node's zlib has only since 22.15.
 */
export async function decoderFor(encoding: string): Promise<Decoder | undefined> {
  switch (encoding.trim().toLowerCase()) {
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    case 'deflate':
      return createInflate();
    case 'br':
      return createBrotliDecompress();
    case 'zstd':
      return zstd();
    default:
      return undefined;
  }
}

/** RFC 8878 lets a decoder refuse larger ones (3.1.1.1.2): each takes as much memory, whatever comes. Bytes. */
const largestWindow = 8 * 1024 * 1024;

/** What is undone at a time: three bytes can stand for 128 KiB. Bytes. */
const step = 256;

async function zstd(): Promise<Decoder> {
  const { Decompress } = await import('fzstd');
  return Duplex.from(async function* (source: AsyncIterable<Buffer>) {
    const undone: Buffer[] = [];
    const stream = new Decompress((data) => {
      // Not told by its types, and no other way to see it: a frame's window, before it is written to.
      const { s: frame } = stream as unknown as { readonly s: { readonly e: number } | number };
      if (typeof frame === 'object' && frame.e > largestWindow) throw new Error('a window of more than 8 MiB');
      if (data.length > 0) undone.push(Buffer.from(data));
    });
    for await (const chunk of source) {
      for (let start = 0; start < chunk.length; start += step) {
        stream.push(chunk.subarray(start, start + step));
        yield* undone.splice(0);
      }
    }
    // Fails where something is missing.
    stream.push(new Uint8Array(), true);
    yield* undone.splice(0);
  });
}

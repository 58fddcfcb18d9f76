/** The largest block. Bytes. */
const blockSize = 128 * 1024;

/** Where a frame of zstd begins (RFC 8878, 3.1.1). */
const magic = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);

const raw = 0;
const repeated = 1;

/** A frame of zstd, as a stream's is: its blocks hold the bytes as they are, which Node can't compress before 22.15. */
export function zstd(bytes: Buffer): Buffer {
  const blocks: Buffer[] = [];
  for (let start = 0; start === 0 || start < bytes.length; start += blockSize) {
    const piece = bytes.subarray(start, start + blockSize);
    blocks.push(header(start + blockSize >= bytes.length, raw, piece.length), piece);
  }
  return Buffer.concat([magic, descriptor(blockSize), ...blocks]);
}

/** A frame of so many blocks of 128 KiB, each of which repeats a byte. @param window that it asks for; bytes */
export function zstdZeros(blocks: number, window = blockSize): Buffer {
  const all = Array.from({ length: blocks }, (_, index) =>
    Buffer.concat([header(index === blocks - 1, repeated, blockSize), Buffer.of(0)]),
  );
  return Buffer.concat([magic, descriptor(window), ...all]);
}

/** No checksum, no content size, and a window of a power of two, which is the least for its blocks (3.1.1.1, 3.1.1.2). */
function descriptor(window: number): Buffer {
  return Buffer.of(0, (Math.log2(window) - 10) << 3);
}

function header(last: boolean, type: number, size: number): Buffer {
  const bytes = Buffer.alloc(3);
  bytes.writeUIntLE(Number(last) | (type << 1) | (size << 3), 0, 3);
  return bytes;
}

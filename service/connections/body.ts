import { BrokenAnswer } from './errors.js';
import { type Body, type BodyReader, Cancelled, type UpstreamReply } from './upstream.js';

/**
 * A whole body in memory.
 *
 * @param limit bytes; a larger one is given up
 * @param signal ends it
 * @throws {UpstreamError} if it doesn't come whole
 * @throws {Cancelled} when the signal ends it
 */
export function collected(body: Body, limit: number, signal: AbortSignal): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => {
      body.cancel();
      reject(new Cancelled());
    });
    const chunks: Buffer[] = [];
    let size = 0;
    body.read({
      chunk(data) {
        size += data.length;
        if (size > limit) {
          body.cancel();
          reject(new BrokenAnswer(`its answer is larger than ${limit} bytes`));
        } else {
          chunks.push(data);
        }
      },
      end: () => {
        resolve(Buffer.concat(chunks));
      },
      failed: reject,
    });
  });
}

/** Whether an answer is a web page, which no model server's is: a captive portal, a proxy's error, a wrong address. */
export function isWebPage(reply: UpstreamReply): boolean {
  return /^(text\/html|application\/xhtml)/i.test(reply.headers['content-type'] ?? '');
}

/** A whole answer as a body. */
export class WholeBody implements Body {
  constructor(private readonly bytes: Buffer) {}

  read(reader: BodyReader): void {
    reader.chunk(this.bytes);
    reader.end();
  }

  pause(): void {
    // There is but one chunk.
  }

  resume(): void {
    // There is but one chunk.
  }

  begun(): void {
    // It is whole.
  }

  cancel(): void {
    // It is whole.
  }
}

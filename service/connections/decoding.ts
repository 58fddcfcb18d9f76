import { type Decoder, decoderFor } from './encodings.js';
import { BrokenAnswer, type UpstreamError } from './errors.js';
import type { Body, BodyReader, UpstreamReply } from './upstream.js';

/**
 * An answer as it was before it was compressed: some servers compress though they are asked not to. As it is where it
 * isn't compressed.
 *
 * @param address of the server, for messages
 * @throws {BrokenAnswer} where that can't be undone
 */
export async function decompressed(reply: UpstreamReply, address: string): Promise<UpstreamReply> {
  const { 'content-encoding': encoding = 'identity', ...headers } = reply.headers;
  if (encoding === 'identity') return reply;
  const decoder = await decoderFor(encoding);
  if (decoder === undefined) {
    reply.body.cancel();
    throw new BrokenAnswer(
      `${address} answers compressed, in a way that it was asked not to and that isn’t known here`,
    );
  }
  // Its length was that of what was sent.
  const { 'content-length': _length, ...others } = headers;
  return { status: reply.status, headers: others, body: new DecodedBody(reply.body, decoder, address) };
}

class DecodedBody implements Body {
  #reader: BodyReader | undefined;

  constructor(
    private readonly body: Body,
    private readonly decoder: Decoder,
    private readonly address: string,
  ) {}

  read(reader: BodyReader): void {
    this.#reader = reader;
    this.decoder.on('data', (chunk: Buffer) => this.#reader?.chunk(chunk));
    this.decoder.on('end', () => {
      this.#over()?.end();
    });
    this.decoder.on('error', () => {
      this.body.cancel();
      this.#over()?.failed(new BrokenAnswer(`${this.address} answers with something else than its encoding says`));
    });
    this.decoder.on('drain', () => {
      this.body.resume();
    });
    this.body.read({
      chunk: (data) => {
        if (!this.decoder.write(data)) this.body.pause();
      },
      end: () => {
        this.decoder.end();
      },
      failed: (error: UpstreamError) => {
        this.decoder.destroy();
        this.#over()?.failed(error);
      },
    });
  }

  pause(): void {
    this.decoder.pause();
  }

  resume(): void {
    this.decoder.resume();
  }

  begun(): void {
    this.body.begun();
  }

  cancel(): void {
    this.#reader = undefined;
    this.decoder.destroy();
    this.body.cancel();
  }

  /** The reader, for the last time. */
  #over(): BodyReader | undefined {
    const reader = this.#reader;
    this.#reader = undefined;
    return reader;
  }
}

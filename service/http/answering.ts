import type { FastifyReply, FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import { decoderFor } from '../connections/encodings.js';
import { Cancelled } from '../connections/upstream.js';
import { InvalidRequest } from '../dialects/errors.js';
import { type Fields, isObject } from '../dialects/fields.js';
import { deepest, isTooDeep } from '../dialects/nesting.js';
import type { Broker } from '../routing/broker.js';
import type { Scope } from '../routing/choose.js';
import { RequestRefused } from './errors.js';

/**
 * Answers a request from elsewhere, and counts it as long as that takes.
 *
 * @param answer writes to the raw reply; its signal tells that the client has gone
 */
export async function answering(
  broker: Broker,
  reply: FastifyReply,
  answer: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const gone = new AbortController();
  const finished = broker.requestBegins();
  // The request's own `close` comes as soon as its body is read; only the reply's means that the client went away.
  reply.raw.on('close', () => {
    finished();
    gone.abort();
  });
  try {
    await answer(gone.signal);
  } catch (error) {
    if (!(error instanceof Cancelled)) throw error;
  }
  // Whatever there was to say is said, or nobody is left to hear it.
  reply.hijack();
}

/** Where a request may go: on the route that it names for itself, and no further than its key allows. */
export function scopeOf({ headers, key }: FastifyRequest): Scope {
  const route = headers['x-cloudtolocalllm-route'];
  return { route: typeof route === 'string' ? route : undefined, only: key?.connections };
}

/** The largest request that is read, before and after it is decompressed: a chat with many images in it. Bytes. */
export const bodyLimit = 64 * 1024 * 1024;

/** The body of a request, decompressed. @throws {InvalidRequest | RequestRefused} */
export async function bytesOf({ body, headers }: FastifyRequest): Promise<Buffer> {
  // A page can send other types to anybody without being asked beforehand; `curl -d` calls everything a form.
  if (headers.origin !== undefined && !isJson(headers['content-type'])) {
    throw new RequestRefused('wrongType', 'a web page must send its request as Content-Type: application/json');
  }
  if (!Buffer.isBuffer(body) || body.length === 0) throw new InvalidRequest('the request has no body; it must be JSON');
  const encodings = (headers['content-encoding'] ?? '').split(',').filter((name) => !/^\s*(identity)?\s*$/i.test(name));
  let bytes = body;
  // The last that was applied stands last.
  for (const encoding of encodings.reverse()) bytes = await decompressed(bytes, encoding.trim());
  return bytes;
}

function isJson(type: string | undefined): boolean {
  return type !== undefined && /^application\/json *(;|$)/i.test(type);
}

async function decompressed(bytes: Buffer, encoding: string): Promise<Buffer> {
  const decoder = await decoderFor(encoding);
  if (decoder === undefined) {
    throw new RequestRefused(
      'invalid',
      `a request can be compressed with gzip, deflate, br or zstd, not with ${encoding}`,
    );
  }
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of Readable.from(slices(bytes)).pipe(decoder) as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > bodyLimit) throw new RequestRefused('tooLarge', 'the request is larger than 64 MiB');
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof RequestRefused) throw error;
    throw new InvalidRequest(`the request is not what its Content-Encoding says (${encoding})`);
  }
  return Buffer.concat(chunks);
}

/** In pieces, so that what would become too large is seen before it has. */
function* slices(bytes: Buffer): Generator<Buffer> {
  const step = 16 * 1024;
  for (let start = 0; start < bytes.length; start += step) yield bytes.subarray(start, start + step);
}

/** What a body says. @throws {InvalidRequest} if it is not an object of JSON, or nested too deep */
export function fieldsOf(bytes: Buffer): Fields {
  const text = bytes.toString('utf8');
  if (isTooDeep(text)) throw new InvalidRequest(`the request is nested more than ${deepest} levels deep`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new InvalidRequest(`the request is not JSON: ${(error as Error).message}`);
  }
  if (!isObject(value)) throw new InvalidRequest('the request must be a JSON object');
  return value;
}

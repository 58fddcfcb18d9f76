import { request } from 'node:http';
import type { OldRequest } from './commands.js';

/** A request was answered with an error, or not at all. The message is for the client. */
export class NotAnswered extends Error {
  override readonly name = 'NotAnswered';
}

/** The longest answer that is taken. Bytes. */
const limit = 64 * 1024 * 1024;

/**
 * Sends an application's request the way that all take, through the broker's own address: so it is routed, translated and
 * failed over like any other.
 *
 * @param address http://HOST:PORT
 * @returns what is answered, which is JSON where that is
 * @throws {NotAnswered}
 */
export function relayed({ method, path, body }: OldRequest, address: string, signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const headers = body === undefined ? {} : { 'content-type': 'application/json' };
    const sent = request(address, { method, path, headers, agent: false, signal }, (reply) => {
      const chunks: Buffer[] = [];
      let size = 0;
      reply.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > limit) reply.destroy(new NotAnswered('the answer is larger than 64 MiB'));
        else chunks.push(chunk);
      });
      reply.on('error', reject);
      reply.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        const { statusCode = 0 } = reply;
        if (statusCode === 200) resolve(jsonIn(text));
        else reject(new NotAnswered(`HTTP ${statusCode}: ${text}`));
      });
    });
    sent.on('error', (error) => {
      reject(error instanceof NotAnswered ? error : new NotAnswered(`the broker doesn’t answer: ${error.message}`));
    });
    sent.end(body);
  });
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

import { type Fields, isObject, objectFrom } from '../dialects/fields.js';
import { collected, isWebPage } from './body.js';
import { decompressed } from './decoding.js';
import { BrokenAnswer, NotReady, Refused } from './errors.js';
import { classify } from './failure.js';
import type { CatalogueEntry } from './kind.js';
import type { Client } from './upstream.js';

/** More than any list of models takes. Bytes. */
const limit = 32 * 1024 * 1024;

/** An answer to a question of the broker's own: a status that is not an error of the server, and its JSON object. */
export interface Answer {
  readonly status: number;
  readonly fields: Fields;
}

/**
 * Asks a server for a JSON object.
 *
 * @param address of the server, for messages
 * @param api what is expected there, for messages, for instance "Ollama’s API"
 * @throws {UpstreamError} if it isn't answered, or not with an object of JSON
 * @throws {Cancelled} when the signal ends it
 */
export async function query(
  client: Client,
  path: string,
  address: string,
  api: string,
  signal: AbortSignal,
): Promise<Answer> {
  const sent = await client.send({ method: 'GET', path, headers: { accept: 'application/json' } }, signal);
  const reply = await decompressed(sent, address);
  if (isWebPage(reply)) {
    reply.body.cancel();
    throw new BrokenAnswer(`${address} answers with a web page, not with ${api}; is the address right?`);
  }
  const text = (await collected(reply.body, limit, signal)).toString('utf8');
  const fields = objectFrom(text);
  if (reply.status === 401 || reply.status === 403) {
    throw new Refused(`${address} does not accept the token, or wants one (status ${reply.status})`);
  }
  // What has no list of models may say so in its own way; whether it works is then seen by what it is asked.
  if (reply.status === 404 || reply.status === 405 || reply.status === 501) return { status: reply.status, fields: {} };
  if (reply.status >= 500) {
    // Its own words aren't shown: what everybody sees may hold nothing of what somebody else has asked.
    const loads = classify(reply.status, fields).failure === 'loading';
    throw reply.status === 503
      ? new NotReady(
          `${address} is not ready: it ${loads ? 'is loading its model' : 'is busy or starting'} (status 503)`,
        )
      : new BrokenAnswer(`${address} failed with status ${reply.status}`);
  }
  if (fields === undefined) {
    throw new BrokenAnswer(`${address} answers, but not with ${api}; is the address right?`);
  }
  return { status: reply.status, fields };
}

/** The objects in a list inside an answer; anything else in it is left out. */
export function objectsIn(list: unknown): readonly Fields[] {
  return Array.isArray(list) ? list.filter(isObject) : [];
}

/**
 * The models in a list of OpenAI's or Anthropic's shape. Some servers have none; then nothing is known of their models,
 * and they may be tried with any.
 */
export function listedIn({ status, fields }: Answer): readonly CatalogueEntry[] | undefined {
  if (status !== 200 || !Array.isArray(fields.data)) return undefined;
  return objectsIn(fields.data).flatMap((listing) =>
    typeof listing.id === 'string' ? [{ name: listing.id, listing }] : [],
  );
}

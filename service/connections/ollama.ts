import type { ConnectionSettings } from '../config/configuration.js';
import { numberIn, wordIn } from '../dialects/fields.js';
import { canonicalModelName } from '../dialects/ollama/modelName.js';
import { BrokenAnswer } from './errors.js';
import { HttpClient } from './httpClient.js';
import type { ConnectionKind, Finding, LoadedModel } from './kind.js';
import { objectsIn, query } from './query.js';
import type { Client } from './upstream.js';

const api = 'Ollama’s API';

/**
 * A server that speaks Ollama's API. It has OpenAI's and Anthropic's beside it under /v1, which aren't used: they lose
 * errors inside answers, and options such as the context's length.
 */
export const ollama: ConnectionKind = {
  dialect: 'ollama',
  paths: ['/api/chat', '/api/generate', '/api/embed', '/api/embeddings'],
  embeddings: 'ollama',

  takesUp: () => 'prefix',
  server: () => 'ollama',

  client: (settings, tokens) => new HttpClient(settings, pathOf(settings), tokens),

  async check(client, address, signal) {
    const version = await query(client, '/api/version', address, api, signal);
    if (typeof version.fields.version !== 'string') {
      throw new BrokenAnswer(`${address} answers, but not with ${api}; is the address right?`);
    }
    return { version: version.fields.version, ...(await modelsOf(client, address, signal)) };
  },

  sameModel: (one, other) => canonicalModelName(one) === canonicalModelName(other),

  // It compares names itself, and answers with the one that it was asked.
  ownName: (model) => model,
};

/** What a server of Ollama's API has, and has in memory. @throws {UpstreamError} */
export async function modelsOf(
  client: Client,
  address: string,
  signal: AbortSignal,
): Promise<Pick<Finding, 'models' | 'loaded'>> {
  const [tags, running] = await Promise.all([
    query(client, '/api/tags', address, api, signal),
    query(client, '/api/ps', address, api, signal),
  ]);
  return {
    models: objectsIn(tags.fields.models).flatMap((listing) =>
      typeof listing.name === 'string' ? [{ name: listing.name, listing }] : [],
    ),
    loaded: objectsIn(running.fields.models).map((listing): LoadedModel => ({
      name: wordIn(listing.name),
      size: numberIn(listing.size ?? 0),
      vram: numberIn(listing.size_vram ?? 0),
      expires: expiry(listing.expires_at),
      listing,
    })),
  };
}

/** What comes before the API's own paths; people write the address with and without /api, as Ollama's cloud is told. */
export function pathOf({ url }: ConnectionSettings): string {
  return new URL(url).pathname.replace(/\/$/, '').replace(/\/api$/, '');
}

/** Beyond this a model stays for ever: Ollama writes a date centuries away for a negative keep_alive. Seconds. */
const everAfter = 100 * 366 * 24 * 3600;

function expiry(date: unknown): number {
  const seconds = typeof date === 'string' ? Math.round(Date.parse(date) / 1000) : Number.NaN;
  return Number.isNaN(seconds) || seconds - Date.now() / 1000 > everAfter ? 0 : seconds;
}

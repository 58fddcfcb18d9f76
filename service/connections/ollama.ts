import { canonicalModelName } from '../dialects/ollama/modelName.js';
import { BrokenAnswer } from './errors.js';
import { HttpClient } from './httpClient.js';
import type { ConnectionKind, LoadedModel } from './kind.js';
import { objectsIn, query } from './query.js';

const api = 'Ollama’s API';

/** A server that speaks Ollama's API, and OpenAI's beside it under /v1. */
export const ollama: ConnectionKind = {
  dialects: ['ollama', 'openai'],

  client: (settings, token) => new HttpClient(settings, new URL(settings.url).pathname.replace(/\/$/, ''), token),

  async check(client, address, signal) {
    const version = await query(client, '/api/version', address, api, signal);
    if (typeof version.fields.version !== 'string') {
      throw new BrokenAnswer(`${address} answers, but not with ${api}; is the address right?`);
    }
    const [tags, running] = await Promise.all([
      query(client, '/api/tags', address, api, signal),
      query(client, '/api/ps', address, api, signal),
    ]);
    return {
      version: version.fields.version,
      models: objectsIn(tags.fields.models).flatMap((listing) =>
        typeof listing.name === 'string' ? [{ name: listing.name, listing }] : [],
      ),
      loaded: objectsIn(running.fields.models).map(({ name, size, size_vram, expires_at }): LoadedModel => ({
        name: String(name),
        size: Number(size ?? 0),
        vram: Number(size_vram ?? 0),
        expires: expiry(expires_at),
      })),
    };
  },

  sameModel: (one, other) => canonicalModelName(one) === canonicalModelName(other),
};

/** Beyond this a model stays for ever: Ollama writes a date centuries away for a negative keep_alive. Seconds. */
const everAfter = 100 * 366 * 24 * 3600;

function expiry(date: unknown): number {
  const seconds = typeof date === 'string' ? Math.round(Date.parse(date) / 1000) : Number.NaN;
  return Number.isNaN(seconds) || seconds - Date.now() / 1000 > everAfter ? 0 : seconds;
}

import type { Fields } from '../fields.js';
import { type Listed, once } from '../listing.js';

/**
 * The answer to GET /api/tags, where each entry also says which connections have it (`connections`). The models come from
 * connections that speak Ollama's API.
 */
export function ollamaTags(models: readonly Listed[]): Fields {
  return { models: once(models).map(({ listing, connections }) => ({ ...listing, connections })) };
}

/** The answer to GET /api/version. */
export function ollamaVersion(version: string): Fields {
  return { version };
}

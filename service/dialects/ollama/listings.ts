import { type Fields, isObject, wordIn } from '../fields.js';
import { type Listed, once } from '../listing.js';

/**
 * The answer to GET /api/tags, where each entry also says which connections have it (`connections`). Entries of Ollama's
 * are as they are; of others no more is known than their names, and when they were made.
 */
export function ollamaTags(models: readonly Listed[]): Fields {
  return {
    models: once(models).map(({ name, listing, connections }) => ({
      ...(isObject(listing.details) ? listing : { ...withoutFile, name, model: name, modified_at: madeAt(listing) }),
      connections,
    })),
  };
}

/** What Ollama's clients expect of every model. */
const withoutFile: Fields = {
  size: 0,
  digest: '',
  details: { parent_model: '', format: '', family: '', families: null, parameter_size: '', quantization_level: '' },
};

/** OpenAI's API has `created` in seconds, Anthropic's `created_at` as a date. */
function madeAt({ created, created_at }: Fields): string {
  const date = new Date(typeof created === 'number' ? created * 1000 : wordIn(created_at));
  return Number.isNaN(date.getTime()) ? '1970-01-01T00:00:00Z' : date.toISOString();
}

/** The answer to GET /api/version. */
export function ollamaVersion(version: string): Fields {
  return { version };
}

/**
 * The answer to POST /api/show for a model of a server that isn't Ollama: that it is there, what it can do as far as is
 * known, and nothing of a file.
 */
export function ollamaShow(listing: Fields): Fields {
  const { capabilities } = listing;
  return {
    ...{ license: '', modelfile: '', parameters: '', template: '', model_info: {} },
    details: withoutFile.details,
    capabilities: Array.isArray(capabilities) ? capabilities : ['completion'],
    modified_at: madeAt(listing),
  };
}

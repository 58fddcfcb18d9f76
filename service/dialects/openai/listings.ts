import { type Fields, wordIn } from '../fields.js';
import { type Listed, once } from '../listing.js';

/**
 * The answer to GET /v1/models, each with the connections that have it: entries of OpenAI's shape as they are but for
 * what they lack of it (`created` at DeepSeek), Ollama's and Anthropic's put into it (openai/openai.go of Ollama).
 */
export function openaiModels(models: readonly Listed[]): Fields {
  return {
    object: 'list',
    data: once(models).map(({ name, listing, connections }) => {
      const modified = Date.parse(wordIn(listing.modified_at ?? listing.created_at));
      return {
        id: name,
        object: 'model',
        created: Number.isNaN(modified) ? 0 : Math.floor(modified / 1000),
        owned_by: ownerOf(name, listing),
        ...(listing.object === 'model' ? listing : {}),
        connections,
      };
    }),
  };
}

function ownerOf(name: string, listing: Fields): string {
  if (listing.type === 'model') return 'anthropic';
  return name.includes('/') ? name.slice(0, name.indexOf('/')) : 'library';
}

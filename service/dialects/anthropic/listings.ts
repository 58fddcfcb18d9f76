import { type Fields, wordIn } from '../fields.js';
import { type Listed, once } from '../listing.js';

/**
 * The answer to GET /v1/models as Anthropic's API has it ("List Models"; all on one page), each with the connections that
 * have it. Entries of Anthropic's own are as they are; those of other dialects are put into its shape.
 */
export function anthropicModels(models: readonly Listed[]): Fields {
  const data = once(models).map(({ name, listing, connections }) => ({
    ...anthropicModel(name, listing),
    connections,
  }));
  return { data, has_more: false, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null };
}

/**
 * One model as Anthropic's API has it ("Get a Model").
 *
 * @param listing its entry in the dialect of the connection that has it
 */
export function anthropicModel(name: string, listing: Fields): Fields & { readonly id: string } {
  return { ...(listing.type === 'model' ? listing : {}), type: 'model', id: name, ...described(name, listing) };
}

/** Ollama has the time of a model as `modified_at`, OpenAI's API as `created` in seconds; who doesn't know it says 1970. */
function described(name: string, { display_name, created_at, modified_at, created }: Fields): Fields {
  const time = [created_at, modified_at]
    .map((value) => Date.parse(wordIn(value)))
    .find((value) => !Number.isNaN(value));
  const milliseconds = time ?? (typeof created === 'number' ? created * 1000 : 0);
  return {
    display_name: typeof display_name === 'string' ? display_name : name,
    created_at: new Date(milliseconds).toISOString().replace('.000Z', 'Z'),
  };
}

import { type Fields, isObject } from './fields.js';

/** Tokens that an answer has taken. */
export interface TokenCount {
  readonly input: number;
  readonly output: number;
}

const nothing: TokenCount = { input: 0, output: 0 };

/**
 * What an object of an answer says of its tokens, in any dialect and whether it was streamed: Ollama's last line, OpenAI's
 * `usage`, that of a response, and Anthropic's, which comes in two parts. Later ones hold, and what they leave out stays.
 *
 * @param before what was known already
 */
export function countedTokens(fields: Fields | undefined, before: TokenCount | undefined): TokenCount | undefined {
  if (fields === undefined) return before;
  const { message, response } = fields;
  const usage = [
    fields.usage,
    isObject(message) ? message.usage : undefined,
    isObject(response) ? response.usage : undefined,
  ].find(isObject);
  const [input, output] =
    usage === undefined
      ? [fields.prompt_eval_count, fields.eval_count]
      : [usage.prompt_tokens ?? inputOf(usage), usage.completion_tokens ?? usage.output_tokens];
  if (typeof input !== 'number' && typeof output !== 'number') return before;
  const { input: known, output: told } = before ?? nothing;
  return { input: count(input) ?? known, output: count(output) ?? told };
}

/** Anthropic's input is told without what came from its cache. */
function inputOf(usage: Fields): unknown {
  const { input_tokens: input, cache_read_input_tokens: read, cache_creation_input_tokens: written } = usage;
  return typeof input === 'number' ? input + (count(read) ?? 0) + (count(written) ?? 0) : undefined;
}

function count(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}

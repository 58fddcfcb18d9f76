import type { Usage } from '../events.js';
import { type Fields, isObject, present } from '../fields.js';

/** The tokens of an answer (OpenAI's `usage`; DeepSeek tells those from its cache as `prompt_cache_hit_tokens`). */
export function readUsage(value: unknown): Usage | undefined {
  if (!isObject(value) || typeof value.prompt_tokens !== 'number') return undefined;
  return present({
    prompt: value.prompt_tokens,
    answer: countIn(value, 'completion_tokens') ?? 0,
    cached: countIn(value.prompt_tokens_details, 'cached_tokens') ?? countIn(value, 'prompt_cache_hit_tokens'),
    thinking: countIn(value.completion_tokens_details, 'reasoning_tokens'),
  });
}

function countIn(value: unknown, name: string): number | undefined {
  const count = isObject(value) ? value[name] : undefined;
  return typeof count === 'number' ? count : undefined;
}

/** The field `usage` of an answer, none if nothing is known. */
export function writeUsage(usage: Usage | undefined): Fields {
  if (usage === undefined) return {};
  const { prompt, answer, cached, thinking } = usage;
  return {
    usage: {
      prompt_tokens: prompt,
      completion_tokens: answer,
      total_tokens: prompt + answer,
      ...(cached === undefined ? {} : { prompt_tokens_details: { cached_tokens: cached } }),
      ...(thinking === undefined ? {} : { completion_tokens_details: { reasoning_tokens: thinking } }),
    },
  };
}

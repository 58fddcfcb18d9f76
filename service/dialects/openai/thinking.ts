import type { Effort, Thinking } from '../chat.js';
import { effortFor } from '../effort.js';
import { entryOf, type Fields } from '../fields.js';
import type { Reader } from '../reader.js';

/** `xhigh` is OpenAI's word for what is beyond `high`, `max` that of others (Ollama's openai/openai.go reads both alike). */
const efforts: Readonly<Record<string, Effort>> = {
  none: 'none',
  minimal: 'minimal',
  low: 'low',
  medium: 'medium',
  high: 'high',
  xhigh: 'max',
  max: 'max',
};

/**
 * Whether a model is to think: `reasoning_effort` (OpenAI), `reasoning` (OpenRouter's "Reasoning tokens": `effort`,
 * `max_tokens`, `enabled`) or the `enable_thinking` of chat templates (llama.cpp, vLLM). Undefined if nothing is said.
 */
export function readThinking(body: Reader): Thinking | undefined {
  const template = body.object('chat_template_kwargs');
  const enabled = template?.flag('enable_thinking');
  template?.rest();
  const reasoning = body.object('reasoning');
  const said = readEffort(body, 'reasoning_effort') ?? (reasoning && readEffort(reasoning, 'effort'));
  const budget = reasoning?.integer('max_tokens');
  const wanted = reasoning?.flag('enabled') ?? enabled;
  reasoning?.rest({ exclude: [false] });
  if (said === 'none' || wanted === false) return { wanted: false };
  if (said !== undefined) return { wanted: true, effort: said, ...(budget === undefined ? {} : { budget }) };
  if (budget !== undefined) return { wanted: true, budget };
  return wanted === undefined ? undefined : { wanted };
}

/** An effort in OpenAI's words, undefined if none is told. */
export function readEffort(place: Reader, name: string): Effort | undefined {
  const value = place.text(name);
  if (value === undefined) return undefined;
  const effort = entryOf(efforts, value);
  if (effort === undefined) throw place.invalid(name, `one of ${Object.keys(efforts).join(', ')}`);
  return effort;
}

/**
 * Thinking in OpenAI's words: only an effort, so that a budget becomes the nearest. llama.cpp and vLLM are told by the template as well that a model isn't to think.
 */
export function writeThinking(thinking: Thinking | undefined, extras: boolean): Fields {
  if (thinking === undefined) return {};
  if (!thinking.wanted || thinking.effort === 'none') {
    return { reasoning_effort: 'none', ...(extras ? { chat_template_kwargs: { enable_thinking: false } } : {}) };
  }
  const { effort, budget } = thinking;
  return { reasoning_effort: effort ?? (budget === undefined ? 'medium' : known(effortFor(budget))) };
}

/** What every server knows that knows efforts at all. */
function known(effort: Effort): Effort {
  return effort === 'max' ? 'high' : effort;
}

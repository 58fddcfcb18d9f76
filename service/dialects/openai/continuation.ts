import {
  type ContinuingRequest,
  type Delivered,
  leftOf,
  type Uptake,
  vllmContinues,
  withPrefix,
} from '../continuation.js';
import { type Fields, isObject } from '../fields.js';

/** By what else llama.cpp and vLLM are told the form of an answer. */
export const grammars: readonly string[] = [
  'grammar',
  'json_schema',
  'structured_outputs',
  'guided_json',
  'guided_regex',
  'guided_choice',
  'guided_grammar',
];

/**
 * The request for the rest of an answer. llama.cpp and Ollama go on from an assistant's last message by themselves; vLLM
 * does when told so (`continue_final_message`, its OpenAI-compatible server). What must have a format is told anew: its
 * grammar begins at the beginning. The prompt of a text completion is simply longer.
 */
export function continuedOpenai(fields: Fields, delivered: Delivered, how: Uptake): ContinuingRequest {
  const { messages, prompt, echo, response_format } = fields;
  const formatted =
    (isObject(response_format) && response_format.type !== 'text') || grammars.some((name) => name in fields);
  if (how === 'anew' || formatted) return { fields, anew: true };
  const limits = ['max_tokens', 'max_completion_tokens'].flatMap((name) => {
    const left = leftOf(fields[name], delivered);
    return left === undefined ? [] : [[name, left] as const];
  });
  const rest: Fields = { ...fields, ...Object.fromEntries(limits) };
  if (messages === undefined && typeof prompt === 'string' && echo !== true) {
    return { fields: { ...rest, prompt: prompt + delivered.text }, anew: false };
  }
  if (!Array.isArray(messages) || !messages.every(isObject)) return { fields, anew: true };
  const last = messages.at(-1);
  // What the application has put into its mouth in parts can't simply be made longer.
  if (last?.role === 'assistant' && typeof last.content !== 'string') return { fields, anew: true };
  return {
    fields: {
      ...rest,
      ...(how === 'vllm' ? vllmContinues : {}),
      messages: withPrefix(messages, delivered.text),
    },
    anew: false,
  };
}

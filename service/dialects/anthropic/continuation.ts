import { type ContinuingRequest, type Delivered, leftOf, type Uptake, withPrefix } from '../continuation.js';
import { type Fields, isObject } from '../fields.js';
import { accepts } from './generation.js';

/**
 * The request for the rest of an answer. The API goes on from an assistant's last message ("Prefill Claude's response"),
 * but for models since Claude 4.6, where the model thinks, or where its answer must have a format or call a tool. It also
 * refuses a last message that ends with white space.
 */
export function continuedAnthropic(fields: Fields, delivered: Delivered, how: Uptake): ContinuingRequest {
  const { model, messages, max_tokens } = fields;
  const refused = thinks(fields) || isForced(fields) || !accepts(String(model)).prefill || /\s$/.test(delivered.text);
  if (how === 'anew' || refused || !Array.isArray(messages) || !messages.every(isObject)) {
    return { fields, anew: true };
  }
  const last = messages.at(-1);
  // What the application has put into its mouth in blocks can't simply be made longer.
  if (last?.role === 'assistant' && typeof last.content !== 'string') return { fields, anew: true };
  const left = leftOf(max_tokens, delivered);
  return {
    fields: {
      ...fields,
      ...(left === undefined ? {} : { max_tokens: left }),
      messages: withPrefix(messages, delivered.text),
    },
    anew: false,
  };
}

function thinks({ thinking }: Fields): boolean {
  return isObject(thinking) && thinking.type !== 'disabled';
}

function isForced({ tool_choice, output_config, output_format }: Fields): boolean {
  const forced = isObject(tool_choice) && (tool_choice.type === 'any' || tool_choice.type === 'tool');
  return forced || isObject(output_format) || (isObject(output_config) && isObject(output_config.format));
}

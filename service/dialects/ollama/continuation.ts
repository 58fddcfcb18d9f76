import { type ContinuingRequest, type Delivered, leftOf, type Uptake, withPrefix } from '../continuation.js';
import { type Fields, isObject } from '../fields.js';

/**
 * The request for the rest of an answer. Ollama's chat template leaves the last message open if it is the assistant's;
 * a bare prompt is simply longer. What must have a format is told anew: its grammar begins at the beginning.
 */
export function continuedOllama(path: string, fields: Fields, delivered: Delivered, how: Uptake): ContinuingRequest {
  const { messages, format, options, raw, prompt } = fields;
  if (how === 'anew' || (format !== undefined && format !== null && format !== '')) return { fields, anew: true };
  const left = leftOf(isObject(options) ? options.num_predict : undefined, delivered);
  const rest: Fields =
    left === undefined ? fields : { ...fields, options: { ...(options as Fields), num_predict: left } };
  if (path === '/api/chat' && Array.isArray(messages) && messages.every(isObject)) {
    return { fields: { ...rest, messages: withPrefix(messages, delivered.text) }, anew: false };
  }
  if (path === '/api/generate' && raw === true && typeof prompt === 'string') {
    return { fields: { ...rest, prompt: prompt + delivered.text }, anew: false };
  }
  return { fields, anew: true };
}

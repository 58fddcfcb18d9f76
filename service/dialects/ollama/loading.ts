import { type Fields, wordIn } from '../fields.js';

/**
 * The answer to a request that asks nothing: Ollama loads the model then, or unloads it where it isn't to be kept
 * (docs/api.md there, "Load a model", "Unload a model"). Its own command line begins every chat with one.
 *
 * @returns undefined if something is asked
 */
export function loadingReply(path: string, fields: Fields, date: Date): Fields | undefined {
  const { model, messages, prompt, images, suffix, keep_alive } = fields;
  const empty = (value: unknown): boolean =>
    value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
  const chat = path === '/api/chat';
  if (!(chat ? [messages] : [prompt, images, suffix]).every(empty)) return undefined;
  return {
    model,
    created_at: date.toISOString(),
    ...(chat ? { message: { role: 'assistant', content: '' } } : { response: '' }),
    done: true,
    done_reason: nothing.test(wordIn(keep_alive)) ? 'unload' : 'load',
  };
}

/** No time at all: a number of seconds, or a duration as Go writes it. */
const nothing = /^[-+]?(0+(\.0*)?(ns|us|µs|ms|s|m|h)?)+$/;

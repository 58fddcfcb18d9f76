import type { Fields } from '../fields.js';

/** An error as Ollama tells it, before an answer and as the last line of a broken one (docs/api/errors). */
export function ollamaError(message: string): Fields {
  return { error: message };
}

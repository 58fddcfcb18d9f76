import type { EventDecoder } from '../codec.js';
import type { ChatEvent, FinishReason, Usage } from '../events.js';
import { type Fields, isObject, textIn } from '../fields.js';
import { readProbabilities } from '../probabilities.js';

/**
 * Reads the lines of an answer of POST /api/chat (docs/api.md, `ChatResponse` in api/types.go of Ollama). Tool calls come
 * whole; their `index` is 0 for each with some versions, so that they are counted here. The last line has the end and its
 * figures, and nothing comes behind it.
 */
export function ollamaEvents(): EventDecoder {
  let begun = false;
  let ended = false;
  let calls = 0;
  return {
    frame({ fields }) {
      if (fields === undefined || ended) return [];
      const message = isObject(fields.message) ? fields.message : {};
      const events: ChatEvent[] = [];
      if (!begun) events.push({ type: 'start', model: textIn(fields.model) });
      begun = true;
      const thinking = textIn(message.thinking);
      if (thinking !== '') events.push({ type: 'thinking', text: thinking });
      const text = textIn(message.content);
      const logprobs = readProbabilities(fields.logprobs);
      // Ollama also tells those of thoughts, and those of text that it holds back for a while.
      if (text !== '' || (logprobs !== undefined && thinking === '')) events.push({ type: 'text', text, logprobs });
      for (const call of Array.isArray(message.tool_calls) ? message.tool_calls.filter(isObject) : []) {
        events.push(...eventsOf(call, calls));
        calls += 1;
      }
      if (fields.done === true) {
        ended = true;
        events.push({ type: 'finish', reason: reasonOf(fields.done_reason, calls > 0), usage: usageIn(fields) });
      }
      return events;
    },
    end: () => [],
  };
}

function eventsOf(call: Fields, index: number): readonly ChatEvent[] {
  const made = isObject(call.function) ? call.function : {};
  const given = made.arguments ?? {};
  return [
    { type: 'toolCall', index, id: textIn(call.id), name: textIn(made.name) },
    { type: 'toolArguments', index, json: typeof given === 'string' ? given : JSON.stringify(given) },
  ];
}

/** `done_reason` is `stop` or `length`, or missing. */
function reasonOf(told: unknown, called: boolean): FinishReason {
  if (told === 'length') return 'length';
  return called ? 'tools' : 'stop';
}

/** Ollama leaves out what is 0. */
function usageIn({ prompt_eval_count: prompt, eval_count: answer }: Fields): Usage | undefined {
  if (typeof prompt !== 'number' && typeof answer !== 'number') return undefined;
  return { prompt: numberIn(prompt), answer: numberIn(answer) };
}

function numberIn(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

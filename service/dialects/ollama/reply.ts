import type { ChatEvent, ReplyEncoder, Usage } from '../events.js';
import type { Fields } from '../fields.js';
import { ollamaError } from './errors.js';

/** Which of Ollama's two ways to ask is answered. They differ in where the text stands. */
export type OllamaCall = 'chat' | 'generate';

const nanosecondsPerMillisecond = 1_000_000;

/**
 * Writes an answer as Ollama does: a JSON object a line, the last with `done` and the durations, or one object for all
 * (docs/api.md of Ollama; lines are separated by a plain \n).
 *
 * @param now milliseconds, of a clock that doesn't jump
 * @param date the time of day, for `created_at`
 */
export function ollamaReply(
  call: OllamaCall,
  stream: boolean,
  now: () => number = performance.now.bind(performance),
  date: () => Date = () => new Date(),
): ReplyEncoder {
  const begun = now();
  let firstText: number | undefined;
  let model = '';
  let whole = '';

  const place = (text: string): Fields =>
    call === 'chat' ? { message: { role: 'assistant', content: text } } : { response: text };
  const head = (): Fields => ({ model, created_at: date().toISOString() });
  const nanoseconds = (milliseconds: number): number => Math.round(milliseconds * nanosecondsPerMillisecond);
  const figures = (usage: Usage): Fields => {
    const end = now();
    const answering = firstText ?? end;
    return {
      total_duration: nanoseconds(end - begun),
      load_duration: 0,
      prompt_eval_count: usage.prompt,
      prompt_eval_duration: nanoseconds(answering - begun),
      eval_count: usage.answer,
      eval_duration: nanoseconds(end - answering),
    };
  };
  const line = (fields: Fields): string => (stream ? `${JSON.stringify(fields)}\n` : JSON.stringify(fields));

  return {
    contentType: stream ? 'application/x-ndjson' : 'application/json; charset=utf-8',
    encode(event: ChatEvent): string {
      switch (event.type) {
        case 'start':
          model = event.model;
          return '';
        case 'text':
          firstText ??= now();
          if (stream) return line({ ...head(), ...place(event.text), done: false });
          whole += event.text;
          return '';
        case 'finish':
          return line({
            ...head(),
            ...place(stream ? '' : whole),
            done: true,
            done_reason: event.reason,
            ...figures(event.usage),
          });
        case 'error':
          return line(ollamaError(event.message));
      }
    },
  };
}

import { describe, expect, it } from 'vitest';
import type { ChatEvent } from '../../../../service/dialects/events.js';
import { ollamaReply } from '../../../../service/dialects/ollama/reply.js';

const events: ChatEvent[] = [
  { type: 'start', model: 'demo' },
  { type: 'text', text: 'Grüße' },
  { type: 'text', text: ' 👋' },
  { type: 'finish', reason: 'stop', usage: { prompt: 3, answer: 2 } },
];

/** A clock that goes on by 10 ms at each look. */
function clock(): () => number {
  let time = 0;
  return () => (time += 10);
}
const date = (): Date => new Date('2026-11-22T12:00:00Z');
const created_at = '2026-11-22T12:00:00.000Z';

const encoded = (call: 'chat' | 'generate', stream: boolean, given = events): string => {
  const encoder = ollamaReply(call, stream, clock(), date);
  return given.map((event) => encoder.encode(event)).join('');
};
const durations = {
  total_duration: 20_000_000,
  load_duration: 0,
  prompt_eval_count: 3,
  prompt_eval_duration: 10_000_000,
  eval_count: 2,
  eval_duration: 10_000_000,
};

describe('Ollama’s answers', () => {
  it('stream a JSON object a line, the last one with the figures', () => {
    const lines = encoded('chat', true).split('\n');
    expect(lines.pop()).toBe('');
    expect(lines.map((line) => JSON.parse(line) as object)).toEqual([
      { model: 'demo', created_at, message: { role: 'assistant', content: 'Grüße' }, done: false },
      { model: 'demo', created_at, message: { role: 'assistant', content: ' 👋' }, done: false },
      {
        model: 'demo',
        created_at,
        message: { role: 'assistant', content: '' },
        done: true,
        done_reason: 'stop',
        ...durations,
      },
    ]);
  });

  it('are one object when not streamed', () => {
    expect(JSON.parse(encoded('chat', false))).toMatchObject({
      message: { role: 'assistant', content: 'Grüße 👋' },
      done: true,
    });
  });

  it('of /api/generate have the text in `response`', () => {
    expect(JSON.parse(encoded('generate', false))).toMatchObject({ response: 'Grüße 👋', done: true });
  });

  it('that fail end with a line of the error', () => {
    const lines = encoded('chat', true, [...events.slice(0, 2), { type: 'error', message: 'gone' }]).split('\n');
    expect(lines.at(-2)).toBe('{"error":"gone"}');
  });
});

import { describe, expect, it } from 'vitest';
import type { ChatEvent } from '../../../../service/dialects/events.js';
import { openaiReply } from '../../../../service/dialects/openai/reply.js';

const events: ChatEvent[] = [
  { type: 'start', model: 'demo' },
  { type: 'text', text: 'Grüße' },
  { type: 'text', text: ' 👋' },
  { type: 'finish', reason: 'length', usage: { prompt: 3, answer: 2 } },
];

const encoded = (stream: boolean, usageWanted: boolean, given = events): string => {
  const encoder = openaiReply('chatcmpl-1', 1000, stream, usageWanted);
  return given.map((event) => encoder.encode(event)).join('');
};

/** The data of each server-sent event. */
const data = (text: string): unknown[] =>
  text
    .split('\n\n')
    .filter(Boolean)
    .map((event) => event.replace(/^data: /, ''))
    .map((json) => (json === '[DONE]' ? json : (JSON.parse(json) as unknown)));

const chunk = (delta: object, finish_reason: string | null) => ({
  id: 'chatcmpl-1',
  object: 'chat.completion.chunk',
  created: 1000,
  model: 'demo',
  choices: [{ index: 0, delta, logprobs: null, finish_reason }],
});
const usage = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 };

describe('OpenAI’s answers', () => {
  it('stream chunks, the role in the first, the reason in the last, and an end mark', () => {
    expect(data(encoded(true, false))).toEqual([
      chunk({ role: 'assistant', content: '' }, null),
      chunk({ content: 'Grüße' }, null),
      chunk({ content: ' 👋' }, null),
      chunk({}, 'length'),
      '[DONE]',
    ]);
  });

  it('stream their usage before the end mark if it is wanted', () => {
    expect(data(encoded(true, true)).slice(-2)).toEqual([{ ...chunk({}, null), choices: [], usage }, '[DONE]']);
  });

  it('are one object when not streamed', () => {
    expect(JSON.parse(encoded(false, false))).toMatchObject({
      object: 'chat.completion',
      choices: [{ message: { role: 'assistant', content: 'Grüße 👋' }, finish_reason: 'length' }],
      usage,
    });
  });

  it('that fail end with the error and without an end mark', () => {
    const told = data(encoded(true, false, [...events.slice(0, 2), { type: 'error', message: 'gone' }]));
    expect(told.at(-1)).toEqual({ error: { message: 'gone', type: 'api_error', param: null, code: null } });
  });
});

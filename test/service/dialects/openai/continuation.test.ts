import { describe, expect, it } from 'vitest';
import type { Fields } from '../../../../service/dialects/fields.js';
import { continuedOpenai } from '../../../../service/dialects/openai/continuation.js';

const delivered = { text: 'The quick', pieces: 2 };
const question = { role: 'user', content: 'Who jumps?' };
const messages = [question, { role: 'assistant', content: 'The quick' }];
const chat: Fields = { model: 'm', messages: [question], stream: true };

describe('a server of OpenAI’s API goes on', () => {
  it.each<[what: string, fields: Fields, expected: Fields]>([
    ['from the assistant’s last message', chat, { ...chat, messages }],
    [
      'from what the application put into its mouth',
      { ...chat, messages: [question, { role: 'assistant', content: 'Well: ' }] },
      { ...chat, messages: [question, { role: 'assistant', content: 'Well: The quick' }] },
    ],
    ['with what is left of its limit', { ...chat, max_tokens: 10 }, { ...chat, max_tokens: 8, messages }],
    [
      'with what is left of its newer limit',
      { ...chat, max_completion_tokens: 10 },
      { ...chat, max_completion_tokens: 8, messages },
    ],
    ['with one token at least', { ...chat, max_tokens: 1 }, { ...chat, max_tokens: 1, messages }],
    ['without a limit for null', { ...chat, max_tokens: null }, { ...chat, max_tokens: null, messages }],
    [
      'where the format is text',
      { ...chat, response_format: { type: 'text' } },
      { ...chat, response_format: { type: 'text' }, messages },
    ],
    ['from a longer prompt', { model: 'm', prompt: 'Who? ' }, { model: 'm', prompt: 'Who? The quick' }],
    ['where the format is null', { ...chat, response_format: null }, { ...chat, response_format: null, messages }],
  ])('%s', (_what, fields, expected) => {
    expect(continuedOpenai(fields, delivered, 'prefix')).toEqual({ fields: expected, anew: false });
  });

  it('when told so, where it is vLLM', () => {
    expect(continuedOpenai({ ...chat, add_generation_prompt: true }, delivered, 'vllm')).toEqual({
      fields: { ...chat, messages, continue_final_message: true, add_generation_prompt: false },
      anew: false,
    });
  });
});

describe('a server of OpenAI’s API begins anew', () => {
  it.each<[what: string, fields: Fields]>([
    ['with a format', { ...chat, response_format: { type: 'json_object' } }],
    ['with a schema', { ...chat, response_format: { type: 'json_schema', json_schema: {} } }],
    ['with a grammar of llama.cpp’s', { ...chat, grammar: 'root ::= "a"' }],
    [
      'behind parts that the application put into its mouth',
      { ...chat, messages: [question, { role: 'assistant', content: [{ type: 'text', text: 'Well: ' }] }] },
    ],
    ['with messages that can’t be read', { model: 'm', messages: ['Who jumps?'] }],
    ['without messages', { model: 'm' }],
    ['behind a prompt of tokens', { model: 'm', prompt: [1, 2] }],
    ['behind a prompt that it repeats', { model: 'm', prompt: 'Who jumps?', echo: true }],
  ])('%s', (_what, given) => {
    const fields = { ...given, max_tokens: 10 };
    expect(continuedOpenai(fields, delivered, 'prefix')).toEqual({ fields, anew: true });
    expect(continuedOpenai(fields, delivered, 'vllm')).toEqual({ fields, anew: true });
  });

  it('where it can’t do otherwise', () => {
    expect(continuedOpenai(chat, delivered, 'anew')).toEqual({ fields: chat, anew: true });
  });
});

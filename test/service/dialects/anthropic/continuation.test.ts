import { describe, expect, it } from 'vitest';
import { continuedAnthropic } from '../../../../service/dialects/anthropic/continuation.js';
import type { Fields } from '../../../../service/dialects/fields.js';

const question = { role: 'user', content: 'Who jumps?' };
const asked: Fields = { model: 'claude-sonnet-4-5', max_tokens: 100, messages: [question] };
const delivered = { text: 'The quick', pieces: 2 };

describe('a server of Anthropic’s API goes on from text', () => {
  it.each<[what: string, fields: Fields, expected: Fields]>([
    [
      'as the assistant’s last message',
      asked,
      { ...asked, max_tokens: 98, messages: [question, { role: 'assistant', content: 'The quick' }] },
    ],
    [
      'behind what the application put into its mouth',
      { ...asked, messages: [question, { role: 'assistant', content: 'Well: ' }] },
      { ...asked, max_tokens: 98, messages: [question, { role: 'assistant', content: 'Well: The quick' }] },
    ],
    [
      'where it needn’t think, nor call a tool',
      { ...asked, model: 'qwen3', thinking: { type: 'disabled' }, tool_choice: { type: 'auto' } },
      {
        model: 'qwen3',
        max_tokens: 98,
        messages: [question, { role: 'assistant', content: 'The quick' }],
        thinking: { type: 'disabled' },
        tool_choice: { type: 'auto' },
      },
    ],
  ])('%s', (_what, fields, expected) => {
    expect(continuedAnthropic(fields, delivered, 'prefix')).toEqual({ fields: expected, anew: false });
  });
});

describe('a server of Anthropic’s API begins anew', () => {
  it.each<[what: string, fields: Fields, text?: string]>([
    ['where it thinks', { ...asked, thinking: { type: 'enabled', budget_tokens: 1024 } }],
    ['where it thinks as it likes', { ...asked, thinking: { type: 'adaptive' } }],
    ['where it must call a tool', { ...asked, tool_choice: { type: 'any' } }],
    ['where it must call this tool', { ...asked, tool_choice: { type: 'tool', name: 'now' } }],
    ['with a schema', { ...asked, output_config: { format: { type: 'json_schema', schema: {} } } }],
    ['with a schema as it once was asked for', { ...asked, output_format: { type: 'json_schema', schema: {} } }],
    ['behind white space', asked, 'The quick '],
    ['since Claude 4.6', { ...asked, model: 'claude-opus-4-6' }],
    [
      'behind blocks that the application put into its mouth',
      { ...asked, messages: [question, { role: 'assistant', content: [{ type: 'text', text: 'Well: ' }] }] },
    ],
    ['with messages that can’t be read', { ...asked, messages: ['Who jumps?'] }],
  ])('%s', (_what, fields, text = delivered.text) => {
    expect(continuedAnthropic(fields, { ...delivered, text }, 'prefix')).toEqual({ fields, anew: true });
  });

  it('where it can’t do otherwise', () => {
    expect(continuedAnthropic(asked, delivered, 'anew')).toEqual({ fields: asked, anew: true });
  });
});

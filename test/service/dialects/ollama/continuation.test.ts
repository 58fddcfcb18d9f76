import { describe, expect, it } from 'vitest';
import type { Fields } from '../../../../service/dialects/fields.js';
import { continuedOllama } from '../../../../service/dialects/ollama/continuation.js';

const delivered = { text: 'The quick', pieces: 2 };
const question = { role: 'user', content: 'Who jumps?' };
const taken = { role: 'assistant', content: 'The quick' };
const chat: Fields = { model: 'm', messages: [question], keep_alive: '5m' };
const prompt: Fields = { model: 'm', prompt: '<|user|>Who jumps?', raw: true };

describe('Ollama goes on', () => {
  it.each<[what: string, path: string, fields: Fields, expected: Fields]>([
    ['from the assistant’s last message', '/api/chat', chat, { ...chat, messages: [question, taken] }],
    [
      'from what the application put into its mouth',
      '/api/chat',
      { ...chat, messages: [question, { role: 'assistant', content: 'Well: ', thinking: 'hm' }] },
      { ...chat, messages: [question, { role: 'assistant', content: 'Well: The quick', thinking: 'hm' }] },
    ],
    ['from a longer prompt', '/api/generate', prompt, { ...prompt, prompt: '<|user|>Who jumps?The quick' }],
    [
      'where a format is none',
      '/api/chat',
      { ...chat, format: '' },
      { ...chat, format: '', messages: [question, taken] },
    ],
    [
      'where a format is null',
      '/api/chat',
      { ...chat, format: null },
      { ...chat, format: null, messages: [question, taken] },
    ],
    [
      'with what is left of its limit',
      '/api/chat',
      { ...chat, options: { num_predict: 10, seed: 1 } },
      { ...chat, options: { num_predict: 8, seed: 1 }, messages: [question, taken] },
    ],
    [
      'with one token at least',
      '/api/generate',
      { ...prompt, options: { num_predict: 2 } },
      { ...prompt, options: { num_predict: 1 }, prompt: '<|user|>Who jumps?The quick' },
    ],
    [
      'without a limit where it has none (-1)',
      '/api/chat',
      { ...chat, options: { num_predict: -1 } },
      { ...chat, options: { num_predict: -1 }, messages: [question, taken] },
    ],
  ])('%s', (_what, path, fields, expected) => {
    expect(continuedOllama(path, fields, delivered, 'prefix')).toEqual({ fields: expected, anew: false });
  });
});

describe('Ollama begins anew', () => {
  it.each<[what: string, path: string, fields: Fields]>([
    ['with a format', '/api/chat', { ...chat, format: 'json' }],
    ['with a schema', '/api/chat', { ...chat, format: { type: 'object' } }],
    ['with a prompt that its template is put around', '/api/generate', { ...prompt, raw: false }],
    ['with a prompt that doesn’t say', '/api/generate', { model: 'm', prompt: 'Who jumps?' }],
    ['without a prompt', '/api/generate', { model: 'm', raw: true }],
    ['with messages that can’t be read', '/api/chat', { model: 'm', messages: ['Who jumps?'] }],
    ['without messages', '/api/chat', { model: 'm' }],
  ])('%s', (_what, path, given) => {
    const fields = { ...given, options: { num_predict: 10 } };
    expect(continuedOllama(path, fields, delivered, 'prefix')).toEqual({ fields, anew: true });
  });

  it('where a server can’t do otherwise', () => {
    expect(continuedOllama('/api/chat', chat, delivered, 'anew')).toEqual({ fields: chat, anew: true });
  });
});

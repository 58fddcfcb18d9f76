import { describe, expect, it } from 'vitest';
import type { Fields } from '../../../service/dialects/fields.js';
import type { ChatRequest } from '../../../service/dialects/events.js';
import { decodeChat, decodeGenerate } from '../../../service/dialects/ollama/request.js';
import { decodeChatCompletion } from '../../../service/dialects/openai/request.js';

describe('a request is understood', () => {
  it.each<[what: string, decode: (body: Fields) => ChatRequest, body: Fields, expected: Partial<ChatRequest>]>([
    ['Ollama streams unless told not to', decodeChat, { model: 'm', messages: [] }, { stream: true }],
    ['Ollama doesn’t when told not to', decodeChat, { model: 'm', messages: [], stream: false }, { stream: false }],
    [
      'Ollama’s -1 is no limit',
      decodeChat,
      { model: 'm', messages: [], options: { num_predict: -1 } },
      { limit: undefined },
    ],
    ['Ollama’s limit', decodeChat, { model: 'm', messages: [], options: { num_predict: 5 } }, { limit: 5 }],
    [
      'a prompt is a user’s message',
      decodeGenerate,
      { model: 'm', prompt: 'Hi' },
      { messages: [{ role: 'user', text: 'Hi' }] },
    ],
    ['OpenAI streams only when told to', decodeChatCompletion, { model: 'm', messages: [] }, { stream: false }],
    [
      'OpenAI’s newer limit wins',
      decodeChatCompletion,
      { model: 'm', messages: [], max_tokens: 9, max_completion_tokens: 5 },
      { limit: 5 },
    ],
    [
      'text parts are joined',
      decodeChatCompletion,
      {
        model: 'm',
        messages: [
          { role: 'user', content: [{ type: 'text', text: 'a' }, { type: 'image_url' }, { type: 'text', text: 'b' }] },
        ],
      },
      { messages: [{ role: 'user', text: 'ab' }] },
    ],
    [
      'usage is wanted',
      decodeChatCompletion,
      { model: 'm', messages: [], stream_options: { include_usage: true } },
      { usageWanted: true },
    ],
  ])('%s', (_what, decode, body, expected) => {
    expect(decode(body)).toMatchObject(expected);
  });
});

import { describe, expect, it } from 'vitest';
import type { Fields } from '../../../../service/dialects/fields.js';
import { openaiModels } from '../../../../service/dialects/openai/listings.js';

describe('a model, as OpenAI’s API lists it', () => {
  it.each<[what: string, name: string, listing: Fields, expected: Fields]>([
    [
      'of OpenAI is as it was listed',
      'gpt',
      { id: 'gpt', object: 'model', created: 7, owned_by: 'openai', context_window: 9 },
      { id: 'gpt', created: 7, owned_by: 'openai', context_window: 9 },
    ],
    [
      'of OpenAI’s shape has what it lacks of it',
      'vendor/m',
      { id: 'vendor/m', object: 'model' },
      { id: 'vendor/m', created: 0, owned_by: 'vendor' },
    ],
    [
      'of Ollama has the time of its last change',
      'm:latest',
      { name: 'm:latest', modified_at: '1970-01-01T00:00:07.5Z' },
      { id: 'm:latest', created: 7, owned_by: 'library' },
    ],
    [
      'of Anthropic has the time of its making',
      'claude',
      { type: 'model', id: 'claude', created_at: '1970-01-01T00:00:07Z' },
      { id: 'claude', created: 7, owned_by: 'anthropic' },
    ],
  ])('%s', (_what, name, listing, expected) => {
    expect(openaiModels([{ name, listing, connection: 'a' }])).toEqual({
      object: 'list',
      data: [{ ...expected, object: 'model', connections: ['a'] }],
    });
  });
});

import { describe, expect, it } from 'vitest';
import { anthropicError, anthropicStatusOf } from '../../../../service/dialects/anthropic/errors.js';
import { accepts } from '../../../../service/dialects/anthropic/generation.js';
import { anthropicModel, anthropicModels } from '../../../../service/dialects/anthropic/listings.js';
import type { ErrorKind } from '../../../../service/dialects/dialect.js';

describe('an error, as Anthropic tells it', () => {
  it.each<[ErrorKind, number, string]>([
    ['invalid', 400, 'invalid_request_error'],
    ['tooLong', 400, 'invalid_request_error'],
    ['policy', 400, 'invalid_request_error'],
    ['forbidden', 403, 'permission_error'],
    ['notFound', 404, 'not_found_error'],
    ['notAllowed', 405, 'invalid_request_error'],
    ['tooLarge', 413, 'request_too_large'],
    ['limited', 429, 'rate_limit_error'],
    ['internal', 500, 'api_error'],
    ['upstream', 502, 'api_error'],
    ['timedOut', 504, 'timeout_error'],
    ['unavailable', 529, 'overloaded_error'],
  ])('%s is %d %s', (kind, status, type) => {
    expect(anthropicStatusOf[kind]).toBe(status);
    expect(anthropicError(kind, 'No.')).toEqual({ type: 'error', error: { type, message: 'No.' } });
  });
});

describe('a list of models, as Anthropic has it', () => {
  const ollama = { name: 'llama3.2:latest', modified_at: '2026-01-02T03:04:05.678+01:00' };
  const openai = { id: 'gpt', object: 'model', created: 1_700_000_000, owned_by: 'openai' };
  const claude = {
    type: 'model',
    id: 'claude',
    display_name: 'Claude',
    created_at: '2026-02-03T00:00:00Z',
    max_tokens: 64_000,
  };

  it('has the models of all, and the first and the last of them', () => {
    const models = [
      { name: 'llama3.2:latest', listing: ollama, connection: 'a' },
      { name: 'gpt', listing: openai, connection: 'b' },
      { name: 'gpt', listing: openai, connection: 'c' },
      { name: 'claude', listing: claude, connection: 'd' },
    ];
    expect(anthropicModels(models)).toEqual({
      data: [
        {
          type: 'model',
          id: 'llama3.2:latest',
          display_name: 'llama3.2:latest',
          created_at: '2026-01-02T02:04:05.678Z',
          connections: ['a'],
        },
        { type: 'model', id: 'gpt', display_name: 'gpt', created_at: '2023-11-14T22:13:20Z', connections: ['b', 'c'] },
        { ...claude, connections: ['d'] },
      ],
      has_more: false,
      first_id: 'llama3.2:latest',
      last_id: 'claude',
    });
  });

  it('may be empty', () => {
    expect(anthropicModels([])).toEqual({ data: [], has_more: false, first_id: null, last_id: null });
  });

  it('has a time also where nobody knows it', () => {
    expect(anthropicModel('m', {})).toEqual({
      type: 'model',
      id: 'm',
      display_name: 'm',
      created_at: '1970-01-01T00:00:00Z',
    });
  });
});

describe('what a model accepts', () => {
  it.each([
    ['llama3.2', { budget: true, off: 'disabled', sampling: true, both: true, prefill: true, limit: 4096 }],
    ['my-claude-4-7', { budget: true, off: 'disabled', sampling: true, both: true, prefill: true, limit: 4096 }],
    [
      'claude-3-haiku-20240307',
      { budget: true, off: 'nothing', sampling: true, both: true, prefill: true, limit: 4096 },
    ],
    [
      'claude-3-5-sonnet-latest',
      { budget: true, off: 'nothing', sampling: true, both: true, prefill: true, limit: 4096 },
    ],
    [
      'claude-opus-4-20250514',
      { budget: true, off: 'nothing', sampling: true, both: false, prefill: true, limit: 32_000 },
    ],
    ['claude-haiku-4-5', { budget: true, off: 'nothing', sampling: true, both: false, prefill: true, limit: 32_000 }],
    ['claude-opus-4-6', { budget: false, off: 'nothing', sampling: true, both: false, prefill: false, limit: 32_000 }],
    [
      'us.anthropic.claude-opus-4-7-v1:0',
      { budget: false, off: 'nothing', sampling: false, both: false, prefill: false, limit: 32_000 },
    ],
    [
      'anthropic/claude-opus-5',
      { budget: false, off: 'never', sampling: false, both: false, prefill: false, limit: 32_000 },
    ],
    [
      'claude-mythos-preview',
      { budget: false, off: 'never', sampling: false, both: false, prefill: false, limit: 32_000 },
    ],
  ])('%s', (model, expected) => {
    expect(accepts(model)).toEqual(expected);
  });
});

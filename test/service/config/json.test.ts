import { describe, expect, it } from 'vitest';
import { misfitOfJson } from '../../../service/config/json.js';

function misfit(text: string): string {
  try {
    JSON.parse(text);
  } catch (error) {
    return misfitOfJson(text, error);
  }
  throw new Error('it is JSON');
}

describe('what is no JSON', () => {
  const texts: [name: string, text: string, words: RegExp][] = [
    ['a text without quotes', '{\n  "token": sk-0123456789abcdef\n}', /^is not JSON \(line 2, column 12\)$/],
    ['a short one', '{"a":sk-1}', /^is not JSON \(line 1, column 6\)$/],
    ['a quote that isn’t closed', '{"token": "sk-0123456789abcdef', /^is not JSON \(line 1, column \d+\)$/],
    ['a comma that is missing', '{"a": 1\n"b": "sk-0123456789abcdef"}', /^is not JSON \(line 2, column 1\)$/],
    ['a comma too many', '{"a": ["sk-0123456789abcdef",]}', /^is not JSON/],
    ['nothing', '', /^is not JSON/],
  ];

  it.each(texts)('%s is named by its place, and not quoted', (_name, text, words) => {
    expect(misfit(text)).toMatch(words);
    expect(misfit(text)).not.toContain('sk-');
  });
});

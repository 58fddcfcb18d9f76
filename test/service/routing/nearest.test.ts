import { expect, it } from 'vitest';
import { nearest } from '../../../service/routing/nearest.js';

it.each<[what: string, asked: string, known: string[], expected: string[]]>([
  ['none where there are none', 'llama3.2', [], []],
  ['one that is spelled alike first', 'lama3', ['qwen3', 'phi4', 'llama3'], ['llama3', 'qwen3', 'phi4']],
  [
    'one that holds what was asked before one that is spelled alike',
    'coder',
    ['codes', 'qwen3-coder:30b'],
    ['qwen3-coder:30b', 'codes'],
  ],
  ['one that what was asked holds', 'vendor/llama3.2', ['vendor/llava', 'llama3.2'], ['llama3.2', 'vendor/llava']],
  ['in large letters or small ones', 'QWEN3', ['llama3', 'Qwen3:8b'], ['Qwen3:8b', 'llama3']],
  [
    'in the order in which they are known, where they are as near',
    'qwen3',
    ['qwen3:8b', 'a', 'qwen3:4b'],
    ['qwen3:8b', 'qwen3:4b', 'a'],
  ],
  ['all in their order where nothing was asked', '', ['b', 'a'], ['b', 'a']],
  ['one with two letters changed after one with one', 'gemma', ['jemmo', 'jemma'], ['jemma', 'jemmo']],
  ['one with a letter too many as near as one with one too few', 'gemma3', ['gema3', 'gemmma3'], ['gema3', 'gemmma3']],
])('the nearest names: %s', (_what, asked, known, expected) => {
  expect(nearest(asked, known)).toEqual(expected);
});

it('tells no more than ten names', () => {
  const known = Array.from({ length: 30 }, (_, index) => `model-${index + 10}`);
  expect(nearest('model-39b', known)).toHaveLength(10);
  expect(nearest('model-39b', known)[0]).toBe('model-39');
});

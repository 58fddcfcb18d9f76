import { expect, it } from 'vitest';
import { openai } from '../../../service/connections/openai.js';

it.each([
  ['llamacpp', 'openaiWithExtras', 'prefix'],
  ['vllm', 'openaiWithExtras', 'vllm'],
  ['openai', 'openaiItself', 'anew'],
  ['system', 'openaiItself', 'anew'],
  ['vendor', 'openai', 'anew'],
  ['constructor', 'openai', 'anew'],
  [{ toString: 1 }, 'openai', 'anew'],
  [undefined, 'openai', 'anew'],
])('a model of %s is asked as of %s, and goes on by %s', (owned_by, server, uptake) => {
  const entry = { name: 'm', listing: { id: 'm', owned_by } };
  expect(openai.server(entry)).toBe(server);
  expect(openai.takesUp('m', entry)).toBe(uptake);
});

it.each([
  ['m', ['m'], 'm'],
  // Ollama's applications say so of what has no tag.
  ['m:latest', ['m'], 'm'],
  ['m:latest', ['m', 'm:latest'], 'm:latest'],
  ['m:8b', ['m'], 'm:8b'],
  ['qwen/qwen3-8b', ['Qwen/Qwen3-8B'], 'Qwen/Qwen3-8B'],
  ['n', ['m'], 'n'],
])('calls %s of %j %s', (asked, names, expected) => {
  expect(openai.ownName(asked, names)).toBe(expected);
});

import { expect, it } from 'vitest';
import { canonicalModelName } from '../../../../service/dialects/ollama/modelName.js';

it.each([
  ['llama3.2', 'llama3.2:latest', true],
  ['Llama3.2', 'llama3.2:LATEST', true],
  ['llama3.2:3b', 'llama3.2', false],
  ['llama3.2:3b', 'LLAMA3.2:3B', true],
  ['host:5000/user/model', 'host:5000/user/model:latest', true],
  ['user/model', 'model', false],
])('%s and %s are the same model: %s', (one, other, same) => {
  expect(canonicalModelName(one) === canonicalModelName(other)).toBe(same);
});

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { uniqueId } from '../../extension/preferences/ids.ts';

it.each([
  ['Local Ollama', 'local_ollama'],
  ['  Größe & Café  ', 'gro_e_cafe'],
  ['8 GPUs', 'gpus'],
  ['日本語', 'connection'],
  ['', 'connection'],
  ['Local', 'local_2'],
  ['CLOUD', 'cloud_2'],
])('makes %s into %s', (name, id) => {
  expect(uniqueId(name, [])).toBe(id);
});

it('counts on when a name is taken', () => {
  expect(uniqueId('Ollama', ['ollama'])).toBe('ollama_2');
  expect(uniqueId('Ollama', ['ollama', 'ollama_2'])).toBe('ollama_3');
});

it('makes an id that is allowed and free of whatever', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), fc.array(fc.string()), (name, taken) => {
      const first = uniqueId(name, taken);
      const id = uniqueId(name, [...taken, first]);
      expect(id).toMatch(/^[a-z][a-z0-9_]{0,63}$/);
      expect([...taken, first, 'automatic', 'local', 'cloud']).not.toContain(id);
    }),
  );
});

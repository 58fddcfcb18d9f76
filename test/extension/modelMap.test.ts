import { describe, expect, it } from 'vitest';
import {
  modelsLike,
  nameProblem,
  namesOf,
  withName,
  withoutName,
} from '../../extension/preferences/models/modelMap.ts';
import { serverModels } from '../../extension/preferences/models/serverModels.ts';
import { broker } from './broker.ts';
import { connection } from './connection.ts';
import { untranslated } from './untranslated.ts';

const map = { 'gpt-4o': 'llama3.2', claude: 'qwen3' };

describe('the names of models', () => {
  it('are in the order of the alphabet', () => {
    expect(namesOf(map).map(({ asked }) => asked)).toEqual(['claude', 'gpt-4o']);
  });

  it.each([
    ['gpt-5', 'llama3.2', null, null],
    ['', 'llama3.2', null, 'noName'],
    ['gpt-5', '', null, 'noModel'],
    ['gpt-4o', 'qwen3', null, 'doubled'],
    ['gpt-4o', 'qwen3', 'gpt-4o', null],
    ['claude', 'qwen3', 'gpt-4o', 'doubled'],
    ['toString', 'qwen3', null, null],
  ] as const)('take “%s” for “%s” in the place of %s: %s', (asked, model, before, problem) => {
    expect(nameProblem(map, before, { asked, model })).toBe(problem);
  });

  it('take one more, another one, one less', () => {
    expect(withName(map, null, { asked: 'a', model: 'b' })).toEqual({ ...map, a: 'b' });
    expect(withName(map, 'claude', { asked: 'a', model: 'b' })).toEqual({ 'gpt-4o': 'llama3.2', a: 'b' });
    expect(withoutName(map, 'gpt-4o')).toEqual({ claude: 'qwen3' });
  });
});

it.each([
  ['', ['llama3.2:3b', 'qwen3']],
  ['LLAMA', ['llama3.2:3b']],
  ['3b llama', ['llama3.2:3b']],
  ['mistral', []],
])('the models like “%s”', (typed, models) => {
  expect(modelsLike(['llama3.2:3b', 'qwen3'], typed)).toEqual(models);
});

describe('the models of a server', () => {
  const shown = (values: Parameters<typeof connection>[1]) =>
    serverModels(broker({ connections: [connection('a', values)] }), 'a', untranslated);

  it('are told, those in memory first', () => {
    const loaded = [{ name: 'qwen3', size: 2.14e9, vram: 0, expires: 0 }];
    expect(shown({ models: ['qwen3', 'llama3.2'], loaded })).toEqual({
      state: '2 models · 1 in memory',
      models: [
        { name: 'qwen3', detail: 'In memory, 2.1 GB' },
        { name: 'llama3.2', detail: '' },
      ],
    });
  });

  it.each([
    [{}, 'It has no models yet'],
    [{ state: 'unreachable', lastError: 'Nothing listens' }, 'Unreachable · Nothing listens'],
  ] as const)('are none: %j', (values, state) => {
    expect(shown(values)).toEqual({ state, models: [] });
  });

  it('are unknown while the broker doesn’t run', () => {
    expect(serverModels(broker({ presence: 'stopped' }), 'a', untranslated).state).toBe('The broker isn’t running');
  });
});

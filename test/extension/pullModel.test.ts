import { describe, expect, it } from 'vitest';
import type { PullSnapshot } from '../../extension/broker/contract.ts';
import { pullFormModel, pullModels } from '../../extension/panel/pullModel.ts';
import { broker } from './broker.ts';
import { connection } from './connection.ts';
import { untranslated } from './untranslated.ts';

const ollama = connection('a', { name: 'Mine' });
const pull: PullSnapshot = {
  path: '/p/1',
  connection: 'a',
  model: 'llama3.2',
  state: 'running',
  step: 'pulling manifest',
  completed: 0,
  total: 0,
  error: '',
};
const shown = (values: Partial<PullSnapshot>, connections = [ollama]) =>
  pullModels({ pulls: [{ ...pull, ...values }], connections }, untranslated)[0];

describe('a pull', () => {
  it.each([
    [{}, 'pulling manifest', 0],
    [{ step: '' }, 'Starting…', 0],
    [{ completed: 500_000_000, total: 2_000_000_000 }, '500 MB of 2.0 GB · 25 %', 0.25],
    [{ completed: 1_999_999_999, total: 2_000_000_000 }, '2.0 GB of 2.0 GB · 99 %', 0.9999999995],
    [{ completed: 3, total: 2 }, '0 kB of 0 kB · 100 %', 1],
    [{ state: 'done', completed: 2, total: 2 }, 'Pulled', null],
    [{ state: 'cancelled', completed: 1, total: 2 }, 'Cancelled', null],
    [{ state: 'failed', error: 'The disk is full.' }, 'Failed: The disk is full.', null],
  ] as const)('with %j reads “%s”, at %s', (values, details, progress) => {
    expect(shown(values)).toMatchObject({ details, progress });
  });

  it('says where it is if there are several servers', () => {
    expect(shown({}, [ollama, connection('b')])?.details).toBe('Mine · pulling manifest');
    expect(shown({ connection: 'gone' }, [ollama, connection('b')])?.details).toBe('gone · pulling manifest');
    expect(shown({}, [ollama, connection('b', { kind: 'openai' })])?.details).toBe('pulling manifest');
  });

  it('can be cancelled while it runs, and dismissed after that', () => {
    expect(shown({})?.end).toEqual({ label: 'Cancel', accessibleName: 'Cancel the pull of llama3.2' });
    expect(shown({ state: 'done' })?.end).toEqual({ label: 'Dismiss', accessibleName: 'Dismiss the pull of llama3.2' });
  });
});

describe('the form', () => {
  const form = (...connections: ReturnType<typeof connection>[]) =>
    pullFormModel(broker({ connections }), untranslated);

  it('offers the servers that can fetch models now', () => {
    const targets = form(
      ollama,
      connection('b', { name: '' }),
      connection('off', { enabled: false }),
      connection('away', { state: 'unreachable' }),
      connection('other', { kind: 'openai' }),
    )?.targets;
    expect(targets).toEqual([
      { id: 'a', name: 'Mine' },
      { id: 'b', name: 'b' },
    ]);
  });

  it('is not there without one', () => {
    expect(form(connection('other', { kind: 'openai' }))).toBeNull();
  });

  it('says why the last wish failed', () => {
    const failure = { action: 'pull', reason: 'No such model' } as const;
    expect(pullFormModel(broker({ failure }), untranslated)?.error).toBe('The model isn’t pulled: No such model');
    expect(pullFormModel(broker({ failure: { ...failure, action: 'test' } }), untranslated)?.error).toBe('');
  });
});

import { expect, it } from 'vitest';
import type { BrokerSnapshot } from '../../extension/broker/contract.ts';
import { routeModel } from '../../extension/panel/routeModel.ts';
import { broker } from './broker.ts';
import { connection } from './connection.ts';
import { untranslated } from './untranslated.ts';

const model = (values: Partial<BrokerSnapshot>) => routeModel(broker(values), untranslated);

it('is one of the places or one of the connections', () => {
  const { chosen, choices } = model({ route: 'ollama' });
  expect(chosen).toBe('Local Ollama');
  expect(choices.map((choice) => [choice.label, choice.chosen])).toEqual([
    ['Automatic', false],
    ['Local Only', false],
    ['Cloud Only', false],
    ['Local Ollama', true],
  ]);
});

it('does not offer connections whose id means a place', () => {
  const connections = ['local', 'cloud', 'automatic', 'mine'].map((id) => connection(id, { name: `My ${id}` }));
  const labels = model({ connections }).choices.map(({ label }) => label);
  expect(labels).toEqual(['Automatic', 'Local Only', 'Cloud Only', 'My mine']);
});

it('does not offer connections that are switched off, unless it is one already', () => {
  const connections = [connection('off', { enabled: false, state: 'disabled' })];
  expect(model({ connections }).choices).toHaveLength(3);
  expect(model({ connections, route: 'off' }).choices).toHaveLength(4);
});

it('is told as the service tells it even if nobody knows it', () => {
  const { chosen, choices } = model({ route: 'gone' });
  expect(chosen).toBe('gone');
  expect(choices.some((choice) => choice.chosen)).toBe(false);
});

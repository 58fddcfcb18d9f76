import { expect, it } from 'vitest';
import type { BrokerSnapshot } from '../../extension/broker/contract.ts';
import { menuModel } from '../../extension/panel/menuModel.ts';
import { broker } from './broker.ts';
import { connection } from './connection.ts';
import { untranslated } from './untranslated.ts';

/** Seconds since 1970. */
const now = 1_800_000_000;
const model = (values: Partial<BrokerSnapshot>) =>
  menuModel(broker(values), { now, clock: String, translator: untranslated });

it('shows the connections in the order in which the service has them', () => {
  const connections = ['x', 'b', 'a'].map((id) => connection(id));
  expect(model({ connections }).connections.map(({ id }) => id)).toEqual(['x', 'b', 'a']);
});

it('shows nothing of a service that does not run but how to get it', () => {
  expect(model({ presence: 'stopped', problems: ['x'] })).toMatchObject({
    header: { remedy: { intent: 'start' } },
    problems: [],
    connections: [],
    route: null,
    loaded: [],
    pullForm: null,
    pulls: [],
    address: '',
    restartable: false,
    ticking: false,
  });
});

it('has no route to choose without connections', () => {
  expect(model({ connections: [] }).route).toBeNull();
  expect(model({}).route?.chosen).toBe('Automatic');
});

it.each([
  ['running', true],
  ['silent', true],
  ['starting', false],
  ['absent', false],
] as const)('a service that is %s can be started anew: %s', (presence, restartable) => {
  expect(model({ presence }).restartable).toBe(restartable);
});

it.each([
  [0, false],
  [now - 1, false],
  [now + 1, true],
])('ticks while a next try at %s is ahead: %s', (nextTry, ticking) => {
  expect(model({ connections: [connection('a', { state: 'cooling', nextTry })] }).ticking).toBe(ticking);
});

it('offers one way out: what can be done beside a connection isn’t made up for above', () => {
  const connections = [connection('a', { state: 'unreachable' })];
  const away = { state: 'disconnected', activeConnection: '/', connections } as const;
  expect(model(away).header.remedy?.intent).toBe('addConnection');
  expect(model({ ...away, ollamaUnit: 'system' })).toMatchObject({
    header: { remedy: null },
    connections: [{ remedy: { intent: 'startOllama' } }],
  });
});

it('offers to start Ollama once, however many connections wait for it', () => {
  const connections = ['a', 'b'].map((id) => connection(id, { state: 'unreachable' }));
  const offered = model({ ollamaUnit: 'user', connections }).connections.map(({ remedy }) => remedy?.intent);
  expect(offered).toEqual(['startOllama', undefined]);
});

it('passes the problems of the configuration on', () => {
  expect(model({ problems: ['url of “a”: not an address'] }).problems).toEqual(['url of “a”: not an address']);
});

import { describe, expect, it } from 'vitest';
import type { BrokerSnapshot } from '../../extension/broker/contract.ts';
import { indicatorModel, isAnswering } from '../../extension/panel/indicatorModel.ts';
import { broker } from './broker.ts';
import { connection } from './connection.ts';
import { untranslated } from './untranslated.ts';

const model = (values: Partial<BrokerSnapshot>, busy = false, look: 'lively' | 'quiet' = 'lively') =>
  indicatorModel(broker(values), busy, look, untranslated);

describe('the picture', () => {
  it.each([
    ['unknown', 'connected', 'idle', 'idle'],
    ['absent', 'connected', 'idle', 'idle'],
    ['stopped', 'connected', 'idle', 'idle'],
    ['starting', 'connected', 'connecting', 'idle'],
    ['silent', 'connected', 'error', 'error'],
    ['running', 'connecting', 'connecting', 'idle'],
    ['running', 'connected', 'connected', 'idle'],
    ['running', 'partial', 'partial', 'partial'],
    ['running', 'disconnected', 'error', 'error'],
  ] as const)('of a broker that is %s and %s is “%s”, and “%s” where only problems are told', (...row) => {
    const [presence, state, lively, quiet] = row;
    expect(model({ presence, state }).icon).toBe(lively);
    expect(model({ presence, state }, false, 'quiet').icon).toBe(quiet);
  });

  it.each([
    ['connected', 'lively', 'busy'],
    ['partial', 'lively', 'busy'],
    ['disconnected', 'lively', 'error'],
    ['connected', 'quiet', 'idle'],
    ['partial', 'quiet', 'partial'],
  ] as const)('of one that is %s and at work, in a %s panel, is “%s”', (state, look, icon) => {
    expect(model({ state }, true, look).icon).toBe(icon);
  });

  it('tells that starting went wrong', () => {
    expect(model({ presence: 'stopped', failure: { action: 'start', reason: 'No such unit' } }).icon).toBe('error');
  });

  it('tells that the route leads nowhere, though connections answer', () => {
    expect(model({ route: 'cloud', activeConnection: '/' }).icon).toBe('error');
  });

  it('takes it for no problem that there are no connections yet', () => {
    expect(model({ state: 'disconnected', connections: [], activeConnection: '/' }).icon).toBe('idle');
  });
});

it.each([
  [{}, false, 'CloudToLocalLLM: Connected through Local Ollama'],
  [{}, true, 'CloudToLocalLLM: Connected through Local Ollama, answering'],
  [{ state: 'partial' }, false, 'CloudToLocalLLM: Partly connected, through Local Ollama'],
  [{ state: 'connecting', activeConnection: '/' }, false, 'CloudToLocalLLM: Connecting…'],
  [{ state: 'disconnected', activeConnection: '/' }, false, 'CloudToLocalLLM: Disconnected'],
  [{ route: 'cloud', activeConnection: '/' }, false, 'CloudToLocalLLM: Disconnected'],
  [{ state: 'disconnected', activeConnection: '/', connections: [] }, false, 'CloudToLocalLLM: No connections yet'],
  [{ presence: 'stopped' }, false, 'CloudToLocalLLM: The broker isn’t running'],
] as const)('a screen reader says of %j, busy or not (%s): “%s”', (values, busy, words) => {
  expect(model(values, busy).accessibleName).toBe(words);
});

it('calls a connection without a name by its id', () => {
  const connections = [connection('ollama', { name: '' })];
  expect(model({ connections }).accessibleName).toBe('CloudToLocalLLM: Connected through ollama');
});

it.each([
  ['running', 0, false],
  ['running', 1, true],
  ['stopped', 1, false],
] as const)('a broker that is %s with %s requests answers: %s', (presence, requestsInFlight, answering) => {
  expect(isAnswering(broker({ presence, requestsInFlight }))).toBe(answering);
});

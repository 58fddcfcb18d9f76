import { expect, it } from 'vitest';
import type { ConnectionSnapshot } from '../../extension/broker/contract.ts';
import { fill } from '../../extension/broker/translator.ts';
import { connectionSummaryInWords } from '../../extension/broker/words.ts';
import { untranslated } from './untranslated.ts';

const connection: ConnectionSnapshot = {
  path: '/c/a',
  id: 'a',
  name: 'A',
  enabled: true,
  state: 'connected',
  latency: 20,
  lastError: '',
  nextTry: 0,
};

it('fills in values as they are, and leaves what it does not know', () => {
  expect(fill('{a} and {b} and {a}', { a: '$&', b: '{a}' })).toBe('$& and {a} and $&');
  expect(fill('{a} {c}', { a: '1' })).toBe('1 {c}');
});

it('sums a connection up in one line', () => {
  const summary = (values: Partial<ConnectionSnapshot>) =>
    connectionSummaryInWords({ ...connection, ...values }, untranslated);
  expect(summary({})).toBe('Connected · 20 ms');
  expect(summary({ latency: 0 })).toBe('Connected');
  expect(summary({ state: 'unreachable', lastError: 'Nobody there.' })).toBe('Unreachable · Nobody there.');
  expect(summary({ state: 'disabled', lastError: 'Nobody there.' })).toBe('Off');
});

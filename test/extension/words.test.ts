import { expect, it } from 'vitest';
import type { ConnectionSnapshot } from '../../extension/broker/contract.ts';
import { fill } from '../../extension/broker/translator.ts';
import { connectionSummaryInWords, failureInWords } from '../../extension/broker/words.ts';
import { connection } from './connection.ts';
import { untranslated } from './untranslated.ts';

it('fills in values as they are, and leaves what it does not know', () => {
  expect(fill('{a} and {b} and {a}', { a: '$&', b: '{a}' })).toBe('$& and {a} and $&');
  expect(fill('{a} {c}', { a: '1' })).toBe('1 {c}');
});

it('sums a connection up in one line', () => {
  const summary = (values: Partial<ConnectionSnapshot>) =>
    connectionSummaryInWords(connection('a', { latency: 20, ...values }), untranslated);
  expect(summary({})).toBe('Connected · 20 ms');
  expect(summary({ latency: 0 })).toBe('Connected');
  expect(summary({ state: 'unreachable', lastError: 'Nobody there.' })).toBe('Unreachable · Nobody there.');
  expect(summary({ state: 'disabled', lastError: 'Nobody there.' })).toBe('Off');
});

it.each([
  ['start', 'It didn’t start: why'],
  ['route', 'The route didn’t change: why'],
  ['setToken', 'The token wasn’t kept: why'],
  ['clearToken', 'The token wasn’t removed: why'],
  ['unlock', 'The keyring wasn’t unlocked: why'],
  ['signIn', 'Signing in didn’t begin: why'],
  ['open', 'No browser could be opened: why'],
  ['signOut', 'Signing out failed: why'],
] as const)('tells of a failed “%s” with its reason', (action, words) => {
  expect(failureInWords({ action, reason: 'why' }, untranslated)).toBe(words);
});

it('says that the broker doesn’t answer where nobody gave a reason, and where to look when it doesn’t start', () => {
  expect(failureInWords({ action: 'setToken', reason: '' }, untranslated)).toBe(
    'The token wasn’t kept: the broker doesn’t answer.',
  );
  expect(failureInWords({ action: 'start', reason: '' }, untranslated)).toContain('journalctl');
});

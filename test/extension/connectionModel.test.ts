import { describe, expect, it } from 'vitest';
import type { BrokerSnapshot, ConnectionSnapshot } from '../../extension/broker/contract.ts';
import { connectionModel } from '../../extension/panel/connectionModel.ts';
import { connection } from './connection.ts';
import { untranslated } from './untranslated.ts';

/** Seconds since 1970. */
const now = 1_800_000_000;
const model = (values: Partial<ConnectionSnapshot>, unit: BrokerSnapshot['ollamaUnit'] = '') =>
  connectionModel(connection('a', values), unit, now, untranslated);

describe('a connection’s state', () => {
  it.each([
    ['connected', 12.4, '12 ms'],
    ['connected', 0.2, '1 ms'],
    ['connected', 0, 'Connected'],
    ['connecting', 0, 'Connecting…'],
    ['unreachable', 9, 'Unreachable'],
    ['limited', 9, 'Rate limited'],
    ['cooling', 9, 'Paused after errors'],
    ['disabled', 9, 'Off'],
  ] as const)('that is %s after %s ms reads “%s”', (state, latency, words) => {
    expect(model({ state, latency }).state).toBe(words);
  });

  it.each([
    ['cooling', 7.2, 'Paused after errors, next try in 8 s'],
    ['limited', 60, 'Rate limited, next try in 60 s'],
    ['limited', 300, 'Rate limited, next try in 5 min'],
    ['cooling', 0, 'Paused after errors'],
  ] as const)('that is %s for another %s s reads “%s”', (state, left, words) => {
    expect(model({ state, nextTry: now + left }).state).toBe(words);
  });

  it.each([
    ['keyring', 'locked', 'Keyring locked'],
    ['keyring', 'missing', 'No token'],
    ['keyring', 'none', 'No token'],
    ['keyring', 'stored', 'Token refused'],
    ['fixed', 'missing', 'No token'],
    ['fixed', 'none', 'No token'],
    ['fixed', 'stored', 'Token refused'],
    ['signIn', 'locked', 'Keyring locked'],
    ['signIn', 'missing', 'Not signed in'],
    ['signIn', 'none', 'Not signed in'],
    ['signIn', 'stored', 'Sign-in refused'],
    ['signIn', 'expired', 'Sign-in expired'],
    ['signIn', 'refused', 'Sign-in refused'],
  ] as const)('that is refused with credentials of %s that are %s reads “%s”', (tokenSource, tokenState, words) => {
    expect(model({ state: 'refused', tokenSource, tokenState }).state).toBe(words);
  });

  it('waits while a person signs in', () => {
    expect(model({ state: 'refused', tokenSource: 'signIn', signIn: 'waiting' }).state).toBe(
      'Waiting for you to sign in',
    );
  });
});

describe('a connection’s error', () => {
  it.each([
    ['signIn', 'missing', '', ''],
    ['signIn', 'missing', 'waiting', ''],
    ['signIn', 'missing', 'The provider said no', 'The provider said no'],
    ['signIn', 'expired', '', 'It answers 401'],
    ['signIn', 'locked', '', ''],
    ['keyring', 'missing', '', ''],
    ['keyring', 'none', '', ''],
    ['keyring', 'stored', '', 'It answers 401'],
    ['fixed', 'missing', '', 'It answers 401'],
  ] as const)('for %s credentials that are %s, after a sign-in that is “%s”, reads “%s”', (...row) => {
    const [tokenSource, tokenState, signIn, words] = row;
    const lastError = 'It answers 401';
    expect(model({ state: 'refused', tokenSource, tokenState, signIn, lastError }).error).toBe(words);
  });

  it.each([
    ['unreachable', true, 'Refused.'],
    ['connected', true, ''],
    ['disabled', false, ''],
    // As it is for a moment after the switch was moved.
    ['unreachable', false, ''],
  ] as const)('of one that is %s, and on or not (%s), is its first line only while it matters', (...row) => {
    const [state, enabled, error] = row;
    expect(model({ state, enabled, lastError: 'Refused.\n  at somewhere' }).error).toBe(error);
  });
});

it('has a name, or else its id', () => {
  expect(model({ name: 'Mine' }).name).toBe('Mine');
  expect(model({ name: '' }).name).toBe('a');
});

it.each([
  [{}, 'Your own server'],
  [{ place: 'cloud' }, 'Provider'],
  [{ version: '0.33.0', models: ['a', 'b'] }, 'Your own server · Version 0.33.0 · 2 models'],
  [{ place: 'cloud', models: ['a'], account: 'ada' }, 'Provider · 1 model · Signed in as ada'],
] as const)('details of %j: %s', (values, details) => {
  expect(model(values).details).toBe(details);
});

describe('what can be done', () => {
  const away = { kind: 'ollama', place: 'local', state: 'unreachable' } as const;

  it.each([
    ['system', {}, 'startOllama'],
    ['user', {}, 'startOllama'],
    ['', {}, null],
    ['system', { state: 'cooling' }, 'startOllama'],
    ['system', { state: 'connected' }, null],
    ['system', { state: 'connecting' }, null],
    ['system', { place: 'cloud' }, null],
    ['system', { kind: 'openai' }, null],
    ['system', { enabled: false }, null],
    ['system', { tokenState: 'locked' }, 'unlock'],
  ] as const)('where the unit of Ollama is “%s”, about %j of one that is away: %s', (unit, values, intent) => {
    expect(model({ ...away, ...values }, unit).remedy?.intent ?? null).toBe(intent);
  });

  it('is said with the connection’s name', () => {
    expect(model({ ...away, name: 'Mine' }, 'user').remedy).toMatchObject({
      label: 'Start Ollama',
      accessibleName: 'Start Ollama, Mine',
    });
  });
});

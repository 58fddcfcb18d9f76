import { expect, it } from 'vitest';
import type { ConnectionSnapshot } from '../../extension/broker/contract.ts';
import { credentialsRemedy } from '../../extension/panel/credentialsRemedy.ts';
import { connection } from './connection.ts';
import { untranslated } from './untranslated.ts';

const remedy = (values: Partial<ConnectionSnapshot>) => credentialsRemedy(connection('a', values), untranslated);

it.each([
  ['keyring', 'none', 'connected', null, null],
  ['keyring', 'none', 'refused', 'setToken', 'Set a Token'],
  ['keyring', 'missing', 'refused', 'setToken', 'Set a Token'],
  // A list of models may be there for all, and chats only for those with a token.
  ['keyring', 'missing', 'connected', 'setToken', 'Set a Token'],
  ['keyring', 'stored', 'connected', null, null],
  ['keyring', 'stored', 'unreachable', null, null],
  ['keyring', 'stored', 'refused', 'setToken', 'Set Another Token'],
  ['keyring', 'locked', 'refused', 'unlock', 'Unlock the Keyring'],
  ['signIn', 'none', 'refused', 'signIn', 'Sign In'],
  ['signIn', 'missing', 'refused', 'signIn', 'Sign In'],
  ['signIn', 'expired', 'refused', 'signIn', 'Sign In Again'],
  ['signIn', 'refused', 'refused', 'signIn', 'Sign In Again'],
  ['signIn', 'stored', 'refused', 'signIn', 'Sign In Again'],
  ['signIn', 'stored', 'connected', null, null],
  ['signIn', 'locked', 'refused', 'unlock', 'Unlock the Keyring'],
  ['fixed', 'missing', 'refused', null, null],
] as const)('offers for %s credentials that are %s, of a connection that is %s: %s', (...row) => {
  const [tokenSource, tokenState, state, intent, label] = row;
  const offered = remedy({ tokenSource, tokenState, state });
  expect([offered?.intent ?? null, offered?.label ?? null]).toEqual([intent, label]);
});

it('offers to sign in again while one waits, perhaps in a browser that was closed', () => {
  expect(remedy({ tokenSource: 'signIn', tokenState: 'missing', signIn: 'waiting' })?.label).toBe('Sign In Again');
});

it('offers nothing for a connection that is switched off', () => {
  expect(remedy({ enabled: false, state: 'disabled', tokenState: 'locked' })).toBeNull();
});

it('says to a screen reader which connection it is for', () => {
  expect(remedy({ name: 'My Provider', tokenState: 'missing' })?.accessibleName).toBe('Set a Token, My Provider');
  expect(remedy({ name: '', tokenState: 'missing' })?.accessibleName).toBe('Set a Token, a');
});

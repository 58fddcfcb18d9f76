import { describe, expect, it } from 'vitest';
import type { BrokerSnapshot, ConnectionSnapshot, Invitation } from '../../extension/broker/contract.ts';
import { type SignInKnown, type SignInModel, signInModel } from '../../extension/preferences/signInModel.ts';
import { type TokenModel, tokenModel } from '../../extension/preferences/tokenModel.ts';
import { broker } from './broker.ts';
import { connection } from './connection.ts';
import { untranslated } from './untranslated.ts';

const lastError = 'It answers 401';
const invitation: Invitation = { url: 'https://login.example.org/device', code: 'ABCD-EFGH' };

function brokerWith(connections: readonly ConnectionSnapshot[], presence: BrokerSnapshot['presence'] = 'running') {
  return broker({ presence, connections, activeConnection: '/' });
}

const tokenOf = (values: Partial<ConnectionSnapshot>): TokenModel =>
  tokenModel(brokerWith([connection('a', values)]), 'a', untranslated);

const signInOf = (
  values: Partial<ConnectionSnapshot>,
  known: SignInKnown = { complete: true, invitation },
): SignInModel =>
  signInModel(brokerWith([connection('a', { tokenSource: 'signIn', ...values })]), 'a', known, untranslated);

describe('a token', () => {
  it.each([
    ['stored', 'connected', 'In the keyring', '', 'remove'],
    ['stored', 'unreachable', 'In the keyring', '', 'remove'],
    ['stored', 'refused', 'In the keyring, and refused', lastError, 'remove'],
    ['none', 'connected', 'None, and none is needed', '', ''],
    ['none', 'refused', 'None, and one is needed', lastError, ''],
    ['missing', 'connected', 'None, and one is needed', '', ''],
    ['missing', 'refused', 'None, and one is needed', lastError, ''],
    ['locked', 'refused', 'The keyring is locked', '', 'unlock'],
  ] as const)('that is %s, of a connection that is %s: %s', (tokenState, state, words, reason, button) => {
    expect(tokenOf({ tokenState, state, lastError })).toEqual({
      state: words,
      reason,
      sensitive: true,
      unlock: button === 'unlock',
      remove: button === 'remove',
    });
  });

  it.each([
    ['fixed', 'The broker’s configuration file says where the token is'],
    ['signIn', 'The broker takes the settings over…'],
  ] as const)('can’t be changed while it comes from %s', (tokenSource, words) => {
    expect(tokenOf({ tokenSource, tokenState: 'stored' })).toMatchObject({
      state: words,
      sensitive: false,
      remove: false,
    });
  });

  it.each([
    ['unknown', 'Looking for the broker…'],
    ['absent', 'The broker isn’t installed'],
    ['stopped', 'The broker isn’t running'],
    ['starting', 'The broker is starting…'],
    ['silent', 'The broker doesn’t answer'],
  ] as const)('can’t be changed while the broker is %s', (presence, words) => {
    expect(tokenModel(brokerWith([], presence), 'a', untranslated)).toMatchObject({ state: words, sensitive: false });
  });

  it('can’t be changed for a connection that the broker has left out', () => {
    const model = tokenModel(brokerWith([connection('b')]), 'a', untranslated);
    expect(model).toMatchObject({
      state: 'The broker has left this connection out. Its log tells why',
      sensitive: false,
    });
  });
});

describe('signing in', () => {
  it.each([
    ['none', '', 'Not signed in', '', 'Sign In', false],
    ['missing', '', 'Not signed in', '', 'Sign In', false],
    ['missing', 'The provider said no', 'Not signed in', 'The provider said no', 'Sign In', false],
    ['expired', '', 'The sign-in has expired', lastError, 'Sign In Again', true],
    ['expired', 'The provider said no', 'The sign-in has expired', 'The provider said no', 'Sign In Again', true],
    ['refused', '', 'The provider has ended the sign-in', lastError, 'Sign In Again', true],
    ['stored', '', 'Signed in', lastError, 'Sign In Again', true],
    ['locked', '', 'Signed in, but the keyring is locked', '', '', false],
  ] as const)('that is %s and “%s” of a connection that is refused: %s', (...row) => {
    const [tokenState, signIn, state, reason, label, signOut] = row;
    const model = signInOf({ tokenState, signIn, state: 'refused', lastError });
    expect(model).toMatchObject({ state, reason, sensitive: true, signIn: label, signOut, waiting: false });
    expect(model.unlock).toBe(tokenState === 'locked');
    expect(model.invitation).toBeNull();
  });

  it('says who is signed in, who can only sign out', () => {
    const model = signInOf({ tokenState: 'stored', account: 'ada@example.org' });
    expect(model).toMatchObject({ state: 'Signed in as ada@example.org', reason: '', signIn: '', signOut: true });
  });

  it('shows where to sign in while that waits, which can be given up', () => {
    expect(signInOf({ tokenState: 'missing', signIn: 'waiting' })).toMatchObject({
      state: 'Waiting for you to sign in…',
      reason: 'Open the address on any device, and enter the code',
      waiting: true,
      invitation,
      signIn: '',
      signOut: false,
    });
  });

  it('waits for a browser where there is no code, and where somebody else began it', () => {
    const browser = { ...invitation, code: '' };
    expect(signInOf({ signIn: 'waiting' }, { complete: true, invitation: browser })).toMatchObject({
      reason: 'In the browser',
      invitation: browser,
    });
    expect(signInOf({ signIn: 'waiting' }, { complete: true, invitation: null })).toMatchObject({
      reason: 'In the browser',
      waiting: true,
      invitation: null,
    });
  });

  it.each([
    ['the settings lack something', signInOf({}, { complete: false, invitation: null }), 'Not set up yet'],
    ['the broker has other settings', signInOf({ tokenSource: 'keyring' }), 'The broker takes the settings over…'],
    [
      'the broker doesn’t run',
      signInModel(brokerWith([], 'stopped'), 'a', { complete: true, invitation: null }, untranslated),
      'The broker isn’t running',
    ],
  ])('can’t be begun while %s', (_why, model, state) => {
    expect(model).toMatchObject({ state, sensitive: false, signIn: 'Sign In' });
  });
});

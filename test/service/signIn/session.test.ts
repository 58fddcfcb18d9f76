import { describe, expect, it } from 'vitest';
import { UnusableSession } from '../../../service/signIn/errors.ts';
import { parseSession, serialiseSession, type Session } from '../../../service/signIn/session.ts';

const settings = { issuer: 'https://auth.example.org', clientId: 'broker', scopes: ['openid'] };
const session: Session = {
  issuer: settings.issuer,
  clientId: 'broker',
  accessToken: 'an-access-token',
  refreshToken: 'a-refresh-token',
  expiresIn: 3600,
  account: 'Ada',
  gotAt: 1_700_000_000_000,
};

describe('what was kept is the same when it is read', () => {
  it.each<[what: string, of: Session]>([
    ['a whole session', session],
    ['one without a refresh token', { ...session, refreshToken: undefined }],
    ['one of which nobody knows how long it is valid', { ...session, expiresIn: undefined }],
    ['one of somebody without a name', { ...session, account: '' }],
  ])('%s', (_what, of) => {
    expect(parseSession(serialiseSession(of), settings)).toEqual(of);
  });
});

describe('what is no session of this provider is refused, and nothing of it is told', () => {
  const stored = JSON.parse(serialiseSession(session)) as Record<string, unknown>;
  it.each<[what: string, text: string, words: RegExp]>([
    ['nothing', '', /not JSON/],
    ['a bare token', 'an-access-token', /not JSON/],
    ['half of one', serialiseSession(session).slice(0, 60), /not JSON/],
    ['a list', '["an-access-token"]', /no JSON object/],
    ['a later version', JSON.stringify({ ...stored, version: 2 }), /version 1; a newer program/],
    ['another issuer', JSON.stringify({ ...stored, issuer: 'https://evil.example.org' }), /another provider/],
    ['another client', JSON.stringify({ ...stored, clientId: 'other' }), /another client id/],
    ['no access token', JSON.stringify({ ...stored, accessToken: undefined }), /access token/],
    [
      'an access token with a new line',
      JSON.stringify({ ...stored, accessToken: 'an-access-\ntoken' }),
      /access token/,
    ],
    ['a refresh token that is a number', JSON.stringify({ ...stored, refreshToken: 7 }), /refresh token/],
    ['an endless life', JSON.stringify({ ...stored, expiresIn: 'long' }), /number of seconds/],
    ['no name', JSON.stringify({ ...stored, account: null }), /name/],
    ['no time', JSON.stringify({ ...stored, gotAt: -1 }), /no time/],
  ])('%s', (_what, text, words) => {
    const parse = (): unknown => parseSession(text, settings);
    expect(parse).toThrow(UnusableSession);
    expect(parse).toThrow(words);
    expect(parse).toThrow(/^((?!an-access|a-refresh).)*Sign in again to replace it\.$/s);
  });
});

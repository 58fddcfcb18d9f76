import { describe, expect, it } from 'vitest';
import { UnusableIssuer } from '../../../service/signIn/errors.ts';
import { isProtected } from '../../../service/config/validate.ts';
import { issuerUrl } from '../../../service/signIn/settings.ts';

describe('an issuer is an address that may be asked', () => {
  it.each([
    'https://auth.example.org',
    'https://auth.example.org/realms/workshop',
    'https://auth.example.org:8443/',
    'http://127.0.0.1:8080',
    'http://[::1]:8080',
    'http://localhost',
  ])('%s', (issuer) => {
    expect(issuerUrl(issuer).href).toContain(issuer);
  });
});

describe('what is none is refused with words', () => {
  it.each([
    ['', /no issuer; expected an address like https/],
    ['auth.example.org', /no issuer; expected an address/],
    ['http://auth.example.org', /not encrypted.*use https:\/\//],
    ['http://127.0.0.1.example.org', /not encrypted/],
    ['http://localhost.example.org', /not encrypted/],
    ['ftp://auth.example.org', /not encrypted/],
    ['https://auth.example.org/?tenant=1', /neither \? nor #/],
    ['https://auth.example.org/#top', /neither \? nor #/],
  ])('%s', (issuer, words) => {
    expect(() => issuerUrl(issuer)).toThrow(UnusableIssuer);
    expect(() => issuerUrl(issuer)).toThrow(words);
  });

  it('does not repeat a password', () => {
    expect(() => issuerUrl('https://ada:s3cret@auth.example.org')).toThrow(/^((?!s3cret).)*user name or password/);
  });
});

it.each(['file:///etc/passwd', 'javascript:alert(1)', 'http://192.168.1.1/'])('nothing goes to %s', (address) => {
  expect(isProtected(new URL(address))).toBe(false);
});

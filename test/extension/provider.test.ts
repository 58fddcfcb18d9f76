import { expect, it } from 'vitest';
import { expectedClient, expectedIssuer, expectedScopes } from '../../extension/preferences/provider.ts';
import { untranslated } from './untranslated.ts';

it.each([
  'https://login.example.org',
  'HTTPS://login.example.org:8443/realms/one',
  'http://localhost',
  'http://localhost:8080/realms/one',
  'http://127.0.0.1:8080',
  'http://127.9.9.9/',
  'http://[::1]:8080',
])('takes %s for a provider', (address) => {
  expect(expectedIssuer(address, untranslated)).toBe('');
});

it.each([
  ['', 'The address begins with https://'],
  ['login.example.org', 'The address begins with https://'],
  ['http://login.example.org', 'The address begins with https://'],
  ['http://localhost.example.org', 'The address begins with https://'],
  ['http://127.0.0.1.example.org', 'The address begins with https://'],
  ['ftp://127.0.0.1', 'The address begins with https://'],
  ['https://me:secret@login.example.org', 'The address has no user name or password'],
  ['http://localhost@login.example.org', 'The address has no user name or password'],
  ['https://', 'The address has a host and, if need be, a port'],
  ['https://login.example.org?a=1', 'The address has no spaces, “?” or “#”'],
])('refuses %s for a provider', (address, words) => {
  expect(expectedIssuer(address, untranslated)).toBe(words);
});

it('wants a client', () => {
  expect(expectedClient('', untranslated)).not.toBe('');
  expect(expectedClient('3f7a', untranslated)).toBe('');
});

it.each([
  ['', true],
  ['models:read models:write', true],
  ['https://example.org/scope.all', true],
  ['"models"', false],
  ['a\\b', false],
  ['größe', false],
])('takes the scopes %s: %s', (text, right) => {
  expect(expectedScopes(text, untranslated) === '').toBe(right);
});

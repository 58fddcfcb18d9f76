import { expect, it } from 'vitest';
import { addressProblem } from '../../extension/preferences/address.ts';

it.each([
  'http://127.0.0.1:11434',
  'https://example.org/v1',
  'HTTPS://Example.org/v1/',
  'http://localhost',
  'http://[::1]:8080/v1',
  'https://müller.example/a@b',
])('takes %s', (address) => {
  expect(addressProblem(address)).toBeNull();
});

it.each([
  ['', 'scheme'],
  ['127.0.0.1:11434', 'scheme'],
  ['ftp://example.org', 'scheme'],
  ['http:/example.org', 'scheme'],
  ['https://me:secret@example.org/v1', 'credentials'],
  ['https://me@example.org/v1', 'credentials'],
  ['http://', 'host'],
  ['http://:80', 'host'],
  ['http://example.org:', 'host'],
  ['http://example.org:0', 'host'],
  ['http://example.org:65536', 'host'],
  ['http://example.org:http', 'host'],
  ['http://::1/', 'host'],
  ['http://exa mple.org', 'tail'],
  ['http://example.org/v1?key=1', 'tail'],
  ['http://example.org/v1#top', 'tail'],
] as const)('refuses %s for its %s', (address, problem) => {
  expect(addressProblem(address)).toBe(problem);
});

import { describe, expect, it } from 'vitest';
import { nearness, unnamed } from '../../../service/dbus/anonymous.js';
import { settingsOf } from '../../support/settings.ts';

describe('an address', () => {
  it.each([
    ['http://127.0.0.1:11434', 'this machine'],
    ['http://[::1]:1', 'this machine'],
    ['http://localhost', 'this machine'],
    ['http://192.168.1.5:11434', 'local network'],
    ['http://172.31.0.1', 'local network'],
    ['http://[fd00::1]', 'local network'],
    ['http://workshop:8080', 'local network'],
    ['http://workshop.local', 'local network'],
    ['https://172.32.0.1', 'internet'],
    ['https://api.example.org/v1', 'internet'],
  ])('%s is only said to be: %s', (url, where) => {
    expect(nearness(url)).toBe(where);
  });
});

describe('an error', () => {
  const settings = settingsOf({
    id: 'a',
    name: 'Grandma',
    kind: 'openai',
    url: 'https://secret.example.org/tenant/v1',
    token: { env: 'MY_KEY' },
    ca: '/home/anna/ca.pem',
    models: { mine: 'hers' },
  });

  it.each([
    ['Nothing is listening there (https://secret.example.org/tenant/v1)', 'Nothing is listening there (…)'],
    ['that host name is not known (secret.example.org)', 'that host name is not known (…)'],
    ['Grandma has as many as it takes', '… has as many as it takes'],
    ['the variable MY_KEY is not set', 'the variable … is not set'],
    ['/home/anna/ca.pem: it may not be read', '…: it may not be read'],
    ['a file at /var/lib/anna/other isn’t there', '… file at … isn’t there'],
    ['keep it with: cloudtolocalllm token set a', 'keep it with: cloudtolocalllm token set ID'],
    ['it has no model “private-one”', 'it has no model “…”'],
    ['anna@example.org is signed out', '… is signed out'],
    ['http://proxy.example:3128 refuses', '… refuses'],
  ])('%s is told without what somebody has named', (error, told) => {
    expect(unnamed(error, settings, 'anna@example.org')).toBe(told);
  });
});

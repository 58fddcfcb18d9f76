import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../../../service/config/errors.ts';
import { settingsFrom, settingsText } from '../../../service/config/settingsFile.ts';
import { connectionKeys, defaultsOf, settingsKeys } from '../../../service/config/settingsSchema.ts';
import { everyKey, refused } from '../../support/settingsFiles.ts';

/** What is told of a text that isn't taken. */
function refusal(text: string): string {
  try {
    settingsFrom(text, 'FILE');
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message;
    throw error;
  }
  return '';
}

describe('a settings file', () => {
  it('is the one that the preferences write and read', () => {
    expect(settingsText(settingsFrom(everyKey, 'FILE'), '4.0.0')).toBe(everyKey);
  });

  it.each(refused)('that is %s is refused, as by the preferences', (_what, text) => {
    expect(refusal(text)).toMatch(/^FILE: ./);
  });

  it('may leave out everything', () => {
    expect(settingsFrom('{"cloudtolocalllm": 1}', 'FILE')).toEqual({ settings: {}, connections: [] });
  });

  it('may have all that is so by default', () => {
    const settings = defaultsOf(settingsKeys);
    const text = settingsText({ settings, connections: [{ id: 'ollama', ...defaultsOf(connectionKeys) }] }, '4.0.0');
    expect(settingsFrom(text, 'FILE').connections).toEqual([{ id: 'ollama', ...defaultsOf(connectionKeys) }]);
  });

  it('never holds a password that is in an address', () => {
    const connections = [{ id: 'a', url: 'https://ada:secret@example.org/v1' }];
    const text = settingsText({ settings: {}, connections }, '4.0.0');
    expect(text).toContain('"https://example.org/v1"');
    expect(text).not.toMatch(/ada|secret/);
  });

  it.each<[file: object, words: string]>([
    [{ listen: 'x' }, 'FILE: cloudtolocalllm: is missing: this is no file with settings of CloudToLocalLLM'],
    [
      { cloudtolocalllm: 2, version: '9.1.0' },
      'FILE: a newer version, 9.1.0, wrote it, in a form later than 1; update first',
    ],
    [
      { cloudtolocalllm: 1, token: 'x' },
      'FILE: token: unknown key; known here are cloudtolocalllm, version, settings, connections',
    ],
    [{ cloudtolocalllm: 1, settings: { indicator: 'loud' } }, 'FILE: settings/indicator: must be one of lively, quiet'],
    [{ cloudtolocalllm: 1, settings: { route: 'mars' } }, 'FILE: settings/route: "mars" is neither'],
    [
      { cloudtolocalllm: 1, settings: { 'allowed-hosts': ['a', 'x:1'] } },
      'FILE: settings/allowed-hosts/1: A host name',
    ],
  ])('%j is refused with what was expected', (file, words) => {
    expect(refusal(JSON.stringify(file))).toContain(words);
  });

  it.each<[values: object, words: string]>([
    [{ concurrency: -2 }, 'connections/0/concurrency: must be a whole number from -1 to 100000'],
    [{ 'queue-timeout': 86_401 }, 'connections/0/queue-timeout: must be <= 86400'],
    [{ 'keep-alive': 'long' }, 'connections/0/keep-alive: How long'],
    [{ models: { a: '' } }, 'connections/0/models/a: '],
    [
      { 'sign-in-issuer': 'http://a.org', 'sign-in-client': 'b' },
      'connections/0/sign-in-issuer: must begin with https://',
    ],
  ])('whose connection has %j is refused by the name of the key', (values, words) => {
    expect(refusal(JSON.stringify({ cloudtolocalllm: 1, connections: [{ id: 'a', ...values }] }))).toContain(words);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KeyShape, Plain, SavedSettings } from '../../extension/preferences/settingsFile/model.ts';
import { SettingsFileProblem, settingsFileProblemInWords } from '../../extension/preferences/settingsFile/problem.ts';
import { readSettings } from '../../extension/preferences/settingsFile/read.ts';
import { writeSettings } from '../../extension/preferences/settingsFile/write.ts';
import { everyKey, refused } from '../support/settingsFiles.ts';
import { shapes } from './settingsShapes.ts';
import { untranslated } from './untranslated.ts';

const read = (text: string): SavedSettings => readSettings(text, shapes, untranslated);

/** What a person is told of this file. */
function refusal(file: unknown): string {
  try {
    read(typeof file === 'string' ? file : JSON.stringify(file));
  } catch (error) {
    if (error instanceof SettingsFileProblem) return settingsFileProblemInWords(error, untranslated);
    throw error;
  }
  return '';
}

const withSettings = (settings: unknown) => ({ cloudtolocalllm: 1, settings, connections: [{ id: 'ollama' }] });
const withConnections = (...connections: unknown[]) => ({ cloudtolocalllm: 1, connections });

describe('a settings file', () => {
  it('is taken as it was written', () => {
    const saved: SavedSettings = {
      settings: { route: 'workshop', continuation: false, 'allowed-hosts': ['models.example.org'], indicator: 'quiet' },
      connections: [
        {
          id: 'workshop',
          values: { name: 'Workshop', kind: 'openai', url: 'http://127.0.0.1:8080/v1', concurrency: -1 },
        },
        { id: 'ollama', values: { models: { 'gpt-4o': 'llama3.2', __proto__x: 'y' } } },
      ],
    };
    expect(read(writeSettings(saved, '4.0.0'))).toEqual(saved);
  });

  it('is the one that the command `settings` writes and reads', () => {
    const saved = read(everyKey);
    expect(Object.keys(saved.settings)).toEqual(shapes.settings.map(({ name }) => name).sort());
    for (const { values } of saved.connections) {
      expect(Object.keys(values)).toEqual(shapes.connection.map(({ name }) => name).sort());
    }
    expect(writeSettings(saved, '4.0.0')).toBe(everyKey);
  });

  it.each(refused)('that is %s is refused, as by the command', (_what, text) => {
    expect(refusal(text)).not.toBe('');
  });

  it('may leave out everything', () => {
    expect(read('{"cloudtolocalllm": 1}')).toEqual({ settings: {}, connections: [] });
  });

  it('says which version wrote it', () => {
    const text = writeSettings({ settings: {}, connections: [] }, '4.0.0');
    expect(JSON.parse(text)).toEqual({ cloudtolocalllm: 1, version: '4.0.0', settings: {}, connections: [] });
  });

  it('never holds a password that is in an address', () => {
    const values = { url: 'https://ada:secret@example.org/v1' };
    const text = writeSettings({ settings: {}, connections: [{ id: 'a', values }] }, '4.0.0');
    expect(text).toContain('"https://example.org/v1"');
    expect(text).not.toMatch(/ada|secret/);
  });

  it.each([
    ['', 'The file isn’t JSON: '],
    ['{"cloudtolocalllm": 1', 'The file isn’t JSON: '],
    ['[]', 'The file holds no settings of CloudToLocalLLM. '],
    ['null', 'The file holds no settings of CloudToLocalLLM. '],
    ['{"listen": "127.0.0.1:1"}', 'The file holds no settings of CloudToLocalLLM. '],
    ['{"cloudtolocalllm": "1"}', 'The file holds no settings of CloudToLocalLLM. '],
    [
      '{"cloudtolocalllm": 2, "version": "9.1.0", "else": true}',
      'The file was written by a newer version, 9.1.0, in a form later than 1. Update first.',
    ],
  ])('that is %j is refused', (text, words) => {
    expect(refusal(text)).toContain(words);
  });

  it.each([
    [{ cloudtolocalllm: 1, token: 'x' }, 'token: no such key is known'],
    [{ cloudtolocalllm: 1, connections: {} }, 'connections: a list is expected'],
    [withSettings([]), 'settings: an object is expected'],
    [withSettings({ color: 'red' }), 'settings.color: no such key is known'],
    [withSettings({ 'preferences-page': 'log' }), 'settings.preferences-page: no such key is known'],
    [withSettings({ continuation: 'yes' }), 'settings.continuation: true or false is expected'],
    [withSettings({ indicator: 'loud' }), 'settings.indicator: one of these is expected: lively, quiet'],
    [withSettings({ 'log-level': 3 }), 'settings.log-level: a text is expected'],
    [withSettings({ 'allowed-hosts': 'a' }), 'settings.allowed-hosts: a list of texts is expected'],
    [
      withSettings({ 'allowed-hosts': ['example.org:80'] }),
      'settings.allowed-hosts: Names such as models.example.org, without a port',
    ],
    [
      withSettings({ 'allowed-origins': ['http://a/b'] }),
      'settings.allowed-origins: Origins such as http://localhost:3000, without a path',
    ],
    [
      withSettings({ route: 'workshop' }),
      'settings.route: automatic, local, cloud or the id of a connection in the file is expected',
    ],
    [withConnections('ollama'), 'connections[0]: an object is expected'],
    [
      withConnections({ name: 'A' }),
      'connections[0].id: lower-case letters, digits and underscores that begin with a letter are expected',
    ],
    [
      withConnections({ id: 'automatic' }),
      'connections[0].id: lower-case letters, digits and underscores that begin with a letter are expected',
    ],
    [withConnections({ id: 'a' }, { id: 'a' }), 'connections[1].id: “a” is there twice'],
    [withConnections({ id: 'a', token: 'sk-1' }), 'connections[0].token: no such key is known'],
    [withConnections({ id: 'a', kind: 'gemini' }), 'connections[0].kind: one of these is expected: ollama, '],
    [withConnections({ id: 'a', name: '' }), 'connections[0].name: 1 to 100 characters in one line are expected'],
    [withConnections({ id: 'a', url: 'example.org' }), 'connections[0].url: The address begins with '],
    [
      withConnections({ id: 'a', url: 'https://a:b@c/' }),
      'connections[0].url: The address has no user name or password',
    ],
    [
      withConnections({ id: 'a', concurrency: 100001 }),
      'connections[0].concurrency: a whole number from -1 to 100000 is expected',
    ],
    [
      withConnections({ id: 'a', 'idle-timeout': -1 }),
      'connections[0].idle-timeout: a whole number from 0 to 4294967295 is expected',
    ],
    [
      withConnections({ id: 'a', patience: 86401 }),
      'connections[0].patience: a whole number from 0 to 86400 is expected',
    ],
    [withConnections({ id: 'a', 'keep-alive': 'long' }), 'connections[0].keep-alive: A time such as 30s, '],
    [withConnections({ id: 'a', models: { a: 1 } }), 'connections[0].models: an object with texts is expected'],
    [withConnections({ id: 'a', models: { '': 'b' } }), 'connections[0].models: names that aren’t empty are expected'],
    [
      withConnections({ id: 'a', 'sign-in-issuer': 'http://a.org' }),
      'connections[0].sign-in-issuer: The address begins with https://',
    ],
  ])('%j is refused with what was expected', (file, words) => {
    expect(refusal(file)).toContain(words);
  });

  it('is either refused in words or taken, whatever is in it', () => {
    fc.assert(
      fc.property(fc.json(), fc.json(), (settings, connection) => {
        const text = `{"cloudtolocalllm": 1, "settings": ${settings}, "connections": [${connection}]}`;
        expect(() => {
          try {
            read(text);
          } catch (error) {
            if (!(error instanceof SettingsFileProblem)) throw error;
          }
        }).not.toThrow();
      }),
    );
  });

  it('is taken with whatever the schema allows for what has no meaning of its own', () => {
    const plain = shapes.connection.filter(({ name }) =>
      /^(kind|place|enabled|busy|concurrency|context-length)$/.test(name),
    );
    fc.assert(
      fc.property(fc.record(Object.fromEntries(plain.map((shape) => [shape.name, anyOf(shape)]))), (values) => {
        const saved = { settings: {}, connections: [{ id: 'a', values: values as Record<string, Plain> }] };
        expect(read(writeSettings(saved, '4.0.0'))).toEqual(saved);
      }),
    );
  });
});

function anyOf({ type, choices, range: [min, max] = [0, 1000] }: KeyShape): fc.Arbitrary<Plain> {
  if (choices) return fc.constantFrom(...choices);
  return type === 'b' ? fc.boolean() : fc.integer({ min, max });
}

import { describe, expect, it } from 'vitest';
import type { BrokerSnapshot, FoundServer } from '../../extension/broker/contract.ts';
import { expectedHosts, expectedOrigins } from '../../extension/preferences/access.ts';
import { bannerModel } from '../../extension/preferences/bannerModel.ts';
import { concurrencyOf, numberFor } from '../../extension/preferences/concurrency.ts';
import { connectionStateModel } from '../../extension/preferences/connectionStateModel.ts';
import { credentialsModel } from '../../extension/preferences/credentialsModel.ts';
import { readDeepLink } from '../../extension/preferences/deepLink.ts';
import { discoveryModel, type Search } from '../../extension/preferences/discoveryModel.ts';
import { limitsInWords } from '../../extension/preferences/limits.ts';
import { broker } from './broker.ts';
import { connection } from './connection.ts';
import { untranslated } from './untranslated.ts';

describe('the banner', () => {
  it.each<[string, Partial<BrokerSnapshot>, string, string]>([
    ['a broker that runs', {}, '', ''],
    ['one that nobody has looked for', { presence: 'unknown' }, '', ''],
    [
      'one that is not there',
      { presence: 'absent' },
      'The broker isn’t installed. The package “cloudtolocalllm” brings it.',
      '',
    ],
    ['one that is stopped', { presence: 'stopped' }, 'The broker isn’t running. Settings apply once it does.', 'start'],
    [
      'one that could not be started',
      { presence: 'stopped', failure: { action: 'start', reason: 'no file' } },
      'It didn’t start: no file',
      'start',
    ],
    ['one that starts', { presence: 'starting' }, 'The broker is starting…', ''],
    ['one that hangs', { presence: 'silent' }, 'The broker doesn’t answer.', ''],
    [
      'one with a file',
      { configurationFile: '/etc/x.json', problems: ['a'] },
      'The broker reads /etc/x.json instead of these settings.',
      '',
    ],
    ['one that left something out', { problems: ['a'] }, 'The broker can’t use 1 of these settings.', 'details'],
    ['one that left more out', { problems: ['a', 'b'] }, 'The broker can’t use 2 of these settings.', 'details'],
    ['another failure', { failure: { action: 'route', reason: 'x' } }, '', ''],
  ])('of %s', (_which, values, title, action) => {
    expect(bannerModel(broker(values), untranslated)).toEqual({ title, action });
  });
});

describe('the servers that were found', () => {
  const ollama: FoundServer = { kind: 'ollama', name: 'Ollama', url: 'http://127.0.0.1:11434', models: 1 };
  const llama: FoundServer = { kind: 'openai', name: 'llama.cpp', url: 'http://127.0.0.1:8080/v1', models: 3 };
  const search: Search = { underWay: false, found: [ollama, llama], failure: '' };
  const shown = (values: Partial<Search>, addresses: string[] = [], presence: BrokerSnapshot['presence'] = 'running') =>
    discoveryModel(presence, { ...search, ...values }, addresses, untranslated);

  it('are told with what they are', () => {
    const { rows, note } = shown({});
    expect(rows.map(({ title, subtitle }) => `${title}: ${subtitle}`)).toEqual([
      'Ollama: Ollama · http://127.0.0.1:11434 · 1 model',
      'llama.cpp: OpenAI-Compatible · http://127.0.0.1:8080/v1 · 3 models',
    ]);
    expect(note).toBe('');
  });

  it('are not those that have a connection, also before the broker knows it', () => {
    expect(shown({}, [ollama.url]).rows.map(({ server }) => server)).toEqual([llama]);
  });

  it.each<[string, Partial<Search>, string[], string]>([
    ['before the first look', { found: null }, [], 'Looking for servers…'],
    ['during it', { found: null, underWay: true }, [], 'Looking for servers…'],
    ['when there are none', { found: [] }, [], 'No servers found'],
    ['when all are connections', {}, [ollama.url, llama.url], 'No other servers found'],
    ['when nobody could look', { found: null, failure: 'it hung' }, [], 'Nobody could look for servers'],
  ])('are none %s, which is said', (_when, values, addresses, note) => {
    expect(shown(values, addresses)).toMatchObject({ rows: [], note });
  });

  it('stay while they are looked for again, which can’t be asked for twice', () => {
    expect(shown({ underWay: true })).toMatchObject({ rows: [{}, {}], note: '', busy: true, canSearch: false });
  });

  it('are not looked for while the broker doesn’t run', () => {
    expect(shown({}, [], 'stopped')).toEqual({
      rows: [],
      note: 'The broker isn’t running',
      advice: 'Only the broker can look for servers',
      busy: false,
      canSearch: false,
    });
  });
});

describe('how a connection does, on its page', () => {
  const shown = (values: Parameters<typeof connection>[1], failure = '') =>
    connectionStateModel(broker({ connections: [connection('a', values)] }), 'a', 1000, failure, untranslated);

  it.each<[Parameters<typeof connection>[1], string, string]>([
    [{ state: 'connected', latency: 12.4, version: '0.5.1' }, 'Connected in 12 ms', 'Version 0.5.1'],
    [{ state: 'connected' }, 'Connected', ''],
    [{ state: 'unreachable', lastError: 'Nothing listens\nthere' }, 'Unreachable', 'Nothing listens\nthere'],
    [
      { state: 'cooling', lastError: 'Three errors', nextTry: 1030 },
      'Paused after errors, next try in 30 s',
      'Three errors',
    ],
  ])('is told: %j', (values, title, subtitle) => {
    expect(shown(values)).toEqual({ title, subtitle, canTest: true });
  });

  it('can’t be tested while it is off', () => {
    expect(shown({ state: 'disabled', enabled: false })).toMatchObject({ title: 'Off', canTest: false });
  });

  it('tells why it wasn’t tested', () => {
    expect(shown({ state: 'connecting' }, 'The connection wasn’t tested: x').subtitle).toBe(
      'The connection wasn’t tested: x',
    );
  });

  it('is unknown while the broker doesn’t run', () => {
    expect(connectionStateModel(broker({ presence: 'stopped' }), 'ollama', 0, '', untranslated)).toEqual({
      title: 'The broker isn’t running',
      subtitle: '',
      canTest: false,
    });
  });
});

describe('credentials at a glance', () => {
  it.each([
    [{ tokenState: 'stored' }, false, 'In the keyring', '', false],
    [{ tokenState: 'locked', state: 'refused' }, false, 'The keyring is locked', 'unlock', true],
    [{ tokenState: 'missing', state: 'refused' }, false, 'None, and one is needed', '', true],
    [{ tokenState: 'stored', tokenSource: 'signIn', account: 'Ada' }, true, 'Signed in as Ada', '', false],
    [{ tokenState: 'missing', tokenSource: 'signIn', state: 'refused' }, true, 'Not signed in', 'signIn', true],
    [
      { tokenState: 'locked', tokenSource: 'signIn', state: 'refused' },
      true,
      'Signed in, but the keyring is locked',
      'unlock',
      true,
    ],
    [{ tokenSource: 'fixed' }, false, 'The broker’s configuration file says where the token is', '', false],
  ] as const)('of %j', (values, signsIn, state, action, wanting) => {
    const snapshot = broker({ connections: [connection('a', values)] });
    expect(credentialsModel(snapshot, 'a', signsIn, untranslated)).toEqual({ state, action, wanting });
  });
});

describe('a wanted page', () => {
  it.each([
    ['models', { page: 'models', above: null }],
    ['log', { page: 'service', above: { log: true } }],
    ['connection/ollama', { page: 'connections', above: { connection: 'ollama' } }],
    ['connection/', null],
    ['elsewhere', null],
    ['', null],
  ])('is read: %s', (text, link) => {
    expect(readDeepLink(text)).toEqual(link);
  });
});

describe('what is entered', () => {
  it.each([
    ['', true],
    ['models.example.org 192.168.1.5 [fe80::1]', true],
    ['models.example.org:80', false],
    ['a/b', false],
  ])('as hosts: %s', (text, right) => {
    expect(expectedHosts(text, untranslated) === '').toBe(right);
  });

  it.each([
    ['', true],
    ['http://localhost:3000 app://obsidian.md', true],
    ['http://localhost:3000/', false],
    ['localhost', false],
    ['*', false],
  ])('as origins: %s', (text, right) => {
    expect(expectedOrigins(text, untranslated) === '').toBe(right);
  });
});

describe('requests at a time', () => {
  it.each([
    [-1, 'suitable'],
    [0, 'unlimited'],
    [4, 'limited'],
  ] as const)('%d is %s, and back', (number, concurrency) => {
    expect(concurrencyOf(number)).toBe(concurrency);
    expect(numberFor(concurrency, number)).toBe(number);
  });

  it('are limited to one before anybody has said to how many', () => {
    expect(numberFor('limited', -1)).toBe(1);
  });

  it.each([
    [
      { busy: 'spill', concurrency: -1, firstByte: 600 },
      'Spills over while busy · an answer begins within 600 seconds',
    ],
    [
      { busy: 'wait', concurrency: 1, firstByte: 0 },
      'Waits while busy · 1 request at a time · an answer may begin at any time',
    ],
  ] as const)('are told: %j', (limits, words) => {
    expect(limitsInWords(limits, untranslated)).toBe(words);
  });
});

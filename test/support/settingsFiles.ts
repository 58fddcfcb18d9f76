import { readFileSync } from 'node:fs';

/** A settings file with every key that there is, as both the preferences and the command write it. */
export const everyKey = readFileSync(new URL('../vectors/settings/every-key.json', import.meta.url), 'utf8');

const whole = { cloudtolocalllm: 1, settings: {}, connections: [] };
const setting = (settings: unknown) => ({ ...whole, settings });
const connection = (one: unknown) => ({ ...whole, connections: [one] });

/** Texts that neither of them takes. */
export const refused: readonly (readonly [what: string, text: string])[] = [
  ['nothing', ''],
  ['what isn’t JSON', '{"cloudtolocalllm": 1'],
  ...(
    [
      ['a list', []],
      ['another file', { listen: '127.0.0.1:1' }],
      ['a form that is a text', { ...whole, cloudtolocalllm: '1' }],
      ['a newer file', { ...whole, cloudtolocalllm: 2, version: '9.1.0' }],
      ['an unknown part', { ...whole, token: 'x' }],
      ['settings that are a list', setting([])],
      ['connections that are an object', { ...whole, connections: {} }],
      ['an unknown key', setting({ color: 'red' })],
      ['a key that isn’t for files', setting({ 'ask-model': 'qwen3' })],
      ['the list of ids', setting({ connections: ['a'] })],
      ['a wrong type', setting({ continuation: 'yes' })],
      ['no such choice', setting({ indicator: 'loud' })],
      ['a host with a port', setting({ 'allowed-hosts': ['example.org:80'] })],
      ['an origin with a path', setting({ 'allowed-origins': ['http://a/b'] })],
      ['a route that leads nowhere', setting({ route: 'mars' })],
      ['a connection that is a text', connection('ollama')],
      ['a connection without an id', connection({ name: 'A' })],
      ['an id that is none', connection({ id: 'A b' })],
      ['an id that is a route', connection({ id: 'automatic' })],
      ['an id twice', { ...whole, connections: [{ id: 'a' }, { id: 'a' }] }],
      ['a token', connection({ id: 'a', token: 'sk-1' })],
      ['no such kind', connection({ id: 'a', kind: 'gemini' })],
      ['a name of two lines', connection({ id: 'a', name: 'a\nb' })],
      ['an address that is none', connection({ id: 'a', url: 'ftp://x' })],
      ['an address with a password', connection({ id: 'a', url: 'https://a:b@c' })],
      ['an address with a query', connection({ id: 'a', url: 'https://c/?d' })],
      ['a number out of range', connection({ id: 'a', concurrency: 100_001 })],
      ['a part of a number', connection({ id: 'a', 'idle-timeout': 1.5 })],
      ['a day and a second', connection({ id: 'a', 'first-byte-timeout': 86_401 })],
      ['a duration that is none', connection({ id: 'a', 'keep-alive': 'long' })],
      ['a model without a name', connection({ id: 'a', models: { a: '' } })],
      [
        'an issuer without encryption',
        connection({ id: 'a', 'sign-in-issuer': 'http://a.org', 'sign-in-client': 'b' }),
      ],
    ] as const
  ).map(([what, file]) => [what, JSON.stringify(file)] as const),
];

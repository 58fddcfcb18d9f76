import { describe, expect, it } from 'vitest';
import { hostAndPort, isLoopback, validated } from '../../../service/config/validate.js';

describe('a configuration', () => {
  it('as the documentation has it is taken, with its defaults filled in', () => {
    const configuration = validated(
      {
        listen: '127.0.0.1:11435',
        route: 'automatic',
        connections: [
          { id: 'local', name: 'Local Ollama', kind: 'ollama', url: 'http://127.0.0.1:11434/' },
          {
            id: 'cloud',
            name: 'My provider',
            kind: 'openai',
            url: 'https://example.org/v1',
            place: 'cloud',
            token: { env: 'PROVIDER_KEY' },
            models: { 'llama3.2': 'vendor/llama-3.2-3b' },
            timeouts: { connect: 5, firstByte: 60, idle: 30, total: 0 },
            enabled: true,
          },
          { id: 'demo', kind: 'demo' },
        ],
      },
      'test',
    );
    expect(configuration.connections).toMatchObject([
      {
        id: 'local',
        url: 'http://127.0.0.1:11434',
        place: 'local',
        enabled: true,
        models: {},
        timeouts: { connect: 5, firstByte: 600, idle: 120, total: 0 },
      },
      { timeouts: { connect: 5, firstByte: 60, idle: 30, total: 0 }, token: { env: 'PROVIDER_KEY' } },
      { id: 'demo', name: 'demo', url: '' },
    ]);
  });

  it.each<[what: string, guard: object]>([
    ['TLS', { tls: { certificate: '/a', key: '/b' } }],
    ['a proxy with TLS', { proxy: true }],
  ])('listens beyond loopback behind %s', (_what, guard) => {
    expect(validated({ listen: '0.0.0.0:443', ...guard }, 'test').listen).toBe('0.0.0.0:443');
  });

  it('that is empty has no connections', () => {
    expect(validated({}, 'test')).toEqual({
      logLevel: 'info',
      listen: '127.0.0.1:11435',
      hosts: [],
      origins: [],
      tls: undefined,
      proxy: false,
      keys: undefined,
      route: 'automatic',
      continuation: true,
      connections: [],
    });
  });

  const one = (rest: object): object => ({ connections: [{ id: 'a', kind: 'openai', url: 'http://h/v1', ...rest }] });

  it.each<[what: string, value: unknown, message: string | RegExp]>([
    ['no object', [], 'test: must be of type object'],
    ['a number as port', { listen: 11435 }, 'test: listen: must be of type string'],
    ['a port alone', { listen: '11435' }, /^test: listen: HOST:PORT, for instance/],
    ['a port too high', { listen: '127.0.0.1:70000' }, 'test: listen: port 70000 is above 65535'],
    ['an open address', { listen: '0.0.0.0:11435' }, /^test: listen: "0\.0\.0\.0" can be reached from other machines/],
    ['a page with a path', { origins: ['http://a/b'] }, /^test: origins\/0: An origin as browsers send it/],
    ['all pages', { origins: ['https://a', '*'] }, /^test: origins\/1: An origin as browsers send it/],
    ['pages without one', { origins: ['null'] }, /^test: origins\/0: An origin as browsers send it/],
    ['a page of no host', { origins: ['http://[a'] }, 'test: origins/0: "http://[a" names no host'],
    ['a name with a port', { hosts: ['a.example:80'] }, /^test: hosts\/0: A host name or address without a port/],
    ['all names', { hosts: ['*.example'] }, /^test: hosts\/0: A host name or address without a port/],
    ['a certificate without its key', { tls: { certificate: '/a' } }, 'test: tls: the key "key" is missing'],
    ['a relative path', { tls: { certificate: 'a', key: '/b' } }, 'test: tls/certificate: An absolute path.'],
    ['a relative path of keys', { keys: 'keys.json' }, /^test: keys: An absolute path/],
    ['an unknown key inside', one({ urll: '' }), /^test: connections\/0\/urll: unknown key; known here are id, name/],
    [
      'an id with a hyphen',
      one({ id: 'a-b' }),
      /^test: connections\/0\/id: Lower-case letters, digits and underscores/,
    ],
    ['the id automatic', one({ id: 'automatic' }), /^test: connections\/0\/id: /],
    ['a token in plain text', one({ token: 'sk-1' }), 'test: connections/0/token: must be of type object'],
    [
      'two places for a token',
      one({ token: { env: 'A', file: '/b' } }),
      /^test: connections\/0\/token: must NOT have more/,
    ],
    ['a negative time', one({ timeouts: { idle: -1 } }), 'test: connections/0/timeouts/idle: must be >= 0'],
    [
      'no address',
      { connections: [{ id: 'a', kind: 'openai' }] },
      /^test: connections\/0\/url: is missing; for instance/,
    ],
    ['another protocol', one({ url: 'ftp://h' }), /^test: connections\/0\/url: must begin with http:/],
    ['no host', one({ url: 'http://' }), /^test: connections\/0\/url: must begin with http:/],
    ['a query', one({ url: 'http://h/?key=1' }), 'test: connections/0/url: must not contain ? or #'],
    [
      'a route to nowhere',
      { route: 'b', ...one({}) },
      /^test: route: "b" is neither automatic.*of a connection \(a\)$/,
    ],
    [
      'a doubled id',
      {
        connections: [
          { id: 'a', kind: 'demo' },
          { id: 'a', kind: 'demo' },
        ],
      },
      'test: connections/1/id: "a" is also the id of connections/0',
    ],
  ])('is refused with the key’s path: %s', (_what, value, message) => {
    expect(() => validated(value, 'test')).toThrow(message);
  });

  it('with a password in an address is refused without repeating it', () => {
    const refused = () => validated(one({ url: 'http://user:secret@h' }), 'test');
    expect(refused).toThrow(/connections\/0\/url: must not contain a user name or password/);
    expect(refused).not.toThrow(/secret/);
  });
});

describe('listening addresses', () => {
  it.each([
    ['127.0.0.1:11435', '127.0.0.1', 11435],
    ['[::1]:80', '::1', 80],
    ['localhost:1', 'localhost', 1],
  ])('%s', (listen, host, port) => {
    expect(hostAndPort(listen)).toEqual({ host, port });
  });

  it.each([
    ['127.0.0.1', true],
    ['127.8.9.10', true],
    ['::1', true],
    ['localhost', true],
    ['0.0.0.0', false],
    ['::', false],
    ['192.168.1.2', false],
    ['127.0.0.1.example.org', false],
    ['', false],
  ])('loopback: %s %s', (host, expected) => {
    expect(isLoopback(host)).toBe(expected);
  });
});

import { describe, expect, it } from 'vitest';
import { ProxyFailed } from '../../../service/connections/errors.js';
import { proxyFor } from '../../../service/connections/proxy.js';

const proxy = 'http://proxy.example:3128';
const found = (url: string, environment: NodeJS.ProcessEnv) => proxyFor(new URL(url), environment);

describe('the proxy to a server', () => {
  it.each<[url: string, environment: NodeJS.ProcessEnv, variable: string | undefined]>([
    ['https://a.example', {}, undefined],
    ['https://a.example', { HTTPS_PROXY: proxy }, 'HTTPS_PROXY'],
    ['https://a.example', { https_proxy: proxy }, 'https_proxy'],
    ['https://a.example', { HTTPS_PROXY: 'http://other.example', https_proxy: proxy }, 'https_proxy'],
    ['https://a.example', { HTTPS_PROXY: proxy, https_proxy: '' }, 'HTTPS_PROXY'],
    ['https://a.example', { HTTP_PROXY: proxy, http_proxy: proxy }, undefined],
    ['http://a.example', { HTTP_PROXY: proxy }, 'HTTP_PROXY'],
    ['http://a.example', { http_proxy: proxy }, 'http_proxy'],
    ['http://a.example', { HTTPS_PROXY: proxy }, undefined],
    ['https://a.example', { ALL_PROXY: proxy }, 'ALL_PROXY'],
    ['http://a.example', { all_proxy: proxy }, 'all_proxy'],
    ['http://a.example', { all_proxy: 'http://other.example', HTTP_PROXY: proxy }, 'HTTP_PROXY'],
  ])('of %s in %j is in %s', (url, environment, variable) => {
    expect(found(url, environment)?.variable).toBe(variable);
  });

  it.each<[value: string, address: string, authorization: string | undefined]>([
    ['http://proxy.example:3128', 'http://proxy.example:3128', undefined],
    ['http://proxy.example:3128/', 'http://proxy.example:3128', undefined],
    ['proxy.example:3128', 'http://proxy.example:3128', undefined],
    ['proxy.example', 'http://proxy.example', undefined],
    ['https://proxy.example', 'https://proxy.example', undefined],
    ['http://[2001:db8::1]:8080', 'http://[2001:db8::1]:8080', undefined],
    ['http://me:secret@proxy.example', 'http://proxy.example', 'Basic bWU6c2VjcmV0'],
    ['me:secret@proxy.example:3128', 'http://proxy.example:3128', 'Basic bWU6c2VjcmV0'],
    ['http://me:p%40ss@proxy.example', 'http://proxy.example', 'Basic bWU6cEBzcw=='],
    ['http://me@proxy.example', 'http://proxy.example', 'Basic bWU6'],
  ])('as %s', (value, address, authorization) => {
    expect(found('https://a.example', { https_proxy: value })).toEqual({
      address,
      authorization,
      variable: 'https_proxy',
    });
  });

  it.each<[value: string, words: RegExp]>([
    ['http://', /^HTTPS_PROXY is not the address of an HTTP proxy; expected is http:\/\/HOST:PORT$/],
    ['http://me:secret@proxy.example:port', /is not the address/],
    ['ftp://me:secret@proxy.example', /is not the address/],
    ['http://me:secr%et@proxy.example', /is not the address/],
    ['socks5://me:secret@proxy.example:1080', /^HTTPS_PROXY names a SOCKS proxy, .* https_proxy .* no_proxy/],
    ['socks://proxy.example:1080', /names a SOCKS proxy/],
  ])('is told to be unusable, not gone around, as %s', (value, words) => {
    const asked = (): unknown => found('https://a.example', { HTTPS_PROXY: value });
    expect(asked).toThrow(ProxyFailed);
    expect(asked).toThrow(words);
    expect(asked).not.toThrow(/secr|me:/);
  });
});

describe('no proxy leads to this machine', () => {
  it.each([
    'http://localhost:11434',
    'http://LOCALHOST',
    'http://localhost.',
    'http://models.localhost',
    'http://127.0.0.1:11434',
    'http://127.1.2.3',
    'http://127.1',
    'http://0.0.0.0:11434',
    'https://[::1]:8443',
    'http://[::]',
    'http://[::ffff:127.0.0.1]',
  ])('%s', (url) => {
    const everywhere = { http_proxy: proxy, https_proxy: proxy, all_proxy: proxy, no_proxy: 'other.example' };
    expect(found(url, everywhere)).toBeUndefined();
    // Nor is it said that one is wrong.
    expect(found(url, { http_proxy: 'socks5://x', https_proxy: 'socks5://x' })).toBeUndefined();
  });

  it.each([
    'http://localhost.example',
    'http://notlocalhost',
    'http://128.0.0.1',
    'http://[::2]',
    'http://[::ffff:10.0.0.1]',
  ])('but to %s', (url) => {
    expect(found(url, { http_proxy: proxy })).toBeDefined();
  });
});

describe('NO_PROXY', () => {
  it.each<[list: string, url: string, exempt: boolean]>([
    ['', 'https://a.example', false],
    ['*', 'https://a.example', true],
    ['b.example,*', 'https://a.example', true],
    ['a.example', 'https://a.example', true],
    ['A.Example', 'https://a.example', true],
    ['a.example.', 'https://a.example', true],
    ['a.example', 'https://a.example.', true],
    ['example', 'https://a.example', true],
    ['.example', 'https://a.example', true],
    ['*.example', 'https://a.example', true],
    ['.a.example', 'https://a.example', true],
    ['a.example', 'https://x.y.a.example', true],
    ['a.example', 'https://ba.example', false],
    ['b.a.example', 'https://a.example', false],
    ['.', 'https://a.example', false],
    ['*.', 'https://a.example', false],
    ['b.example, a.example', 'https://a.example', true],
    ['b.example a.example', 'https://a.example', true],
    [',,', 'https://a.example', false],
    ['a.example:443', 'https://a.example', true],
    ['a.example:80', 'http://a.example', true],
    ['a.example:80', 'https://a.example', false],
    ['a.example:8443', 'https://a.example:8443', true],
    ['.example:8443', 'https://a.example:8443', true],
    ['a.example:8443', 'https://a.example', false],
    ['10.1.2.3', 'http://10.1.2.3', true],
    ['10.1.2.3', 'http://10.1.2.30', false],
    ['10.1.2.3:8080', 'http://10.1.2.3:8080', true],
    ['10.1.2.3:8080', 'http://10.1.2.3', false],
    ['2.3', 'http://10.1.2.3', false],
    ['10.0.0.0/8', 'http://10.1.2.3', true],
    ['10.0.0.0/8', 'http://11.1.2.3', false],
    ['192.168.7.0/25', 'http://192.168.7.127', true],
    ['192.168.7.0/25', 'http://192.168.7.128', false],
    ['0.0.0.0/0', 'http://10.1.2.3', true],
    ['10.0.0.0/33', 'http://10.1.2.3', false],
    ['10.0.0.0/', 'http://10.1.2.3', false],
    ['10.0.0.0/8/8', 'http://10.1.2.3', false],
    ['10.0.0.0/8', 'http://a.example', false],
    ['a.example/8', 'http://a.example', false],
    ['2001:db8::1', 'http://[2001:db8::1]', true],
    ['[2001:db8::1]', 'http://[2001:db8::1]', true],
    ['[2001:db8::1]:8080', 'http://[2001:db8::1]:8080', true],
    ['[2001:db8::1]:8080', 'http://[2001:db8::1]', false],
    ['2001:db8:0:0::1', 'http://[2001:db8::1]', true],
    ['2001:db8::/32', 'http://[2001:db8:1::1]', true],
    ['2001:db8::/32', 'http://[2001:db9::1]', false],
    ['10.0.0.0/8', 'http://[::ffff:10.1.2.3]', true],
  ])('%j: %s is exempt: %s', (list, url, exempt) => {
    expect(found(url, { http_proxy: proxy, https_proxy: proxy, no_proxy: list }) === undefined).toBe(exempt);
  });

  it('is looked for in lower case first', () => {
    const both = { https_proxy: proxy, no_proxy: 'b.example', NO_PROXY: 'a.example' };
    expect(found('https://a.example', both)).toBeDefined();
    expect(found('https://a.example', { ...both, no_proxy: '' })).toBeUndefined();
  });
});

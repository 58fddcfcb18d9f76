import type { IncomingHttpHeaders } from 'node:http';
import { describe, expect, it } from 'vitest';
import { refusal, Rules } from '../../../service/http/access.js';
import type { Arrival } from '../../../service/http/arrival.js';

const port = { remotePort: 45130, localPort: 11435 };
const loopback: Arrival = { ends: { remoteAddress: '127.0.0.1', localAddress: '127.0.0.1', ...port }, loopback: true };
const remote: Arrival = { ends: { remoteAddress: '10.0.0.9', localAddress: '10.0.0.5', ...port }, loopback: false };

function rules(listed: { hosts?: string[]; origins?: string[]; proxy?: boolean } = {}): Rules {
  const made = new Rules();
  made.configure({ hosts: [], origins: [], proxy: false, ...listed });
  return made;
}

const listing = rules({
  hosts: ['Models.example.org', '[fd00::1]'],
  origins: ['http://localhost:3000', 'https://app.example:443', 'chrome-extension://abc', 'app://obsidian.md'],
});

/** Its kind, or undefined if it is let in. */
function refused(headers: IncomingHttpHeaders, arrival: Arrival = loopback, by: Rules = rules()) {
  return refusal({ headers: { host: 'localhost', ...headers }, rawHeaders: [], arrival }, by)?.kind;
}

describe('the name by which the broker is called', () => {
  it.each<[host: string | undefined, arrival: Arrival, by: Rules, kind: string | undefined]>([
    ['localhost:11435', loopback, rules(), undefined],
    ['LOCALHOST', loopback, rules(), undefined],
    ['127.0.0.1', loopback, rules(), undefined],
    ['[::1]:11435', loopback, rules(), undefined],
    ['evil.example', loopback, rules(), 'forbidden'],
    ['127.0.0.1.evil.example', loopback, rules(), 'forbidden'],
    ['evil.example:127', loopback, rules(), 'forbidden'],
    ['localhost:11435@evil.example', loopback, rules(), 'forbidden'],
    ['', loopback, rules(), 'forbidden'],
    [undefined, loopback, rules(), 'forbidden'],
    ['models.example.org', loopback, rules(), 'forbidden'],
    ['models.example.org:443', loopback, listing, undefined],
    ['MODELS.example.org', loopback, listing, undefined],
    ['[fd00::1]:443', loopback, listing, undefined],
    ['sub.models.example.org', loopback, listing, 'forbidden'],
    ['10.0.0.5:11435', remote, rules(), undefined],
    ['10.0.0.6:11435', remote, rules(), 'forbidden'],
    ['evil.example', 'unix', rules(), undefined],
  ])('%s', (host, arrival, by, kind) => {
    expect(refused({ host }, arrival, by)).toBe(kind);
  });
});

describe('a request that names its host', () => {
  it.each<[rawHeaders: string[], kind: string | undefined]>([
    [['Host', 'localhost'], undefined],
    [['X-Forwarded-Host', 'evil.example', 'Host', 'localhost', 'Accept', 'host'], undefined],
    [['Host', 'localhost', 'Host', 'localhost'], 'invalid'],
    [['Host', 'localhost', 'Accept', '*/*', 'hOST', 'evil.example'], 'invalid'],
    [['Host', 'localhost', 'host', ''], 'invalid'],
  ])('%j', (rawHeaders, kind) => {
    for (const arrival of [loopback, remote, 'unix'] as const) {
      expect(
        refusal({ headers: { host: arrival === remote ? '10.0.0.5' : 'localhost' }, rawHeaders, arrival }, rules())
          ?.kind,
      ).toBe(kind);
    }
  });
});

describe('web pages', () => {
  it.each<[headers: IncomingHttpHeaders, by: Rules, kind: string | undefined]>([
    [{ origin: 'https://evil.example' }, rules(), 'forbidden'],
    [{ origin: 'null' }, listing, 'forbidden'],
    [{ origin: '' }, listing, 'forbidden'],
    [{ origin: 'http://localhost:11435' }, rules(), 'forbidden'],
    [{ origin: 'http://localhost:3000' }, rules(), 'forbidden'],
    [{ origin: 'http://localhost:3000' }, listing, undefined],
    [{ origin: 'http://localhost:3000', 'sec-fetch-site': 'same-site' }, listing, undefined],
    [{ origin: 'https://app.example' }, listing, undefined],
    [{ origin: 'http://app.example' }, listing, 'forbidden'],
    [{ origin: 'https://app.example.evil.example' }, listing, 'forbidden'],
    [{ origin: 'http://localhost:3000, http://localhost:3000' }, listing, 'forbidden'],
    [{ origin: 'chrome-extension://abc' }, listing, undefined],
    [{ origin: 'app://obsidian.md' }, listing, undefined],
    [{ 'sec-fetch-site': 'cross-site' }, listing, 'forbidden'],
    [{ 'sec-fetch-site': 'same-site' }, listing, 'forbidden'],
    [{ 'sec-fetch-site': 'cross-site, cross-site' }, listing, 'forbidden'],
    [{ 'sec-fetch-site': 'none, cross-site' }, listing, 'forbidden'],
    [{ 'sec-fetch-site': 'something-new' }, listing, 'forbidden'],
    [{ 'sec-fetch-site': 'same-origin' }, rules(), undefined],
    [{ 'sec-fetch-site': 'none' }, rules(), undefined],
  ])('%j', (headers, by, kind) => {
    expect(refused(headers, loopback, by)).toBe(kind);
    expect(refused(headers, 'unix', by)).toBe(kind);
  });

  it.each<[upgrade: string, kind: string | undefined]>([
    ['websocket', 'invalid'],
    ['WebSocket', 'invalid'],
    ['h2c, websocket', 'invalid'],
    ['h2c', undefined],
  ])('an upgrade to %s', (upgrade, kind) => {
    expect(refused({ upgrade })).toBe(kind);
  });
});

describe('a key is needed', () => {
  it.each<[what: string, arrival: Arrival, proxy: boolean, needed: boolean]>([
    ['on loopback', loopback, false, false],
    ['from another machine', remote, false, true],
    ['where it isn’t known from where', { ends: undefined, loopback: false }, false, true],
    ['on loopback behind a proxy, which is who asks there', loopback, true, true],
    ['over the unix socket', 'unix', true, false],
  ])('%s: %s', (_what, arrival, proxy, needed) => {
    expect(rules({ proxy }).needsKey(arrival)).toBe(needed);
  });
});

import { once } from 'node:events';
import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inviteByBrowser } from '../../../service/signIn/browser.ts';
import {
  CodeExpired,
  Denied,
  ProviderBroken,
  ProviderRefused,
  ProviderUnreachable,
  SignInCancelled,
  SignInReplaced,
  SignInTimedOut,
  UnsupportedWay,
  WrongClock,
  WrongRedirect,
} from '../../../service/signIn/errors.ts';
import { Provider } from '../../../service/signIn/provider.ts';
import { Browser } from './browser.ts';
import { Person } from './person.ts';
import { type ProviderOptions, RunningProvider } from './provider.ts';

let provider: RunningProvider;
let person: Person;

beforeEach(async () => {
  await begin();
});
afterEach(async () => {
  await person.signIn.close();
  await provider.stop();
});

/** The same with another provider. */
async function begin(options?: ProviderOptions): Promise<void> {
  await (provider as RunningProvider | undefined)?.stop();
  provider = await RunningProvider.start(options);
  person = new Person(provider.settings);
}

/** An answer in the place of the one that the browser has brought. */
function answer(back: string, fields: Readonly<Record<string, string | undefined>>): string {
  const url = new URL(back);
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) url.searchParams.delete(name);
    else url.searchParams.set(name, value);
  }
  return url.href;
}

/** As no browser does it. */
function send(url: string, method: string, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers: { host } }, (reply) => {
      reply.resume();
      resolve(reply.statusCode ?? 0);
    });
    sent.on('error', reject);
    sent.end();
  });
}

describe('with a browser on this machine', () => {
  it('somebody signs in, is told so, and is known by their name', async () => {
    const { url, code, done } = await person.signIn.begin('browser');
    expect(code).toBeUndefined();
    const back = await person.browser.signIn(url);
    const page = await person.browser.open(back.url);
    await done;
    expect(page).toMatchObject({ status: 200, text: expect.stringContaining('Signed in') as string });
    expect(person.signIn.status).toEqual({ state: 'signedIn', account: 'Ada of the Workshop', problem: '' });
    expect(person.shelf.kept).toHaveLength(1);
  });

  it('asks for what the settings say, with PKCE, state and nonce', async () => {
    person = new Person({ ...provider.settings, audience: 'https://api.example.org' });
    const { url } = await person.signIn.begin('browser');
    expect(Object.fromEntries(new URL(url).searchParams)).toMatchObject({
      client_id: 'broker',
      response_type: 'code',
      scope: 'openid profile email offline_access',
      audience: 'https://api.example.org',
      redirect_uri: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/callback$/) as string,
      code_challenge_method: 'S256',
      code_challenge: expect.stringMatching(/^.{43}$/) as string,
      state: expect.stringMatching(/^.{43}$/) as string,
      nonce: expect.stringMatching(/^.{43}$/) as string,
      prompt: 'consent',
    });
  });

  it('what comes back is an access token that the provider takes', async () => {
    person = await Person.signedIn(provider);
    const authorization = `Bearer ${await person.signIn.accessToken()}`;
    const answered = await fetch(`${provider.issuer}/me`, { headers: { authorization } });
    expect(await answered.json()).toMatchObject({ sub: 'Ada' });
  });

  it('somebody signs in also when they close the page before it is there', async () => {
    const { url, done } = await person.signIn.begin('browser');
    const back = await person.browser.signIn(url);
    let release = (): void => undefined;
    provider.held = new Promise((resolve) => {
      release = resolve;
    });
    const asked = provider.next('/token');
    const sent = request(back.url).end();
    const gone = once(sent, 'error');
    await asked;
    sent.destroy(new Error('closed'));
    await gone;
    release();
    await done;
    expect(person.signIn.status.state).toBe('signedIn');
  });

  it('the port is there only as long as the sign-in', async () => {
    const { url, done } = await person.signIn.begin('browser');
    const back = await person.browser.signIn(url);
    await person.browser.open(back.url);
    await done;
    await expect(fetch(back.url)).rejects.toThrow('fetch failed');
  });

  it('the page keeps the code in its address to itself', async () => {
    const { url } = await person.signIn.begin('browser');
    const { headers } = await fetch((await person.browser.signIn(url)).url);
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
  });
});

describe('an answer that is none ends it, and the browser is told why', () => {
  it.each<
    [what: string, fields: Record<string, string | undefined>, kind: new (...args: never[]) => Error, words: RegExp]
  >([
    ['no code', { code: undefined }, WrongRedirect, /without the code/],
    ['another issuer', { iss: 'https://evil.example.org' }, WrongRedirect, /not from http:\/\/127/],
    ['no issuer, from a provider that names it', { iss: undefined }, WrongRedirect, /not from http:\/\/127/],
    ['a code that isn’t one', { code: 'guessed' }, ProviderRefused, /grant request is invalid \(invalid_grant\)/],
    ['a no', { code: undefined, error: 'access_denied', error_description: 'I said no' }, Denied, /I said no/],
    ['another error', { code: undefined, error: 'invalid_scope' }, ProviderRefused, /refuses: invalid_scope/],
    ['a passing one', { code: undefined, error: 'server_error' }, ProviderUnreachable, /out of order for now/],
    [
      'words that would be more than words',
      { code: undefined, error: 'other', error_description: '<script>\u001b[0m' },
      ProviderRefused,
      /<script> \[0m \(other\)/,
    ],
  ])('%s', async (_what, fields, kind, words) => {
    const { url, done } = await person.signIn.begin('browser');
    const back = await person.browser.signIn(url);
    const page = await person.browser.open(answer(back.url, fields));
    await expect(done).rejects.toThrow(kind);
    await expect(done).rejects.toThrow(words);
    expect(page.status).toBe(400);
    expect(page.text).toContain('Not signed in');
    expect(page.text).not.toContain('<script>');
    expect(person.signIn.status.state).toBe('none');
    expect(person.shelf.kept).toEqual([]);
  });

  it('the code is not told', async () => {
    const { url, done } = await person.signIn.begin('browser');
    const back = await person.browser.signIn(url);
    const code = 'the-code-itself';
    provider.instead = (asked, response) => {
      if (asked.url !== '/token') return false;
      const body = { error: 'invalid_grant', error_description: `${code} was used` };
      response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      return true;
    };
    const page = await person.browser.open(answer(back.url, { code }));
    await expect(done).rejects.toThrow('… was used (invalid_grant)');
    expect(page.text).not.toContain(code);
  });

  it('somebody says no', async () => {
    const { url, done } = await person.signIn.begin('browser');
    const asked = await person.browser.open(url);
    const back = await person.browser.open(`${asked.url}/abort`);
    await person.browser.open(back.url);
    await expect(done).rejects.toThrow(Denied);
  });
});

describe('whoever else comes to the port gets nothing, and disturbs nothing', () => {
  it.each<[what: string, path: string, method: string, host: string | undefined, status: number]>([
    ['another path', '/', 'GET', undefined, 404],
    ['a favourite icon', '/favicon.ico', 'GET', undefined, 404],
    ['another state', '/callback?state=theirs&code=guessed', 'GET', undefined, 400],
    ['no state', '/callback?code=guessed', 'GET', undefined, 400],
    ['a no with another state', '/callback?state=theirs&error=access_denied', 'GET', undefined, 400],
    ['a path that begins so', '/callbacks?state=x', 'GET', undefined, 404],
    ['another method', '/callback?state=x', 'POST', undefined, 405],
    ['another name', '/callback?state=x', 'GET', 'evil.example.org', 403],
    ['localhost', '/callback?state=x', 'GET', 'localhost', 403],
  ])('%s', async (_what, path, method, host, status) => {
    const { url, done } = await person.signIn.begin('browser');
    const back = await person.browser.signIn(url);
    const { origin, host: own } = new URL(back.url);
    expect(await send(origin + path, method, host ?? own)).toBe(status);
    await person.browser.open(back.url);
    await done;
  });

  it('a second answer, while the first is looked at', async () => {
    const { url, done } = await person.signIn.begin('browser');
    const back = await person.browser.signIn(url);
    let release = (): void => undefined;
    provider.held = new Promise((resolve) => {
      release = resolve;
    });
    const asked = provider.next('/token');
    const first = person.browser.open(back.url);
    await asked;
    const second = await new Browser().open(back.url);
    release();
    expect(second).toMatchObject({ status: 409, text: expect.stringContaining('Already answered') as string });
    expect((await first).status).toBe(200);
    await done;
    expect(provider.tokenRequests).toBe(1);
  });
});

describe('with a browser anywhere, by a code', () => {
  beforeEach(() => {
    // The least that the provider can say; it says nothing otherwise, which means 5 s.
    provider.altered = (context) => {
      if (context.path === '/device/auth') Object.assign(context.body as object, { interval: 0.05 });
    };
  });

  it('somebody signs in', async () => {
    const { url, code, done } = await person.signIn.begin('device');
    expect(code).toMatch(/^\w{4}-\w{4}$/);
    await person.browser.enter(url, code ?? '');
    await done;
    expect(person.signIn.status).toEqual({ state: 'signedIn', account: 'Ada of the Workshop', problem: '' });
  });

  it('goes on when the network was away meanwhile', async () => {
    const { url, code, done } = await person.signIn.begin('device');
    await provider.stop();
    await provider.resume();
    await person.browser.enter(url, code ?? '');
    await done;
    expect(person.signIn.status.state).toBe('signedIn');
  });

  it('goes on when the provider is out of order meanwhile', async () => {
    let failures = 3;
    provider.instead = (asked, response) => {
      if (asked.url !== '/token' || failures === 0) return false;
      failures -= 1;
      response.writeHead(503).end();
      return true;
    };
    const { url, code, done } = await person.signIn.begin('device');
    await person.browser.enter(url, code ?? '');
    await done;
    expect(failures).toBe(0);
  });

  it('somebody says no', async () => {
    const { url, code, done } = await person.signIn.begin('device');
    const confirming = await person.browser.submit(await person.browser.open(url), { user_code: code ?? '' });
    const asked = await person.browser.submit(confirming);
    await person.browser.open(`${asked.url}/abort`);
    await expect(done).rejects.toThrow(Denied);
  });

  it('nobody enters the code', async () => {
    provider.altered = (context) => {
      if (context.path === '/device/auth') Object.assign(context.body as object, { expires_in: 0.1 });
    };
    const { done } = await person.signIn.begin('device');
    await expect(done).rejects.toThrow(CodeExpired);
  });

  it('says so where the provider can’t', async () => {
    await begin({ features: { deviceFlow: { enabled: false } } });
    await expect(person.signIn.begin('device')).rejects.toThrow(UnsupportedWay);
    await expect(person.signIn.begin('device')).rejects.toThrow(/sign in with a browser on this machine/);
  });

  it('takes no address that isn’t one for a browser', async () => {
    provider.altered = (context) => {
      if (context.path === '/device/auth')
        Object.assign(context.body as object, { verification_uri: 'file:///bin/sh' });
    };
    await expect(person.signIn.begin('device')).rejects.toThrow(/address for the browser that is not encrypted/);
  });
});

describe('one sign-in at a time', () => {
  it('a new one replaces the one that runs', async () => {
    const first = await person.signIn.begin('browser');
    const second = await person.signIn.begin('browser');
    await expect(first.done).rejects.toThrow(SignInReplaced);
    await person.browser.open((await person.browser.signIn(second.url)).url);
    await second.done;
    expect(person.signIn.status.state).toBe('signedIn');
  });

  it('also one that has only begun to look for the provider', async () => {
    const first = expect(person.signIn.begin('browser')).rejects.toThrow(SignInReplaced);
    const second = await person.signIn.begin('device');
    await first;
    expect(second.code).toBeDefined();
  });

  it.each(['browser', 'device'] as const)('can be cancelled: %s', async (how) => {
    const { done } = await person.signIn.begin(how);
    person.signIn.cancel();
    await expect(done).rejects.toThrow(SignInCancelled);
  });

  it('ends when nobody comes back', async () => {
    const options = { clockTolerance: 300 };
    const found = await Provider.discover(provider.settings, options);
    const { tokens } = await inviteByBrowser(found, new AbortController().signal, 10);
    await expect(tokens).rejects.toThrow(SignInTimedOut);
  });

  it('who is signed in stays so when the next one fails', async () => {
    person = await Person.signedIn(provider);
    const { done } = await person.signIn.begin('browser');
    person.signIn.cancel();
    await expect(done).rejects.toThrow(SignInCancelled);
    expect(person.signIn.status.state).toBe('signedIn');
  });

  it('who signs in next takes their place', async () => {
    person = await Person.signedIn(provider);
    const { url, done } = await person.signIn.begin('browser');
    await person.browser.open((await new Browser().signIn(url, 'Grace')).url);
    await done;
    expect(person.signIn.status.account).toBe('Grace of the Workshop');
  });
});

describe('a provider that fails in the middle', () => {
  /** What comes of it when the browser comes back. */
  async function finished(): Promise<void> {
    const { url, done } = await person.signIn.begin('browser');
    const back = await person.browser.signIn(url);
    await spoil();
    await person.browser.open(back.url);
    await done;
  }
  let spoil = (): Promise<void> => Promise.resolve();

  it('because it is down', async () => {
    spoil = () => provider.stop();
    await expect(finished()).rejects.toThrow(ProviderUnreachable);
  });

  it.each<
    [what: string, status: number, type: string, body: string, kind: new (...args: never[]) => Error, words: RegExp]
  >([
    ['because it is out of order', 502, 'text/html', '', ProviderUnreachable, /out of order for now \(status 502\)/],
    ['because it has too much to do', 429, 'text/html', '', ProviderUnreachable, /status 429/],
    ['with a web page', 200, 'text/html', '<h1>Welcome', ProviderBroken, /not with JSON/],
    ['with a redirect', 302, 'text/html', '', ProviderBroken, /status 302/],
    ['with half an answer', 200, 'application/json', '{"access_token":"abcdef', ProviderBroken, /against the protocol/],
    ['with no token', 200, 'application/json', '{"token_type":"bearer"}', ProviderBroken, /access_token/],
    ['with more than an answer', 200, 'application/json', ' '.repeat(600_000), ProviderUnreachable, /larger than/],
    [
      'with a token of another type',
      200,
      'application/json',
      '{"access_token":"abcdef","token_type":"DPoP","id_token":"a.b.c"}',
      ProviderBroken,
      /./,
    ],
  ])('%s', async (_what, status, type, body, kind, words) => {
    spoil = () => {
      provider.instead = (asked, response) => {
        if (asked.url !== '/token') return false;
        response.writeHead(status, { 'content-type': type, location: '/elsewhere' }).end(body);
        return true;
      };
      return Promise.resolve();
    };
    const outcome = finished();
    await expect(outcome).rejects.toThrow(kind);
    await expect(outcome).rejects.toThrow(words);
    await expect(outcome).rejects.not.toThrow('abcdef');
    expect(provider.asked).not.toContain('/elsewhere');
  });
});

describe('a clock that is wrong is named', () => {
  it.each([
    [-3 * 3600, /clock is 3 hours ahead of that of .* Set the clock/],
    [-2 * 60, undefined],
    [3600, undefined],
  ])('that of the provider is %i s off', async (seconds, words) => {
    provider.altered = (context) => {
      if (context.path !== '/token') return;
      const body = context.body as { id_token: string };
      const [head = '', payload = '', signature = ''] = body.id_token.split('.');
      const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { iat: number; exp: number };
      const moved = { ...claims, iat: claims.iat + seconds, exp: claims.exp + seconds };
      body.id_token = [head, Buffer.from(JSON.stringify(moved)).toString('base64url'), signature].join('.');
    };
    const { url, done } = await person.signIn.begin('browser');
    await person.browser.open((await person.browser.signIn(url)).url);
    if (words === undefined) {
      await done;
    } else {
      await expect(done).rejects.toThrow(WrongClock);
      await expect(done).rejects.toThrow(words);
    }
  });
});

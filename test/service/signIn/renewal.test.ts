import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  NotSignedIn,
  RenewalFailed,
  SessionExpired,
  SessionRefused,
  TokenNotAccepted,
} from '../../../service/signIn/errors.ts';
import { Browser } from './browser.ts';
import { Person } from './person.ts';
import { RunningProvider } from './provider.ts';

let provider: RunningProvider;
let person: Person;

beforeEach(async () => {
  provider = await RunningProvider.start();
  person = await Person.signedIn(provider);
});
afterEach(async () => {
  await person.signIn.close();
  await provider.stop();
});

const token = (): Promise<string> => person.signIn.accessToken();

/** Whether the provider takes an access token. */
async function works(accessToken: string): Promise<boolean> {
  const answer = await fetch(`${provider.issuer}/me`, { headers: { authorization: `Bearer ${accessToken}` } });
  await answer.body?.cancel();
  return answer.ok;
}

/** Answers requests for tokens in the provider's place. */
function tokenAnswer(status: number, body: object): void {
  provider.instead = (asked, response) => {
    if (asked.url !== '/token') return false;
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    return true;
  };
}

/** A promise, and what settles it. */
function gate(): { readonly held: Promise<void>; readonly release: () => void } {
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  return { held, release };
}

describe('an access token', () => {
  it('is used as long as it is valid', async () => {
    const first = await token();
    person.clock.pass(3000);
    expect(await token()).toBe(first);
    expect(provider.tokenRequests).toBe(1);
  });

  it('is renewed when it is over', async () => {
    const first = await token();
    person.clock.pass(3600);
    const second = await token();
    expect(second).not.toBe(first);
    expect(await works(second)).toBe(true);
  });

  it('is renewed once, however many requests wait for it', async () => {
    person.clock.pass(3600);
    const tokens = await Promise.all(Array.from({ length: 50 }, token));
    expect(new Set(tokens).size).toBe(1);
    expect(provider.tokenRequests).toBe(2);
  });

  it('is renewed ahead while requests go on with it', async () => {
    const first = await token();
    person.clock.pass(3545);
    const { held, release } = gate();
    person.shelf.held = held;
    expect(await token()).toBe(first);
    release();
    await person.until(() => person.shelf.kept.length === 2 && person.signIn.status.problem === '');
    expect(await token()).not.toBe(first);
  });

  it('is renewed time and again, with each refresh token used once', async () => {
    for (let round = 0; round < 5; round += 1) {
      person.clock.pass(3600);
      expect(await works(await token())).toBe(true);
    }
    expect(
      new Set(person.shelf.kept.map((kept) => (JSON.parse(kept) as { refreshToken: string }).refreshToken)).size,
    ).toBe(6);
  });

  it('is renewed when the machine slept longer than it is valid', async () => {
    const first = await token();
    person.clock.set(8 * 3600);
    expect(await token()).not.toBe(first);
  });

  it.each([3600, -3600])('does not depend on the clock being right: it is %i s off from the start', async (seconds) => {
    const other = new Person(provider.settings);
    other.clock.set(seconds);
    const { url, done } = await other.signIn.begin('browser');
    await other.browser.open((await other.browser.signIn(url)).url);
    await done;
    const first = await other.signIn.accessToken();
    other.clock.pass(3000);
    expect(await other.signIn.accessToken()).toBe(first);
    other.clock.pass(600);
    expect(await other.signIn.accessToken()).not.toBe(first);
  });

  it('is renewed though the clocks have come apart so far that an ID token would not be valid', async () => {
    provider.altered = (context) => {
      if (context.path !== '/token') return;
      const body = context.body as { id_token: string };
      const [head = '', payload = '', signature = ''] = body.id_token.split('.');
      const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
      const moved = Buffer.from(JSON.stringify({ ...claims, iat: 1, exp: 2 })).toString('base64url');
      body.id_token = [head, moved, signature].join('.');
    };
    person.clock.pass(3600);
    expect(await works(await token())).toBe(true);
  });
});

describe('after a restart', () => {
  /** The same person, with what was kept. */
  function restarted(): Person {
    const again = new Person(provider.settings);
    again.signIn.load(person.shelf.stored);
    return again;
  }

  it('they are signed in as before, and nobody is asked', async () => {
    const before = provider.asked.length;
    const again = restarted();
    expect(again.signIn.status).toEqual({ state: 'signedIn', account: 'Ada of the Workshop', problem: '' });
    expect(await again.signIn.accessToken()).toBe(await token());
    expect(provider.asked).toHaveLength(before);
  });

  it('the session is renewed where it is over', async () => {
    const again = restarted();
    again.clock.pass(7200);
    again.signIn.load(person.shelf.stored);
    expect(await works(await again.signIn.accessToken())).toBe(true);
  });

  it('nothing stored means nobody is signed in', async () => {
    const again = new Person(provider.settings);
    again.signIn.load(undefined);
    expect(again.signIn.status.state).toBe('none');
    await expect(again.signIn.accessToken()).rejects.toThrow(NotSignedIn);
  });

  it('what is no session is told, and stays where it is', async () => {
    const again = new Person(provider.settings);
    again.shelf.stored = '{"accessToken":"abcdef"';
    again.signIn.load(again.shelf.stored);
    expect(again.signIn.status).toMatchObject({
      state: 'refused',
      problem: expect.stringMatching(/not JSON. Sign in again/) as string,
    });
    await expect(again.signIn.accessToken()).rejects.toThrow(SessionRefused);
    expect(again.shelf.stored).toBe('{"accessToken":"abcdef"');
  });

  it('another provider never sees what this one gave', async () => {
    const other = await RunningProvider.start();
    const again = new Person(other.settings);
    again.signIn.load(person.shelf.stored);
    again.clock.pass(7200);
    await expect(again.signIn.accessToken()).rejects.toThrow(/made by another provider/);
    expect(other.asked).toEqual([]);
    await other.stop();
  });
});

describe('what was renewed is kept before it is used', () => {
  it('and used only then', async () => {
    const { held, release } = gate();
    person.shelf.held = held;
    person.clock.pass(3600);
    const order: string[] = [];
    const keeping = person.shelf.next();
    const used = token().then(() => order.push('used'));
    await keeping;
    // Whoever does not wait would be through by now.
    await new Promise(setImmediate);
    order.push('kept');
    release();
    await used;
    expect(order).toEqual(['kept', 'used']);
    expect(person.shelf.kept).toHaveLength(2);
  });

  it('where it can’t be, that is told, requests go on, and it is tried again', async () => {
    person.shelf.problem = 'the keyring is locked';
    person.clock.pass(3600);
    expect(await works(await token())).toBe(true);
    expect(person.signIn.status).toMatchObject({
      state: 'signedIn',
      problem: expect.stringMatching(/could not be kept.*the keyring is locked/) as string,
    });
    person.shelf.problem = undefined;
    await token();
    expect(person.shelf.kept).toHaveLength(1);
    person.clock.pass(5);
    await token();
    await person.until(() => person.signIn.status.problem === '');
    expect(person.shelf.kept).toHaveLength(2);
  });

  it('also when it is closed meanwhile', async () => {
    person.clock.pass(3600);
    const asked = provider.next('/token');
    const renewed = token();
    await asked;
    await person.signIn.close();
    expect(person.shelf.kept).toHaveLength(2);
    await renewed;
  });
});

describe('a provider that does not renew the session', () => {
  it('because its refresh token was used before: somebody has to sign in again', async () => {
    const stale = person.shelf.stored;
    person.clock.pass(3600);
    await token();
    person.signIn.load(stale);
    await expect(token()).rejects.toThrow(SessionRefused);
    await expect(token()).rejects.toThrow(/The session is over, sign in again.*\(invalid_grant\)/);
    expect(person.signIn.status).toMatchObject({ state: 'refused', account: 'Ada of the Workshop' });
    expect(person.shelf.stored).toBeDefined();
  });

  it('is not asked again', async () => {
    tokenAnswer(400, { error: 'invalid_grant' });
    person.clock.pass(3600);
    await expect(token()).rejects.toThrow(SessionRefused);
    person.clock.pass(60);
    await expect(token()).rejects.toThrow(SessionRefused);
    expect(provider.tokenRequests).toBe(2);
  });

  it('and who signs in again is signed in', async () => {
    tokenAnswer(400, { error: 'invalid_grant' });
    person.clock.pass(3600);
    await expect(token()).rejects.toThrow(SessionRefused);
    provider.instead = undefined;
    const { url, done } = await person.signIn.begin('browser');
    await person.browser.open((await new Browser().signIn(url)).url);
    await done;
    expect(await works(await token())).toBe(true);
  });

  it('tells why in words, without what it was sent', async () => {
    const secret = person.refreshToken;
    tokenAnswer(400, { error: 'invalid_grant', error_description: `The token ${secret}\u0000 is ${'x'.repeat(500)}` });
    person.clock.pass(3600);
    const failed = token();
    await expect(failed).rejects.toThrow(/The token … is x{50,}…/);
    const error = await failed.catch((reason: unknown) => reason as Error);
    expect(`${JSON.stringify(person.signIn.status)}${String(error)}${JSON.stringify(error)}`).not.toContain(secret);
    expect(error).not.toHaveProperty('cause');
  });

  it('because it gave no refresh token: the session is over with the access token', async () => {
    const settings = { ...provider.settings, scopes: ['openid', 'profile'] };
    person = await Person.signedIn(provider, settings);
    expect(await works(await token())).toBe(true);
    person.clock.pass(3600);
    await expect(token()).rejects.toThrow(SessionExpired);
    expect(person.signIn.status).toMatchObject({ state: 'expired', account: 'Ada of the Workshop' });
  });
});

describe('a provider that can’t be asked', () => {
  it('does no harm as long as the access token is valid', async () => {
    const first = await token();
    person.clock.pass(3590);
    await provider.stop();
    expect(await token()).toBe(first);
    await person.until(() => person.signIn.status.problem !== '');
    expect(person.signIn.status).toMatchObject({
      state: 'signedIn',
      problem: expect.stringMatching(/could not be renewed.*Nothing is listening there/) as string,
    });
    expect(await token()).toBe(first);
  });

  it('is told when it is over, and asked again with a later request', async () => {
    await provider.stop();
    person.clock.pass(3600);
    await expect(token()).rejects.toThrow(RenewalFailed);
    await provider.resume();
    const before = provider.asked.length;
    person.clock.pass(4);
    await expect(token()).rejects.toThrow(/could not be renewed, which is tried again with the next request/);
    expect(provider.asked).toHaveLength(before);
    person.clock.pass(1);
    expect(await works(await token())).toBe(true);
    expect(person.signIn.status.problem).toBe('');
  });

  it.each<[what: string, status: number, body: object]>([
    ['out of order', 503, {}],
    ['too much to do', 429, { error: 'slow_down' }],
    ['an error of its own', 500, { error: 'server_error' }],
    ['an answer that is none', 200, { token_type: 'bearer' }],
    ['a firewall’s refusal', 403, {}],
  ])('keeps the session: %s', async (_what, status, body) => {
    person.clock.pass(3600);
    tokenAnswer(status, body);
    await expect(token()).rejects.toThrow(RenewalFailed);
    provider.instead = undefined;
    person.clock.pass(5);
    expect(await works(await token())).toBe(true);
  });
});

describe('an access token that an API refuses', () => {
  it('is renewed once, however many requests were refused', async () => {
    const first = await token();
    const tokens = await Promise.all(Array.from({ length: 50 }, () => person.signIn.renew(first)));
    expect(new Set(tokens).size).toBe(1);
    expect(tokens[0]).not.toBe(first);
    expect(await person.signIn.renew(first)).toBe(tokens[0]);
    expect(provider.tokenRequests).toBe(2);
  });

  it('is not renewed time and again where the next one is refused too', async () => {
    const second = await person.signIn.renew(await token());
    await expect(person.signIn.renew(second)).rejects.toThrow(TokenNotAccepted);
    expect(provider.tokenRequests).toBe(2);
    person.clock.pass(30);
    expect(await person.signIn.renew(second)).not.toBe(second);
  });
});

describe('signing out', () => {
  it('ends it here and at the provider', async () => {
    const { stored } = person.shelf;
    expect(await person.signIn.signOut()).toBe('');
    expect(person.signIn.status).toEqual({ state: 'none', account: '', problem: '' });
    expect(person.shelf.stored).toBeUndefined();
    await expect(token()).rejects.toThrow(NotSignedIn);
    person.signIn.load(stored);
    person.clock.pass(3600);
    await expect(token()).rejects.toThrow(SessionRefused);
  });

  it('ends it here also where the provider can’t be reached, which is told', async () => {
    await provider.stop();
    expect(await person.signIn.signOut()).toMatch(/could not be told, and the session may go on there/);
    expect(person.shelf.stored).toBeUndefined();
    expect(person.signIn.status.state).toBe('none');
  });

  it('ends it here also where the keyring does not take part, which is told', async () => {
    person.shelf.problem = 'the keyring is locked';
    expect(await person.signIn.signOut()).toBe('The stored session could not be removed: the keyring is locked');
    expect(provider.asked).toContain('/token/revocation');
    await expect(token()).rejects.toThrow(NotSignedIn);
  });

  it('says so where the provider can’t be told', async () => {
    const other = await RunningProvider.start({ features: { revocation: { enabled: false } } });
    person = await Person.signedIn(other);
    expect(await person.signIn.signOut()).toMatch(/no way to be told/);
    expect(person.shelf.stored).toBeUndefined();
    await other.stop();
  });

  it('ends what is being renewed as well', async () => {
    const { held, release } = gate();
    const told: (string | undefined)[] = [];
    provider.altered = ({ path, body, oidc }) => {
      if (path === '/token') told.push((body as { refresh_token: string }).refresh_token);
      if (path === '/token/revocation') told.push(oidc?.params?.token);
    };
    person.clock.pass(3600);
    const asked = provider.next('/token');
    const waiting = token();
    await asked;
    provider.held = held;
    const out = person.signIn.signOut();
    release();
    await expect(waiting).rejects.toThrow(NotSignedIn);
    expect(await out).toBe('');
    const [given, revoked] = told;
    expect(revoked).toBe(given);
    expect(person.shelf.kept).toHaveLength(1);
    expect(person.shelf.stored).toBeUndefined();
  });

  it('removes what is no session', async () => {
    person.shelf.stored = 'garbage';
    person.signIn.load('garbage');
    expect(await person.signIn.signOut()).toBe('');
    expect(person.shelf.stored).toBeUndefined();
  });
});

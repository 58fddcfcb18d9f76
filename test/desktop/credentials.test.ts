import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OpenaiStandIn } from '../upstreams/openai.ts';
import { Browser } from '../service/signIn/browser.ts';
import { RunningProvider } from '../service/signIn/provider.ts';
import { Broker } from './lab/broker.ts';
import { DesktopBrowser } from './lab/browser.ts';
import { useDesktop } from './lab/desktop.ts';
import { Keyring } from './lab/keyring.ts';
import { Panel } from './lab/panel.ts';
import { Preferences, type Thing } from './lab/preferences.ts';
import { Settings } from './lab/settings.ts';
import { untilIt } from './lab/wait.ts';

const desktop = useDesktop();
const provider = new OpenaiStandIn();
const token = 'sk-Desktop_42';
const password = 'correct horse';
/** By which the keyring finds the token of the connection. */
const attributes = { 'xdg:schema': 'online.cloudtolocalllm.Token', connection: 'provider', type: 'token' };
let panel: Panel, preferences: Preferences, settings: Settings, broker: Broker, keyring: Keyring;
let identity: RunningProvider, browser: DesktopBrowser;

beforeAll(async () => {
  panel = new Panel(desktop.shell);
  preferences = new Preferences(desktop);
  settings = new Settings(desktop.machine);
  broker = new Broker(desktop.machine);
  keyring = new Keyring(desktop.machine, desktop.shell);
  browser = new DesktopBrowser(desktop.machine);
  await browser.install();
  identity = await RunningProvider.start();
  provider.token = token;
  await provider.start();
  await keyring.create(password);
  const url = `${provider.origin}/v1`;
  await settings.setConnections([{ id: 'provider', name: 'My Provider', kind: 'openai', url, place: 'cloud' }]);
});
afterAll(async () => {
  await provider.stop();
  await identity.stop();
});

/** Waits until the connection's credentials are in this state for everybody on the bus. */
const becomes = (state: string): Promise<string> =>
  untilIt(
    `the token to be ${state}`,
    () => broker.connectionProperty<string>('provider', 'TokenState'),
    (now) => now === state,
  );

/** Waits until the open menu has a line that begins with this text. */
const offers = (text: string) =>
  untilIt(
    `“${text}” in the menu`,
    () => panel.lines(),
    (lines) => lines.some((line) => line.texts[0] === text),
  );

/** Waits until a key of the connection has this value, in GVariant's text form. */
const settles = (key: string, value: string): Promise<string> =>
  untilIt(
    `${key} in the settings`,
    () => settings.get(key, 'provider'),
    (now) => now === value,
  );

/** Whether a token can be entered; GTK names the row, of which the entry is a part, twice. */
async function takesToken(): Promise<boolean | undefined> {
  const things = await preferences.things();
  return things.find(({ name }) => name === 'New Token New Token')?.states.includes('sensitive');
}

/** What stands in the entry of the token. */
const entered = (things: readonly Thing[]): string | undefined =>
  things.find(({ role, name }) => role.endsWith('text') && name === 'New Token')?.text;

describe('a token in the preferences', () => {
  it('can’t be entered while the broker doesn’t run, which is said', async () => {
    await broker.systemctl('stop');
    await preferences.open();
    await preferences.click('My Provider');
    await preferences.shows('The broker isn’t running');
    expect(await takesToken()).toBe(false);
    await desktop.shell.picture('credentials-not-running');
  });

  it('may be in the keyring, which is locked, once the broker runs', async () => {
    await preferences.press('Start the Broker');
    await preferences.shows('The keyring is locked');
    expect(await takesToken()).toBe(true);
    await desktop.shell.picture('credentials-locked');
  });

  it('is refused in the broker’s words if it can’t be one, and nothing of it stays', async () => {
    await preferences.enter('New Token', 'two words');
    const things = await preferences.shows('The token wasn’t kept: the token holds characters that no token has');
    expect(entered(things)).toBe('');
    await desktop.shell.picture('credentials-not-kept');
  });

  it('is kept in the keyring, which asks to be unlocked, and nowhere else', async () => {
    await preferences.enter('New Token', token);
    await keyring.answer(password);
    await becomes('stored');
    const things = await preferences.shows('In the keyring');
    expect(entered(things)).toBe('');
    expect(await keyring.lookUp(attributes)).toBe(token);
    expect(await desktop.machine.asUser(['dconf', 'dump', '/'])).not.toContain(token);
    await desktop.shell.picture('credentials-kept');
  });

  it('is reached with the keyboard alone, like all that can be done about it', async () => {
    await preferences.click('Name');
    const passed = await preferences.tabTo('Remove Connection');
    const wanted = ['Authorization', 'Remove', 'New Token'];
    expect(passed.filter((name) => wanted.includes(name))).toEqual(wanted);
  });

  it('can be unlocked again after the keyring was locked', async () => {
    await keyring.lock();
    await preferences.shows('The keyring is locked');
    await preferences.press('Unlock');
    await keyring.answer(password);
    await preferences.shows('In the keyring');
  });

  it('is removed once that is confirmed', async () => {
    await preferences.press('Remove');
    await preferences.shows('Remove the Token?');
    await desktop.shell.picture('credentials-removal');
    // The question's own button, since the focus is there.
    await preferences.tabTo('Remove');
    await preferences.confirm();
    await preferences.shows(
      `None, and one is needed\n${provider.origin}/v1 does not accept the token, or wants one (status 401)`,
    );
    expect(await keyring.lookUp(attributes)).toBeNull();
  });
});

describe('signing in, in the preferences', () => {
  beforeAll(() => {
    // What the provider of the sign-in gives is another's to check.
    provider.token = undefined;
  });
  afterAll(() => {
    provider.token = token;
  });

  it('wants a provider that nobody can listen to, and writes nothing before all is there', async () => {
    await preferences.pick('Authorization', 2);
    await preferences.enter('Provider', 'http://login.example.org');
    await preferences.shows('The address begins with https://');
    await preferences.enter('The address begins with https://', identity.issuer);
    await preferences.shows('Not set up yet');
    expect(await settings.get('sign-in-issuer', 'provider')).toBe("''");
    await desktop.shell.picture('credentials-not-set-up');
  });

  it('is chosen by what it needs', async () => {
    await preferences.enter('Client', 'broker');
    await settles('sign-in-client', "'broker'");
    await settles('sign-in-issuer', `'${identity.issuer}'`);
    await preferences.enter('Scopes', 'profile email');
    await settles('sign-in-scopes', "['profile', 'email']");
    await preferences.shows('Not signed in');
  });

  it('waits for the person in the browser, and says who has signed in', async () => {
    await preferences.tabTo('Sign In');
    await desktop.shell.picture('credentials-not-signed-in');
    await preferences.confirm();
    const address = await browser.address();
    await preferences.shows('Waiting for you to sign in…');
    await preferences.shows(address);
    await desktop.shell.picture('credentials-waiting');
    const person = new Browser();
    await person.open((await person.signIn(address)).url);
    await preferences.shows('Signed in as Ada of the Workshop');
    await desktop.shell.picture('credentials-signed-in');
  });

  it('is undone by signing out', async () => {
    await preferences.press('Sign Out');
    await preferences.shows('Not signed in');
    await becomes('missing');
  });

  it('can be given up while it waits', async () => {
    await preferences.click('Sign In');
    await browser.address();
    await preferences.shows('Waiting for you to sign in…');
    await preferences.press('Cancel');
    await preferences.shows('Not signed in');
  });

  it('works with a code on another device', async () => {
    await preferences.click('Sign In With a Code');
    const things = await preferences.shows('Open the address on any device, and enter the code');
    const code = things.map(({ text }) => text).find((text) => /^[A-Z]{4}-[A-Z]{4}$/.test(text)) ?? '';
    await desktop.shell.picture('credentials-code');
    await preferences.press('Copy the Code');
    await preferences.shows('Copied');
    await new Browser().enter(`${identity.issuer}/device`, code);
    await preferences.shows('Signed in as Ada of the Workshop');
    await preferences.press('Sign Out');
    await preferences.shows('Not signed in');
  });

  it('tells why it can’t begin', async () => {
    await identity.stop();
    await preferences.click('Sign In');
    const wanted = 'Signing in didn’t begin: ';
    await untilIt(
      'the reason in the window',
      () => preferences.things(),
      (things) => things.some(({ text }) => text.startsWith(wanted)),
    );
    await desktop.shell.picture('credentials-no-provider');
    await identity.resume();
  });

  it('is offered in the menu, too', async () => {
    await preferences.close();
    await panel.open();
    await offers('Sign In');
    await desktop.shell.picture('menu-not-signed-in');
    await panel.press('Sign In');
    const person = new Browser();
    await person.open((await person.signIn(await browser.address())).url);
    await becomes('stored');
  });

  it('is given up for a token once nobody is signed in', async () => {
    await preferences.darken();
    await preferences.open();
    await preferences.click('My Provider');
    await preferences.shows('Sign out first to change it');
    await desktop.shell.picture('credentials-signed-in-dark');
    await preferences.press('Sign Out');
    await preferences.shows('Not signed in');
    await preferences.click('Name');
    await preferences.pick('Authorization', 1);
    await settles('sign-in-issuer', "''");
    await preferences.shows('New Token');
    await preferences.shows('None, and one is needed');
    await desktop.shell.picture('credentials-dark');
    await preferences.close();
  });
});

describe('the menu', () => {
  it('offers to set a token that is missing, and opens the preferences', async () => {
    await panel.open();
    await offers('Set a Token');
    await desktop.shell.picture('menu-no-token');
    await panel.press('Set a Token');
    // The connection’s own page, not the list of all.
    await preferences.shows('Authorization');
    await preferences.enter('New Token', token);
    await becomes('stored');
    await preferences.close();
  });

  it('offers to unlock the keyring, and has nothing to offer once that is done', async () => {
    await keyring.lock();
    await becomes('locked');
    await panel.open();
    const lines = await offers('Unlock the Keyring');
    expect(lines.find(({ texts }) => texts[0] === 'Unlock the Keyring')?.name).toBe('Unlock the Keyring, My Provider');
    await desktop.shell.picture('menu-locked');
    await panel.press('Unlock the Keyring');
    await keyring.answer(password);
    await becomes('stored');
    await panel.open();
    expect((await panel.lines()).map(({ texts }) => texts[0])).not.toContain('Unlock the Keyring');
    await panel.close();
  });

  it('says so when the person would not unlock the keyring', async () => {
    await keyring.lock();
    await becomes('locked');
    await panel.open();
    await panel.press('Unlock the Keyring');
    await keyring.dismiss();
    const wanted = 'The keyring wasn’t unlocked: ';
    await panel.open();
    await untilIt(
      'the reason in the menu',
      () => panel.lines(),
      ([header]) => header?.texts[1]?.startsWith(wanted) === true,
    );
    await desktop.shell.picture('menu-not-unlocked');
    await panel.close();
  });
});

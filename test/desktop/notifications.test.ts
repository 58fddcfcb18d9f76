import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ManagedOllama } from '../upstreams/managed.ts';
import { OpenaiStandIn } from '../upstreams/openai.ts';
import { Broker } from './lab/broker.ts';
import { useDesktop, uuid } from './lab/desktop.ts';
import { Keyring } from './lab/keyring.ts';
import { Panel } from './lab/panel.ts';
import { Preferences } from './lab/preferences.ts';
import { Settings } from './lab/settings.ts';
import { Tray } from './lab/tray.ts';
import { until, untilIt } from './lab/wait.ts';

const desktop = useDesktop();
const ollama = new ManagedOllama();
const provider = new OpenaiStandIn();
const password = 'correct horse';
let panel: Panel, preferences: Preferences, settings: Settings, broker: Broker, keyring: Keyring, tray: Tray;

beforeAll(async () => {
  panel = new Panel(desktop.shell);
  preferences = new Preferences(desktop);
  settings = new Settings(desktop.machine);
  broker = new Broker(desktop.machine);
  keyring = new Keyring(desktop.machine, desktop.shell);
  tray = new Tray(desktop.shell);
  await ollama.start();
  await provider.start();
  await keyring.create(password);
  await settings.setConnections([
    { id: 'own', name: 'Local Ollama', kind: 'ollama', url: ollama.origin },
    { id: 'cloud', name: 'My Provider', kind: 'openai', url: `${provider.origin}/v1`, place: 'cloud' },
  ]);
  await broker.systemctl('start');
});
// Each begins as after logging in: all is well, and nothing was told.
beforeEach(async () => {
  await desktop.machine.asUser(['gnome-extensions', 'disable', uuid]);
  for (const kind of ['failover', 'credentials', 'pulls']) await settings.set(`notify-${kind}`, 'true');
  ollama.breaks = undefined;
  await ollama.stop();
  await ollama.start();
  provider.token = undefined;
  await unlockKeyring();
  await desktop.machine.asUser(['cloudtolocalllm', 'token', 'clear', 'cloud']);
  await tryNow('own');
  await tryNow('cloud');
  await desktop.enableExtension();
  await shows('connected');
  await looked();
  expect(await tray.list()).toEqual([]);
});
afterAll(async () => {
  await ollama.stop();
  await provider.stop();
});

/** Waits until the panel shows this picture. */
async function shows(icon: string): Promise<void> {
  await untilIt(
    `the icon “${icon}”`,
    () => panel.indicator(),
    (state) => state?.icon === icon,
    { limit: 30 },
  );
}

/** Has the broker try a connection now, as a person may who wonders. */
async function tryNow(id: string): Promise<void> {
  await desktop.machine.tryAsUser(['cloudtolocalllm', 'test', id]);
}

/** Waits until the extension has looked at what it was told up to now: a timer of its kind that begins later ends later. */
async function looked(): Promise<void> {
  await desktop.shell.evaluate(
    `await new Promise((resolve) => GLib.timeout_add(GLib.PRIORITY_LOW, 500, () => resolve()));`,
  );
}

/** Has the own server fetch a model, and lets it. */
async function pull(model: string, breaks?: 'error'): Promise<void> {
  let go = (): void => undefined;
  ollama.until = new Promise<void>((resolve) => (go = resolve));
  ollama.breaks = breaks;
  await broker.pull('own', model);
  await looked();
  go();
}

/** Unlocks the keyring, if it is locked. */
async function unlockKeyring(): Promise<void> {
  if (await keyring.isLocked()) await Promise.all([broker.call('Unlock'), keyring.answer(password)]);
}

/** Has the broker keep a token for the provider. */
async function setToken(token: string): Promise<void> {
  await desktop.machine.asUser(['cloudtolocalllm', 'token', 'set', 'cloud'], { input: token });
}

describe('a notification', () => {
  it('tells that a provider has taken over, and that the own server is back', async () => {
    await ollama.stop();
    await tryNow('own');
    await tray.tells('My Provider answers now');
    await desktop.shell.picture('notification-failover');
    await tray.point();
    await desktop.shell.picture('notification-failover-open');

    await ollama.start();
    await tray.press('Try Again');

    await tray.tells('Local Ollama answers again');
    await desktop.shell.picture('notification-back');
    await tray.lists('Local Ollama answers again');
    // It isn't kept.
    await tray.lists();
  });

  it('of what comes again within minutes is only listed, goes when it is turned off, and when it isn’t true any more', async () => {
    await ollama.stop();
    await tryNow('own');
    await tray.tells('My Provider answers now');
    await ollama.start();
    await tryNow('own');
    await tray.tells('Local Ollama answers again');

    await ollama.stop();
    await tryNow('own');
    await tray.lists('My Provider answers now');
    expect(await tray.banner()).toBeNull();

    await settings.set('notify-failover', 'false');
    await tray.lists();
    await settings.set('notify-failover', 'true');
    await tray.lists('My Provider answers now');
    await tray.toggleList();
    await desktop.shell.picture('notification-list');
    await tray.toggleList();

    await ollama.start();
    await tryNow('own');
    await tray.lists();
  });

  it('tells that the keyring is locked, and unlocks it', async () => {
    await keyring.lock();
    provider.token = 'sk-Desktop_42';
    await tryNow('cloud');
    await tray.tells('The keyring is locked');
    await tray.point();
    await desktop.shell.picture('notification-keyring');

    await tray.press('Unlock the Keyring');

    await keyring.answer(password);
    expect(await keyring.isLocked()).toBe(false);
    await tray.lists('My Provider wants a token');
  });

  it('tells that a provider wants a token, leads to where one is set, and goes when it is', async () => {
    provider.token = 'sk-Desktop_42';
    await tryNow('cloud');
    await tray.tells('My Provider wants a token');
    await tray.lists('My Provider wants a token');
    await tray.point();
    await desktop.shell.picture('notification-credentials');

    await tray.press('Set a Token');

    try {
      await preferences.opens('New Token');
      await preferences.shows('My Provider');
    } finally {
      await preferences.close();
    }
    await setToken('sk-Desktop_42');
    await shows('connected');
    await tray.lists();
  });

  it('of what was so before is only listed when the extension comes back, as it does when the screen is unlocked', async () => {
    await setToken('sk-Desktop_42');
    provider.token = 'sk-another';
    await tryNow('cloud');
    await tray.tells('My Provider refuses the token');
    await settings.set('notify-credentials', 'false');
    await tray.lists();
    await settings.set('notify-credentials', 'true');
    await tray.lists('My Provider refuses the token');

    await desktop.machine.asUser(['gnome-extensions', 'disable', uuid]);
    await tray.lists();
    await desktop.enableExtension();
    await tray.lists('My Provider refuses the token');
    expect(await tray.banner()).toBeNull();

    provider.token = 'sk-Desktop_42';
    await tryNow('cloud');
    await tray.lists();
  });

  it('tells that a model is there', async () => {
    await pull('gemma3:4b');
    await tray.tells('“gemma3:4b” is there');
    await desktop.shell.picture('notification-pulled');
    await settings.set('notify-pulls', 'false');
    await tray.lists();
  });

  it('tells why a model isn’t there, and tries again', async () => {
    await pull('gemma3:12b', 'error');
    await tray.tells('“gemma3:12b” wasn’t pulled');
    await tray.point();
    await desktop.shell.picture('notification-not-pulled');
    ollama.breaks = undefined;
    const before = ollama.managed.length;

    await tray.press('Try Again');

    await until('the server to be asked again', () => ollama.managed.length > before);
    await tray.tells('“gemma3:12b” is there');
  });

  it('tells once that broker and extension are of different versions', async () => {
    const metadata = `.local/share/gnome-shell/extensions/${uuid}/metadata.json`;
    const original = await desktop.machine.asUser(['cat', metadata]);
    try {
      await desktop.machine.asUser(['sed', '-i', 's/"version-name": ".*"/"version-name": "3.9.0"/', metadata]);
      // What is told while the shell comes up would be over before it can be looked at.
      await desktop.machine.asUser(['gnome-extensions', 'disable', uuid]);
      await desktop.shell.restart();
      await desktop.enableExtension();
      const title = 'Broker and panel are of different versions';
      await tray.tells(title);
      await tray.point();
      await desktop.shell.picture('notification-versions');
      expect(await settings.get('told-versions')).toMatch(/ 3\.9\.0'$/);

      await desktop.machine.asUser(['gnome-extensions', 'disable', uuid]);
      await tray.lists();
      await desktop.enableExtension();
      await shows('connected');
      await looked();
      expect(await tray.list()).toEqual([]);
    } finally {
      await desktop.machine.asUser(['tee', metadata], { input: original });
      await settings.reset('told-versions');
      await desktop.shell.restart();
    }
  });
});

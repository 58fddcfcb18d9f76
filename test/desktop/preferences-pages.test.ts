import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OllamaStandIn } from '../upstreams/ollama.ts';
import { Broker } from './lab/broker.ts';
import { useDesktop } from './lab/desktop.ts';
import { Preferences } from './lab/preferences.ts';
import { Settings } from './lab/settings.ts';
import { untilIt } from './lab/wait.ts';

const desktop = useDesktop();
const ollama = new OllamaStandIn();
let preferences: Preferences, settings: Settings, broker: Broker;

/** Each page, and something that only it shows. */
const pages = [
  ['connections', 'Found on This Machine'],
  ['credentials', 'Tokens and what signing in gives are in the keyring, and are never shown.'],
  ['models', 'Add a Name'],
  ['routing', 'Load and Time-outs'],
  ['desktop', 'Chat Application'],
  ['service', 'When Something Goes Wrong'],
] as const;

beforeAll(async () => {
  preferences = new Preferences(desktop);
  settings = new Settings(desktop.machine);
  broker = new Broker(desktop.machine);
  await ollama.start();
  await settings.setConnections([
    { id: 'ollama', name: 'Local Ollama', url: ollama.origin },
    { id: 'provider', name: 'My Provider', kind: 'openai', url: 'https://provider.example.org/v1', place: 'cloud' },
  ]);
});
afterAll(() => ollama.stop());

/** Brings the open window to a page as the menu in the panel does. */
const goTo = (page: string): Promise<void> => settings.set('preferences-page', `'${page}'`);

describe('the pages of the preferences', () => {
  it.each(pages)('are reached by name: %s, also while the broker doesn’t run', async (page, text) => {
    if (page === 'connections') {
      await broker.systemctl('stop');
      await preferences.open();
    }
    await goTo(page);
    await preferences.shows(text);
    if (page !== 'desktop') await preferences.shows('Start the Broker');
    expect(await settings.get('preferences-page')).toBe("''");
    await desktop.shell.picture(`page-${page}-stopped`);
  });

  it.each(pages)('tell what is while the broker runs: %s', async (page, text) => {
    if (page === 'connections') {
      await goTo('connections');
      await preferences.press('Start the Broker');
    }
    await goTo(page);
    await preferences.shows(text);
    const banner = (things: { name: string }[]): boolean => things.some(({ name }) => name === 'Start the Broker');
    await untilIt(
      'the banner to go',
      () => preferences.things(),
      (things) => !banner(things),
    );
    await desktop.shell.picture(`page-${page}`);
  });

  it('show a connection, or the log, above them', async () => {
    await goTo('connection/provider');
    await preferences.shows('https://provider.example.org/v1');
    await desktop.shell.picture('page-connection');
    await goTo('log');
    await preferences.shows('Log');
    await desktop.shell.picture('page-log');
    await goTo('nowhere');
    await preferences.close();
  });

  it.each(pages)('are to be read in the dark: %s', async (page, text) => {
    if (page === 'connections') {
      await preferences.darken();
      await preferences.open();
    }
    await goTo(page);
    await preferences.shows(text);
    await desktop.shell.picture(`page-${page}-dark`);
    if (page === 'service') await preferences.close();
  });
});

import { beforeAll, describe, expect, it } from 'vitest';
import { useDesktop } from './lab/desktop.ts';
import { Preferences } from './lab/preferences.ts';
import { Settings } from './lab/settings.ts';
import { untilIt } from './lab/wait.ts';

const desktop = useDesktop();
/** The id that the new connection gets. */
const added = 'openai_compatible_server';
let preferences: Preferences, settings: Settings;

beforeAll(() => {
  preferences = new Preferences(desktop);
  settings = new Settings(desktop.machine);
});

/** Waits until a key has this value, in GVariant's text form. */
const becomes = (key: string, value: string, id?: string): Promise<string> =>
  untilIt(
    `${key} in the settings`,
    () => settings.get(key, id),
    (now) => now === value,
  );

describe('the preferences', () => {
  it('list the connections, and say that the broker isn’t running', async () => {
    await preferences.open();
    await preferences.shows('Local Ollama');
    await preferences.shows('Start the Broker');
    await desktop.shell.picture('preferences');
  });

  it('start the broker when asked', async () => {
    await preferences.press('Start the Broker');
    const gone = (things: { name: string }[]): boolean => !things.some((thing) => thing.name === 'Start the Broker');
    await untilIt('the banner to go', () => preferences.things(), gone);
  });

  it('switch a connection off and on', async () => {
    await preferences.press('Use This Connection');
    await becomes('enabled', 'false', 'ollama');
    await preferences.press('Use This Connection');
    await becomes('enabled', 'true', 'ollama');
  });

  it('add a connection, and take its name and address', async () => {
    await preferences.choose('Add', 2);
    await untilIt(
      'another connection',
      () => settings.get('connections'),
      (ids) => ids === `['ollama', '${added}']`,
    );
    await becomes('kind', "'openai'", added);
    await desktop.shell.picture('preferences-connection');

    await preferences.enter('Name', 'My server');
    await becomes('name', "'My server'", added);
    await preferences.enter('Address', 'http://127.0.0.1:18090/v1');
    await becomes('url', "'http://127.0.0.1:18090/v1'", added);
  });

  it('refuse an address that can’t be one, and say why', async () => {
    await preferences.enter('Address', 'ftp://example.org');
    await preferences.shows('The address begins with http:// or https://');
    await desktop.shell.picture('preferences-refused');
    expect(await settings.get('url', added)).toBe("'http://127.0.0.1:18090/v1'");
  });

  it('show the new connection in the list, and move it up', async () => {
    await preferences.press('Back');
    await preferences.shows('My server');
    await desktop.shell.picture('preferences-two');
    // The first “More” is that of the first connection, which can't be moved up.
    await preferences.choose('More', 1);
    await becomes('connections', `['${added}', 'ollama']`);
  });

  it('remove a connection, and bring it back', async () => {
    await preferences.choose('More', 2);
    await becomes('connections', "['ollama']");
    await desktop.shell.picture('preferences-removed');
    await preferences.press('Undo');
    await becomes('connections', `['${added}', 'ollama']`);
    expect(await settings.get('name', added)).toBe("'My server'");
  });

  it('take what applications of other APIs can’t tell Ollama, and refuse what it would not understand', async () => {
    await preferences.choose('Add', 1);
    await preferences.shows('Keep Loaded');
    await preferences.enter('Keep Loaded', 'a while');
    await preferences.shows('A time such as 30s, 10m or 2h; -1m keeps it for ever');
    await desktop.shell.picture('preferences-ollama');
    expect(await settings.get('keep-alive', 'local_ollama')).toBe("''");
    await preferences.enter('A time such as 30s, 10m or 2h; -1m keeps it for ever', '10m');
    await becomes('keep-alive', "'10m'", 'local_ollama');
  });

  it('close without a trace', async () => {
    await preferences.close();
  });
});

import { beforeAll, describe, expect, it } from 'vitest';
import { useDesktop } from './lab/desktop.ts';
import { Preferences } from './lab/preferences.ts';
import { Settings } from './lab/settings.ts';
import { untilIt } from './lab/wait.ts';

const desktop = useDesktop();
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
    await preferences.press('Add');
    await preferences.press('OpenAI-Compatible');
    const added = await untilIt(
      'another connection',
      () => settings.get('connections'),
      (ids) => ids !== "['ollama']",
    );
    const id = /, '(.*)'\]$/.exec(added)?.[1] ?? '';
    await becomes('kind', "'openai'", id);

    await preferences.enter('Name', 'My server');
    await becomes('name', "'My server'", id);
    await preferences.enter('Address', 'http://127.0.0.1:18090/v1');
    await becomes('url', "'http://127.0.0.1:18090/v1'", id);
    await desktop.shell.picture('preferences-connection');
  });
});

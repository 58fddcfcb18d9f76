import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OllamaStandIn } from '../upstreams/ollama.ts';
import { Broker } from './lab/broker.ts';
import { DesktopBrowser } from './lab/browser.ts';
import { useDesktop } from './lab/desktop.ts';
import { Preferences } from './lab/preferences.ts';
import { Settings } from './lab/settings.ts';
import { untilIt } from './lab/wait.ts';

const desktop = useDesktop();
/** Where LM Studio usually listens; what answers there tells what it is. */
const usualPort = 1234;
const ollama = new OllamaStandIn();
let preferences: Preferences, settings: Settings, broker: Broker;

beforeAll(async () => {
  preferences = new Preferences(desktop);
  settings = new Settings(desktop.machine);
  broker = new Broker(desktop.machine);
  ollama.loaded = ['qwen3:8b'];
  await ollama.start(usualPort);
  await new DesktopBrowser(desktop.machine).install();
  // The port that is meant for discarding things, where nobody listens any more.
  const url = 'http://127.0.0.1:9/v1';
  await settings.setConnections([{ id: 'workshop', name: 'Workshop', kind: 'openai', url }]);
});
afterAll(() => ollama.stop());

/** Brings the open window to a page as the menu in the panel does. */
const goTo = (page: string): Promise<void> => settings.set('preferences-page', `'${page}'`);

/** Waits until a key has this value, in GVariant's text form. */
const becomes = (key: string, value: string, id?: string): Promise<string> =>
  untilIt(
    `${key} in the settings`,
    () => settings.get(key, id),
    (now) => now === value,
  );

describe('a server that runs here', () => {
  it('is not looked for while the broker doesn’t run, which is said', async () => {
    await broker.systemctl('stop');
    await preferences.open();
    await preferences.shows('Only the broker can look for servers');
    await desktop.shell.picture('found-stopped');
  });

  it('is found once the broker runs, and becomes a connection', async () => {
    await preferences.press('Start the Broker');
    await preferences.shows(`Ollama · http://127.0.0.1:${usualPort} · 2 models`);
    await desktop.shell.picture('found');
    await preferences.click('Ollama');
    await becomes('connections', "['workshop', 'ollama']");
    await preferences.shows('No other servers found');
    await desktop.shell.picture('found-added');
    expect(await settings.get('url', 'ollama')).toBe(`'http://127.0.0.1:${usualPort}'`);
  });
});

describe('a connection', () => {
  it('is moved with the keyboard alone', async () => {
    await preferences.tabTo('Ollama');
    await preferences.keyboard.press('Up', 'Alt');
    await becomes('connections', "['ollama', 'workshop']");
    // It keeps the focus, and stays where it is at the top.
    await preferences.keyboard.press('Up', 'Alt');
    await preferences.keyboard.press('Down', 'Alt');
    await becomes('connections', "['workshop', 'ollama']");
    await preferences.keyboard.press('Up', 'Alt');
    await becomes('connections', "['ollama', 'workshop']");
  });

  it('is tested in place, with the real error', async () => {
    await goTo('connection/workshop');
    await preferences.shows('http://127.0.0.1:9/v1');
    await preferences.press('Test');
    await preferences.shows('Unreachable');
    const error = await broker.connectionProperty<string>('workshop', 'LastError');
    expect(error).not.toBe('');
    await preferences.shows(error);
    await desktop.shell.picture('test-failed');
  });

  it('is tested in place, and well', async () => {
    await goTo('connection/ollama');
    await preferences.press('Test');
    await preferences.shows(`Version ${ollama.version}`);
    await desktop.shell.picture('test-well');
  });

  it('can be limited', async () => {
    await preferences.clickAndPick('Requests at a Time', 3);
    await becomes('concurrency', '1', 'ollama');
    await desktop.shell.picture('connection-load');
    await preferences.clickAndPick('When Busy', 2);
    await becomes('busy', "'wait'", 'ollama');
  });
});

describe('the names of models', () => {
  it('are given with what the server has', async () => {
    await goTo('models');
    await preferences.shows('2 models · 1 in memory');
    await preferences.click('Add a Name');
    await preferences.shows('Models There');
    await preferences.enter('Asked For', 'gpt-4o');
    await desktop.shell.picture('name-dialog');
    await preferences.click('qwen3:8b');
    await preferences.press('Save');
    await becomes('models', "{'gpt-4o': 'qwen3:8b'}", 'ollama');
    await preferences.shows('Served by qwen3:8b');
    await desktop.shell.picture('names');
  });

  it('are not given twice', async () => {
    await preferences.click('Add a Name');
    await preferences.shows('Models There');
    await preferences.enter('Asked For', 'gpt-4o');
    await preferences.shows('This name is taken');
    await desktop.shell.picture('name-taken');
    await preferences.press('Cancel');
  });

  it('are removed, and brought back', async () => {
    await preferences.press('Remove “gpt-4o”');
    await becomes('models', '@a{ss} {}', 'ollama');
    await preferences.press('Undo');
    await becomes('models', "{'gpt-4o': 'qwen3:8b'}", 'ollama');
  });

  it('are listed, those in memory first', async () => {
    await preferences.click('2 models · 1 in memory');
    await preferences.shows('llama3.2:latest');
    await desktop.shell.picture('models-there');
  });
});

describe('the desktop', () => {
  it('has a shortcut that is struck, but not by a key alone', async () => {
    await goTo('desktop');
    await preferences.click('Shortcut');
    await preferences.shows('Press the New Shortcut');
    await preferences.keyboard.press('a');
    await preferences.shows('Alone, this key writes text or moves the focus. Hold Super, Ctrl or Alt with it.');
    await desktop.shell.picture('shortcut');
    await preferences.keyboard.press('/', 'Super');
    await becomes('ask-shortcut', "['<Super>slash']");
    await desktop.shell.picture('shortcut-set');
  });

  it('has none again after Backspace, and the same after Esc', async () => {
    await preferences.click('Shortcut');
    await preferences.shows('Press the New Shortcut');
    await preferences.keyboard.press('Escape');
    expect(await settings.get('ask-shortcut')).toBe("['<Super>slash']");
    await preferences.click('Shortcut');
    await preferences.shows('Press the New Shortcut');
    await preferences.keyboard.press('BackSpace');
    await becomes('ask-shortcut', '@as []');
  });

  it('has a chat application that is chosen among those that are installed', async () => {
    await preferences.click('Chat Application');
    await preferences.shows('Browser');
    await desktop.shell.picture('applications');
    await preferences.click('Browser');
    await becomes('chat-application', "'browser.desktop'");
    await preferences.press('No Chat Application');
    await becomes('chat-application', "''");
    await preferences.close();
  });
});

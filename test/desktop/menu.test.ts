import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ManagedOllama } from '../upstreams/managed.ts';
import { Broker } from './lab/broker.ts';
import { useDesktop } from './lab/desktop.ts';
import { Keyboard } from './lab/keyboard.ts';
import { type MenuLine, Panel } from './lab/panel.ts';
import { Settings } from './lab/settings.ts';
import { untilIt } from './lab/wait.ts';

const desktop = useDesktop();
const ollama = new ManagedOllama();
const other = new ManagedOllama();
let panel: Panel, settings: Settings, broker: Broker, keyboard: Keyboard;

beforeAll(async () => {
  panel = new Panel(desktop.shell);
  settings = new Settings(desktop.machine);
  broker = new Broker(desktop.machine);
  keyboard = new Keyboard(desktop.shell);
  await ollama.start();
  await other.start();
  await connect({ id: 'ollama', name: 'Local Ollama', url: ollama.origin });
  await broker.systemctl('start');
});
afterAll(async () => {
  await ollama.stop();
  await other.stop();
});

/** Makes these Ollamas the connections. */
async function connect(...servers: readonly { id: string; name: string; url: string; enabled?: boolean }[]) {
  await settings.setConnections(
    servers.map((server) => ({ kind: 'ollama', place: 'local', enabled: true, ...server })),
  );
}

/** Waits until the open menu has a line with this text, alone or as part of one. */
const reads = (text: string | RegExp): Promise<MenuLine[]> =>
  untilIt(
    `“${String(text)}” in the menu`,
    () => panel.lines(),
    (lines) => lines.some((line) => line.texts.some((each) => each.match(text) !== null)),
    { limit: 30 },
  );

/** Waits until no line of the open menu has this text. */
const isWithout = (text: string): Promise<MenuLine[]> =>
  untilIt(
    `no “${text}” in the menu`,
    () => panel.lines(),
    (lines) => !lines.some((line) => line.texts.some((each) => each.includes(text))),
    { limit: 30 },
  );

const told = <T>(id: string, property: string, value: T) =>
  untilIt(
    `${property} of ${id}`,
    () => broker.connectionProperty<T>(id, property),
    (seen) => seen === value,
  );

describe('a connection in the menu', () => {
  it('unfolds, and is switched off and on there', async () => {
    await panel.open();
    await reads(/^Local Ollama · \d+ ms$/);
    await panel.press('Local Ollama');
    await reads('Your own server');
    await desktop.shell.picture('menu-connection');
    await panel.press('Use This Connection');
    await reads('All connections are switched off.');
    await told('ollama', 'Enabled', false);
    await desktop.shell.picture('menu-connection-off');
    await panel.press('Use This Connection');
    await reads(/^Local Ollama · \d+ ms$/);
    expect(await settings.get('enabled', 'ollama')).toBe('true');
  });

  it('is tested at once', async () => {
    await ollama.stop();
    await panel.press('Test Now');
    await reads('Unreachable');
    await reads('Disconnected');
    await ollama.start();
    await panel.press('Test Now');
    await reads(/^Local Ollama · \d+ ms$/);
    await panel.close();
  });

  it('says why another one serves in its place', async () => {
    await connect(
      { id: 'ollama', name: 'Local Ollama', url: 'http://127.0.0.1:9' },
      { id: 'other', name: 'Workstation', url: other.origin },
    );
    await panel.open();
    await reads(/^Workstation · \d+ ms$/);
    await reads('Local Ollama isn’t answering');
    await desktop.shell.picture('menu-reason');
    await panel.close();
  });

  it('has Ollama started where it isn’t running', async () => {
    const folder = '/home/user/.config/systemd/user';
    mkdirSync(desktop.machine.path(folder), { recursive: true });
    writeFileSync(desktop.machine.path(`${folder}/ollama.service`), '[Service]\nExecStart=/usr/bin/sleep infinity\n');
    await desktop.machine.asUser(['systemctl', '--user', 'daemon-reload']);
    await panel.open();
    await reads('Start Ollama');
    await desktop.shell.picture('menu-start-ollama');
    await panel.press('Start Ollama');
    await untilIt(
      'Ollama’s unit to run',
      () => broker.unitProperty('ActiveState', 'ollama.service'),
      (state) => state === 'active',
    );
    await desktop.machine.asUser(['systemctl', '--user', 'stop', 'ollama.service']);
  });
});

describe('models in the menu', () => {
  it('are listed while they are in memory, and taken out of it', async () => {
    ollama.loaded = ['llama3.2:latest', 'qwen3:8b'];
    await connect({ id: 'ollama', name: 'Local Ollama', url: ollama.origin });
    await panel.open();
    await reads('Loaded Models');
    await panel.press('Loaded Models');
    await reads(/2\.0 GB · 74 % GPU · until /);
    await desktop.shell.picture('menu-loaded');
    await panel.pressButton('Unload qwen3:8b');
    await isWithout('qwen3:8b');
    await panel.pressButton('Unload llama3.2:latest');
    await isWithout('Loaded Models');
    expect(ollama.loaded).toEqual([]);
  });

  it('are pulled by name, with their progress, to the end', async () => {
    const gate = new AbortController();
    ollama.until = once(gate.signal, 'abort');
    await panel.press('Pull a Model…');
    await keyboard.type('phi4');
    await desktop.shell.picture('menu-pull-form');
    await keyboard.press('Return');
    await reads(/^1\.0 GB of 2\.0 GB · 49 %$/);
    expect(await panel.progress()).toEqual([expect.closeTo(0.495, 2)]);
    await desktop.shell.picture('menu-pulling');
    gate.abort();
    await reads('Pulled');
    expect(await panel.progress()).toEqual([]);
    await desktop.shell.picture('menu-pulled');
    await panel.pressButton('Dismiss the pull of phi4');
    await isWithout('phi4');
    expect(ollama.models).toContain('phi4:latest');
  });

  it('stop being pulled when that is cancelled', async () => {
    ollama.until = new Promise(() => undefined);
    await panel.close();
    await panel.open();
    await panel.press('Pull a Model…');
    await keyboard.type('gemma3:27b');
    await keyboard.press('Return');
    await reads(/49 %/);
    await panel.pressButton('Cancel the pull of gemma3:27b');
    await reads('Cancelled');
    await panel.pressButton('Dismiss the pull of gemma3:27b');
    await isWithout('gemma3');
    expect(ollama.models).not.toContain('gemma3:27b');
  });

  it('are pulled where a person chooses, if several servers can', async () => {
    other.until = Promise.resolve();
    await connect(
      { id: 'ollama', name: 'Local Ollama', url: ollama.origin },
      { id: 'other', name: 'Workstation', url: other.origin },
    );
    await reads('On Workstation');
    await panel.press('On Workstation');
    await panel.press('Pull a Model…');
    await panel.press('Pull a Model…');
    await keyboard.type('nobody/nothing');
    await keyboard.press('Return');
    await reads(/^Workstation · Failed: /);
    await desktop.shell.picture('menu-pull-failed');
    await panel.pressButton('Dismiss the pull of nobody/nothing');
    await isWithout('Failed:');
    await panel.close();
  });
});

describe('the rest of the menu', () => {
  it('copies the address, and says so', async () => {
    await panel.open();
    await panel.press('Copy Address');
    await reads('Address Copied');
    await desktop.shell.picture('menu-copied');
    const text = await desktop.shell.evaluate<string>(`
      return new Promise((resolve) => {
        St.Clipboard.get_default().get_text(St.ClipboardType.CLIPBOARD, (_clipboard, text) => resolve(text));
      });`);
    expect(text).toBe('http://127.0.0.1:11435');
    await panel.close();
    await panel.open();
    await reads('Copy Address');
  });

  it('starts the broker anew', async () => {
    const pid = await broker.pid();
    await panel.press('Service');
    await reads('Restart');
    await desktop.shell.picture('menu-service');
    await panel.press('Restart');
    await untilIt(
      'another broker',
      () => broker.pid(),
      (id) => id !== 0 && id !== pid,
    );
  });

  it('opens the log in the preferences', async () => {
    await panel.open();
    await reads('Connected');
    await panel.press('Service');
    await panel.press('Open Its Log');
    await untilIt(
      'the window of the preferences',
      () => desktop.shell.evaluate<string>(`return global.display.focus_window?.title ?? '';`),
      (title) => title !== '',
    );
    await keyboard.press('F4', 'Alt');
    await untilIt(
      'no window',
      () => desktop.shell.evaluate<number>(`return global.get_window_actors().length;`),
      (count) => count === 0,
    );
  });

  it('tells of a problem of the configuration', async () => {
    await settings.set('url', "'nonsense'", 'other');
    await panel.open();
    await reads('1 Problem of the Configuration');
    await panel.press('1 Problem of the Configuration');
    await desktop.shell.picture('menu-problem');
    await panel.close();
    await settings.set('url', `'${other.origin}'`, 'other');
  });

  it('says what to do first where nothing is configured', async () => {
    await settings.setConnections([]);
    await panel.open();
    await reads('No connections yet');
    await reads('Add a Connection');
    await desktop.shell.picture('menu-first-run');
    await panel.close();
  });
});

it('stays on the screen with ten connections and text twice as large', async () => {
  ollama.models = Array.from({ length: 200 }, (_none, index) => `model-${index}:latest`);
  ollama.loaded = ollama.models.slice(0, 3);
  const many = Array.from({ length: 10 }, (_none, index) => ({
    id: `many_${index}`,
    name: index === 3 ? 'A Workstation with a Name That Is Much Too Long' : `Server Number ${index + 1}`,
    url: index % 3 === 2 ? 'http://127.0.0.1:9' : ollama.origin,
  }));
  await connect(...many);
  await panel.open();
  await reads('Server Number 10');
  await desktop.shell.picture('menu-ten');
  expect(await panel.fit()).toMatchObject({ beyond: 0 });
  await panel.close();
  await desktop.machine.asUser(['gsettings', 'set', 'org.gnome.desktop.interface', 'text-scaling-factor', '2.0']);
  await panel.open();
  await desktop.shell.picture('menu-ten-large');
  expect(await panel.fit()).toEqual({ beyond: 0, scrolls: true });
  await keyboard.press('Tab', 'Shift');
  await untilIt(
    'the focus on the last item',
    () => panel.focused(),
    (name) => name === 'Settings',
  );
  await desktop.shell.picture('menu-ten-large-end');
  await panel.close();
});

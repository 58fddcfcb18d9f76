import { afterAll, beforeAll, expect, it } from 'vitest';
import { ManagedOllama } from '../upstreams/managed.ts';
import { Broker } from './lab/broker.ts';
import { useDesktop } from './lab/desktop.ts';
import { Keyboard } from './lab/keyboard.ts';
import { Panel } from './lab/panel.ts';
import { Settings } from './lab/settings.ts';
import { untilIt } from './lab/wait.ts';

const desktop = useDesktop();
const ollama = new ManagedOllama();
let panel: Panel, keyboard: Keyboard, broker: Broker;

beforeAll(async () => {
  panel = new Panel(desktop.shell);
  keyboard = new Keyboard(desktop.shell);
  broker = new Broker(desktop.machine);
  ollama.loaded = ['llama3.2:latest'];
  await ollama.start();
  await new Settings(desktop.machine).setConnections([
    { id: 'ollama', name: 'Local Ollama', kind: 'ollama', url: ollama.origin },
    { id: 'away', name: 'Workstation', kind: 'ollama', url: 'http://127.0.0.1:9' },
  ]);
  await broker.systemctl('start');
  await panel.open();
  await untilIt(
    'both connections',
    () => panel.lines(),
    (lines) =>
      (lines[0]?.name ?? '').startsWith('Local Ollama · ') && lines.some(({ texts }) => texts.includes('Unreachable')),
  );
});
afterAll(async () => {
  await ollama.stop();
});

/** A name without the figures that are others each time. */
const steady = (name: string) => name.replace(/\d+ ms/, 'N ms').replace(/until .*/, 'until T');

/** What the focus comes by on the way to a name, that one included. */
async function walk(key: 'Tab' | 'Down' | 'Up', to: string): Promise<string[]> {
  const passed: string[] = [];
  while (passed.length < 40 && passed.at(-1) !== to) {
    await keyboard.press(key);
    await desktop.shell.drawn();
    passed.push(steady(await panel.focused()));
  }
  expect(passed.at(-1)).toBe(to);
  return passed;
}

const nothing = 'Nothing is listening there (http://127.0.0.1:9)';
const all = [
  'Local Ollama · N ms, 1 of 2 connections answer',
  'Local Ollama, N ms',
  `Workstation, Unreachable, ${nothing}`,
  'Route, Automatic',
  'Loaded Models, 1',
  'Pull a Model…',
  'Ask…',
  'Copy Address, http://127.0.0.1:11435',
  'Service',
  'Settings',
];

it('goes through every item with the Tab key, each named, and on from the first', async () => {
  expect(await walk('Tab', 'Settings')).toEqual(all);
  expect(await walk('Tab', all[0] ?? '')).toEqual([all[0]]);
});

it('goes down and up with the arrows', async () => {
  expect(await walk('Down', 'Settings')).toEqual(all.slice(1));
  expect(await walk('Up', all[0] ?? '')).toEqual(all.slice(0, -1).toReversed());
});

it('unfolds a connection, and folds it', async () => {
  await walk('Down', 'Local Ollama, N ms');
  await keyboard.press('Right');
  await untilIt(
    'what is below',
    () => panel.focused(),
    (name) => name === 'Your own server · Version 0.33.0 · 2 models',
  );
  expect(await walk('Down', 'Use This Connection, Local Ollama')).toEqual([
    'Test Now, Local Ollama',
    'Use This Connection, Local Ollama',
  ]);
  await keyboard.press('Left');
  await untilIt(
    'the line itself',
    () => panel.focused(),
    (name) => steady(name) === 'Local Ollama, N ms',
  );
});

it('chooses a route', async () => {
  await walk('Down', 'Route, Automatic');
  await keyboard.press('Right');
  expect(await walk('Down', 'Cloud Only')).toEqual(['Local Only', 'Cloud Only']);
  await walk('Up', 'Local Only');
  await keyboard.press('Return');
  await untilIt(
    'the route on D-Bus',
    () => broker.property<string>('Route'),
    (route) => route === 'local',
  );
});

it('unloads a model', async () => {
  await panel.open();
  await walk('Tab', 'Loaded Models, 1');
  await keyboard.press('Right');
  await walk('Tab', 'Unload llama3.2:latest, 2.0 GB · 74 % GPU · until T');
  await keyboard.press('Return');
  await untilIt(
    'the model to be gone',
    () => ollama.loaded,
    (loaded) => loaded.length === 0,
  );
});

it('pulls a model, and dismisses what is told of it', async () => {
  await walk('Tab', 'Pull a Model…');
  await keyboard.press('Return');
  await untilIt(
    'the cursor in the field',
    () => panel.focused(),
    (name) => name === 'Name of the Model',
  );
  await keyboard.type('phi4');
  await keyboard.press('Return');
  await walk('Tab', 'Dismiss the pull of phi4, Local Ollama · Pulled');
  await keyboard.press('Return');
  await untilIt(
    'no word of it',
    () => panel.lines(),
    (lines) => !lines.some(({ texts }) => texts.includes('phi4')),
  );
  await keyboard.press('Escape');
});

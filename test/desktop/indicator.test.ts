import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { OllamaStandIn } from '../upstreams/ollama.ts';
import { address, Broker } from './lab/broker.ts';
import { useDesktop } from './lab/desktop.ts';
import { useModelServer } from './lab/model-server.ts';
import { type IndicatorState, type MenuLine, Panel } from './lab/panel.ts';
import { Settings } from './lab/settings.ts';
import { untilIt } from './lab/wait.ts';

const desktop = useDesktop();
const llama = useModelServer();
const ollama = new OllamaStandIn();
let panel: Panel, settings: Settings, broker: Broker;

beforeAll(async () => {
  panel = new Panel(desktop.shell);
  settings = new Settings(desktop.machine);
  broker = new Broker(desktop.machine);
  await ollama.start();
  await settings.setConnections([{ id: 'llama', name: 'llama.cpp', kind: 'openai', url: llama.url }]);
});
afterAll(async () => {
  await ollama.stop();
});

/** Waits until the panel shows this picture, which the state behind it has half a minute to bring about. */
const shows = (icon: string): Promise<IndicatorState | null> =>
  untilIt(
    `the icon “${icon}”`,
    () => panel.indicator(),
    (state) => state?.icon === icon,
    { limit: 30 },
  );

/** Waits until the open menu has a line with this text. */
const reads = (text: string): Promise<MenuLine[]> =>
  untilIt(
    `“${text}” in the menu`,
    () => panel.lines(),
    (lines) => lines.some((line) => line.texts.includes(text)),
  );

describe('the indicator in the panel', () => {
  it('says that the broker isn’t running, and starts it when asked', async () => {
    // Anything that shares this network may have asked its port for something by now.
    await broker.systemctl('stop');
    expect((await shows('idle'))?.name).toContain('isn’t running');
    await panel.open();
    await desktop.shell.picture('not-running');
    await panel.press('Start the Broker');
    await shows('connected');
    expect(await broker.unitProperty('ActiveState')).toBe('active');
  });

  it('shows a connection that answers', async () => {
    expect((await shows('connected'))?.name).toContain('llama.cpp');
    expect((await panel.open()).map((line) => line.texts[0])).toContain('llama.cpp');
    await desktop.shell.picture('connected');
    await panel.close();
  });

  it('turns to an error when the only connection goes, and back when it comes again', async () => {
    await llama.stop();
    expect((await shows('error'))?.name).toContain('Disconnected');
    await panel.open();
    await reads('Unreachable');
    await desktop.shell.picture('error');
    await panel.close();

    await llama.start();
    await shows('connected');
  });

  it('shows that some connections answer and some don’t', async () => {
    await settings.setConnections([
      { id: 'llama', name: 'llama.cpp', kind: 'openai', url: llama.url },
      { id: 'away', name: 'Workstation', kind: 'ollama', url: 'http://127.0.0.1:9' },
    ]);
    expect((await shows('partial'))?.name).toContain('Partly connected');
    await panel.open();
    await reads('Unreachable');
    await desktop.shell.picture('partial');
    await panel.close();
  });

  it('shows that it is connecting while a server takes its time', async () => {
    // Accepts, and says nothing: what a server does that is busy loading.
    const slow = createServer().listen(0, '127.0.0.1');
    try {
      await once(slow, 'listening');
      const { port } = slow.address() as AddressInfo;
      await settings.setConnections([
        { id: 'slow', name: 'Slow Server', kind: 'ollama', url: `http://127.0.0.1:${port}` },
      ]);
      await shows('connecting');
      await panel.open();
      await desktop.shell.picture('connecting');
      await panel.close();
    } finally {
      slow.close();
    }
  });

  it('changes the route by a click on a choice', async () => {
    await settings.setConnections([
      { id: 'llama', name: 'llama.cpp', kind: 'openai', url: llama.url },
      { id: 'ollama', name: 'Ollama', kind: 'ollama', url: ollama.origin },
    ]);
    await shows('connected');
    await panel.open();
    await reads('Ollama');
    await panel.press('Route');
    const lines = await reads('Cloud Only');
    const choices = lines.slice(lines.findIndex((line) => line.texts[0] === 'Route') + 1);
    expect(choices.filter((line) => line.chosen).map((line) => line.texts[0])).toEqual(['Automatic']);
    await desktop.shell.picture('route');

    await panel.press('Local Only');

    await untilIt(
      'the route on D-Bus',
      () => broker.property<string>('Route'),
      (route) => route === 'local',
    );
    await untilIt(
      'the route in the settings',
      () => settings.get('route'),
      (route) => route === "'local'",
    );
    await panel.open();
    expect((await reads('Route')).find((line) => line.texts[0] === 'Route')?.texts).toContain('Local Only');
    await panel.close();
    await settings.set('route', "'automatic'");
    await untilIt(
      'the route on D-Bus',
      () => broker.property<string>('Route'),
      (route) => route === 'automatic',
    );
  });

  describe('while requests are answered', () => {
    let answer: Promise<unknown>;
    let end: AbortController;
    let authorization: string;

    beforeAll(async () => {
      authorization = `Bearer ${await broker.key()}`;
      // It follows the file of its keys, and has a new one when it has been told of the change.
      await untilIt(
        'the broker to know the key',
        async () => (await fetch(`${address}/api/version`, { headers: { authorization } })).status,
        (status) => status === 200,
      );
    });

    /** Asks for an answer that goes on until it is ended, and waits until a server has been asked for it. */
    const ask = async () => {
      ollama.pace = 10_000;
      end = new AbortController();
      const headers = { 'content-type': 'application/json', authorization };
      const body = JSON.stringify({ model: 'llama3.2', messages: [{ role: 'user', content: 'Say something.' }] });
      const asked = ollama.nextReceived();
      const ended = fetch(`${address}/api/chat`, { method: 'POST', headers, body, signal: end.signal }).then(
        async (response) => {
          throw new Error(`There was an end to the answer: ${response.status} ${await response.text()}`);
        },
      );
      answer = ended.catch(() => undefined);
      await Promise.race([asked, ended]);
    };
    /** As the setting does where there is a graphics card; without one the shell itself forbids that anything moves. */
    const animate = async (on: boolean) => {
      await desktop.shell.evaluate(`St.Settings.get().${on ? 'uninhibit' : 'inhibit'}_animations();`);
      await desktop.machine.asUser([
        'gsettings',
        'set',
        'org.gnome.desktop.interface',
        'enable-animations',
        String(on),
      ]);
    };

    beforeEach(ask);
    afterEach(async () => {
      end.abort();
      await answer;
      ollama.pace = 0;
      await settings.set('indicator', "'lively'");
      await shows('connected');
    });

    it('shows that, and says it, without moving where animations are off', async () => {
      expect((await shows('busy'))?.name).toMatch(/, answering$/);
      await desktop.shell.picture('busy');
    });

    it('moves where animations are on, and is as wide as before', async () => {
      const width = await panel.width();
      await animate(true);
      try {
        for (const icon of ['writing-1', 'writing-2', 'writing-3', 'busy']) {
          await shows(icon);
          expect(await panel.width()).toBe(width);
        }
      } finally {
        await animate(false);
      }
    });

    it('says it without showing it where only problems are to be shown', async () => {
      await settings.set('indicator', "'quiet'");
      const quiet = await untilIt(
        'the name to say it',
        () => panel.indicator(),
        (state) => state?.icon === 'idle' && state.name.endsWith(', answering'),
      );
      expect(quiet).not.toBeNull();
    });
  });

  it('follows the broker’s death and return', async () => {
    await shows('connected');
    const pid = await broker.pid();
    await broker.signal('KILL');
    await untilIt(
      'another broker',
      () => broker.pid(),
      (id) => id !== 0 && id !== pid,
    );
    await shows('connected');

    await broker.systemctl('stop');
    await shows('idle');
    await broker.systemctl('start');
    await shows('connected');
  });

  it('says that the broker isn’t installed, and offers the way to it', async () => {
    await broker.systemctl('stop', 'cloudtolocalllm.socket');
    await broker.systemctl('stop');
    // As after the broker's package was taken away; the extension is another package.
    const file = '.local/share/dbus-1/services/online.cloudtolocalllm.Broker.service';
    const reload = 'busctl --user call org.freedesktop.DBus /org/freedesktop/DBus org.freedesktop.DBus ReloadConfig';
    await desktop.machine.asUser(['sh', '-c', `mv ${file} kept && ${reload}`]);
    await panel.open();
    await reads('The broker isn’t installed');
    await reads('How to Install the Broker');
    await desktop.shell.picture('not-installed');
    await panel.close();
    expect((await shows('idle'))?.name).toContain('isn’t installed');
    await desktop.machine.asUser(['sh', '-c', `mv kept ${file} && ${reload}`]);
  });
});

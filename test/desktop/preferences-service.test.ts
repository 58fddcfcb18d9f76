import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OllamaStandIn } from '../upstreams/ollama.ts';
import { address, Broker } from './lab/broker.ts';
import { useDesktop } from './lab/desktop.ts';
import { Preferences, type Thing } from './lab/preferences.ts';
import { user } from './lab/root.ts';
import { Settings } from './lab/settings.ts';
import { untilIt } from './lab/wait.ts';

const desktop = useDesktop();
const dropIn = `${user.home}/.config/systemd/user/cloudtolocalllm.socket.d/address.conf`;
const exported = `${user.home}/exported.json`;
/** Only for its port, which is taken. */
const other = new OllamaStandIn();
let preferences: Preferences, settings: Settings, broker: Broker;

beforeAll(async () => {
  preferences = new Preferences(desktop);
  settings = new Settings(desktop.machine);
  broker = new Broker(desktop.machine);
  await other.start();
  // Without a journal that lasts, users have none of their own.
  await desktop.machine.asRoot(['mkdir', '-p', '/var/log/journal']);
  await desktop.machine.asRoot(['systemctl', 'restart', 'systemd-journald']);
  await broker.systemctl('start');
  await preferences.open();
  await goTo('service');
});
afterAll(() => other.stop());

/** Brings the open window to a page as the menu in the panel does. */
const goTo = (page: string): Promise<void> => settings.set('preferences-page', `'${page}'`);

/** Waits until something shows a text of this form, and returns it. */
async function showing(form: RegExp): Promise<string> {
  const reads = ({ text }: Thing): boolean => form.test(text);
  const things = await untilIt(
    `${String(form)} in the window`,
    () => preferences.things(),
    (shown) => shown.some(reads),
  );
  return things.find(reads)?.text ?? '';
}

/** What is in the clipboard. */
const clipboard = (): Promise<string> =>
  desktop.shell.evaluate<string>(`
    const { CLIPBOARD } = St.ClipboardType;
    return new Promise((resolve) => {
      St.Clipboard.get_default().get_text(CLIPBOARD, (_clipboard, text) => resolve(text ?? ''));
    });`);

/** Whether the broker answers at a port. */
const answersAt = async (port: number): Promise<boolean> => {
  const asked = ['curl', '--silent', '--fail', '--max-time', '10', `http://127.0.0.1:${port}/healthz`];
  return (await desktop.machine.tryAsUser(asked)).status === 0;
};

describe('the broker', () => {
  it('starts with the session if that is wanted, and else when it is needed', async () => {
    const enabled = ['systemctl', '--user', 'is-enabled', 'cloudtolocalllm.service'];
    const becomes = (state: string) =>
      untilIt(
        'the unit',
        async () => (await desktop.machine.tryAsUser(enabled)).stdout.trim(),
        (now) => now === state,
      );
    await preferences.press('Start With the Session');
    await becomes('enabled');
    await desktop.shell.picture('service');
    await preferences.press('Start With the Session');
    await becomes('disabled');
  });

  it('is started again', async () => {
    const before = await broker.pid();
    await preferences.press('Restart');
    await untilIt(
      'another process',
      () => broker.pid(),
      (pid) => pid !== 0 && pid !== before,
    );
    await preferences.shows('The broker runs');
  });
});

describe('the address', () => {
  it('is copied', async () => {
    await preferences.click('Copy the Address');
    await preferences.shows('Copied');
    expect(await clipboard()).toBe(address);
  });

  it('can’t have a port that is the administrator’s, or another program’s', async () => {
    await preferences.enter('Port', '80');
    await preferences.shows('A number from 1024 to 65535');
    const taken = new URL(other.origin).port;
    await preferences.enter('A number from 1024 to 65535', taken);
    await preferences.shows(`Another program listens at port ${taken}. Choose another one.`);
    await desktop.shell.picture('service-port-taken');
    expect(await answersAt(11435)).toBe(true);
  });

  it('says when the port is another program’s from the beginning', async () => {
    await broker.systemctl('stop', 'cloudtolocalllm.socket');
    const first = createServer().listen(11435, '127.0.0.1');
    await once(first, 'listening');
    await desktop.machine.tryAsUser(['systemctl', '--user', 'start', 'cloudtolocalllm.socket']);
    await goTo('log');
    await goTo('service');
    await preferences.shows('Another program listens at port 11435. Choose another one.');
    expect(await broker.property<string[]>('Problems')).toEqual([expect.stringContaining('no port')]);
    first.close();
    await once(first, 'close');
  });

  it('has another port, and the usual one again', async () => {
    await preferences.enter('Port', '11500');
    await preferences.shows('http://127.0.0.1:11500');
    expect(await answersAt(11500)).toBe(true);
    expect(await answersAt(11435)).toBe(false);
    const socket = ['curl', '--silent', '--fail', '--unix-socket', '/run/user/1000/cloudtolocalllm/broker.sock'];
    await desktop.machine.asUser([...socket, 'http://localhost/healthz']);
    await desktop.shell.picture('service-port');

    await preferences.press('Use the Usual Port, 11435');
    await preferences.shows(address);
    expect(await answersAt(11435)).toBe(true);
    expect((await desktop.machine.tryAsUser(['cat', dropIn])).status).toBe(1);
  });
});

describe('what helps when something goes wrong', () => {
  it('is a report that is seen first, and copied', async () => {
    await preferences.click('Report');
    const report = await showing(/^Extension: [\s\S]*GNOME Shell: [\s\S]*CloudToLocalLLM/);
    await desktop.shell.picture('report');
    await preferences.click('Copy');
    await preferences.shows('Copied');
    expect(await clipboard()).toBe(report);
  });

  it('is the log, with what comes while it is shown', async () => {
    await goTo('log');
    await showing(/cloudtolocalllm/);
    await desktop.shell.picture('log');
    await broker.systemctl('stop');
    await showing(/Stopped/);
    await broker.systemctl('start');
    await goTo('service');
  });

  it('is the level of the log', async () => {
    await preferences.clickAndPick('Log Level', 4);
    await untilIt(
      'the log level',
      () => settings.get('log-level'),
      (level) => level === "'debug'",
    );
  });
});

describe('all settings', () => {
  /** Everything that was ever set. */
  const dump = (): Promise<string> =>
    desktop.machine.asUser(['dconf', 'dump', '/org/gnome/shell/extensions/cloudtolocalllm/']);
  const reset = (): Promise<string> =>
    desktop.machine.asUser(['dconf', 'reset', '-f', '/org/gnome/shell/extensions/cloudtolocalllm/']);

  /** Answers the dialog for files of this title. */
  const chooseFile = async (title: string, path: string): Promise<void> => {
    await untilIt(
      'the window that has the focus',
      () => desktop.shell.evaluate<string>('return global.display.focus_window?.title ?? "";'),
      (now) => now === title,
    );
    // What is selected of a new file’s name leaves out its ending; to choose a file, typing begins with an empty entry.
    if (title === 'Export Settings') await preferences.keyboard.press('a', 'Control');
    await preferences.keyboard.type(path);
    await preferences.keyboard.press('Return');
  };

  it('are exported, and after a loss imported', async () => {
    await settings.setConnections([
      { id: 'workshop', name: 'Workshop', kind: 'openai', url: 'http://127.0.0.1:9/v1' },
      { id: 'ollama', name: 'Ollama at Home' },
    ]);
    await settings.set('models', "{'gpt-4o': 'llama3.2'}", 'workshop');
    await settings.set('route', "'workshop'");
    await preferences.click('Export…');
    await chooseFile('Export Settings', exported);
    await preferences.shows('Settings exported to exported.json');
    await desktop.shell.picture('exported');
    const before = await dump();
    const text = readFileSync(desktop.machine.path(exported), 'utf8');

    await reset();
    // It lies over what is clicked next, and stays as long as the mouse is over it.
    await untilIt(
      'the message to go',
      () => preferences.things(),
      (things) => !things.some(({ text }) => text === 'Settings exported to exported.json'),
    );
    await preferences.click('Import…');
    await chooseFile('Import Settings', exported);
    await preferences.shows('Replace All Settings?');
    await desktop.shell.picture('import');
    await preferences.press('Replace');
    await preferences.shows('Settings imported');
    expect(await settings.get('connections')).toBe("['workshop', 'ollama']");
    expect(await settings.get('models', 'workshop')).toBe("{'gpt-4o': 'llama3.2'}");
    expect(await settings.get('route')).toBe("'workshop'");
    // What was never set is set now, to the same.
    const set = await dump();
    for (const line of before.split('\n')) expect(set).toContain(line);
    expect(JSON.parse(text)).toMatchObject({ cloudtolocalllm: 1, settings: { route: 'workshop' } });

    await preferences.press('Undo');
    await untilIt(
      'the settings before',
      () => settings.get('connections'),
      (ids) => ids === "['ollama']",
    );
  });

  it('are as they were if a file can’t be taken', async () => {
    const file = { cloudtolocalllm: 1, connections: [{ id: 'a', url: 'nowhere' }] };
    writeFileSync(desktop.machine.path(exported), JSON.stringify(file));
    const before = await dump();
    await preferences.click('Import…');
    await chooseFile('Import Settings', exported);
    await preferences.shows('Nothing was done. connections[0].url: The address begins with http:// or https://');
    await desktop.shell.picture('import-refused');
    expect(await dump()).toBe(before);
    await preferences.close();
  });
});

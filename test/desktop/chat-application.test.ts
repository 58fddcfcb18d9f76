import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { beforeAll, it } from 'vitest';
import { useDesktop } from './lab/desktop.ts';
import { Panel } from './lab/panel.ts';
import { user } from './lab/root.ts';
import { Settings } from './lab/settings.ts';
import { untilIt } from './lab/wait.ts';

const desktop = useDesktop();
let panel: Panel;
let settings: Settings;

const id = 'online.example.Chat';

/** An application with one window, which can be told to quit as any other. */
const program = `#!/usr/bin/gjs -m
import Gio from 'gi://Gio';
import Gtk from 'gi://Gtk?version=4.0';
const application = new Gtk.Application({ application_id: '${id}' });
const quit = new Gio.SimpleAction({ name: 'quit' });
quit.connect('activate', () => application.quit());
application.add_action(quit);
application.connect('activate', () => {
  const [window] = application.get_windows();
  (window ?? new Gtk.ApplicationWindow({ application, title: 'Chat', default_width: 400, default_height: 300 })).present();
});
application.run([]);
`;

const entry = `[Desktop Entry]
Type=Application
Name=Chat
Icon=user-available
Exec=${user.home}/chat
DBusActivatable=false
`;

beforeAll(async () => {
  panel = new Panel(desktop.shell);
  settings = new Settings(desktop.machine);
  const { machine } = desktop;
  writeFileSync(machine.path(`${user.home}/chat`), program);
  chmodSync(machine.path(`${user.home}/chat`), 0o755);
  mkdirSync(machine.path(`${user.home}/.local/share/applications`), { recursive: true });
  writeFileSync(machine.path(`${user.home}/.local/share/applications/${id}.desktop`), entry);
  await untilIt(
    'the shell to know the application',
    () => desktop.shell.evaluate<boolean>(`return ${app} !== null;`),
    (known) => known,
  );
});

const app = `imports.gi.Shell.AppSystem.get_default().lookup_app('${id}.desktop')`;

/** The lines of the menu that are about the application. */
const offered = async (...labels: string[]) =>
  untilIt(
    labels.join(', '),
    async () => (await panel.lines()).map(({ texts }) => texts[0] ?? '').filter((text) => text.endsWith(' Chat')),
    (seen) => seen.join() === labels.join(),
  );

/** Waits until the application has this many windows in sight. */
const windows = (count: number) =>
  untilIt(
    `${count} windows in sight`,
    () => desktop.shell.evaluate<number>(`return ${app}.get_windows().filter((each) => !each.minimized).length;`),
    (seen) => seen === count,
  );

it('is not in the menu until one is chosen', async () => {
  await panel.open();
  await offered();
});

it('comes into the open menu when it is chosen, and goes when it isn’t installed', async () => {
  await settings.set('chat-application', "'nothing.desktop'");
  await settings.set('chat-application', `'${id}.desktop'`);
  await offered('Launch Chat');
  await desktop.shell.picture('chat-launch');
});

it('is launched, hidden, shown and told to quit', async () => {
  await panel.press('Launch Chat');
  await windows(1);
  await panel.open();
  await offered('Show Chat', 'Hide Chat', 'Quit Chat');
  await desktop.shell.picture('chat-running');

  await panel.press('Hide Chat');
  await windows(0);
  await panel.open();
  await offered('Show Chat', 'Quit Chat');

  await panel.press('Show Chat');
  await windows(1);
  await untilIt(
    'its window to have the focus',
    () => desktop.shell.evaluate<string>(`return global.display.focus_window?.title ?? '';`),
    (title) => title === 'Chat',
  );
  await panel.open();
  await panel.press('Quit Chat');
  await windows(0);
  await panel.open();
  await offered('Launch Chat');
  await panel.close();
});

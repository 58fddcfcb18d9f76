import type { Machine } from './machine.ts';
import { until } from './wait.ts';

/** Who may be and ask what the shell takes for the display manager. */
const policy = `<busconfig>
  <policy user="root"><allow own="org.gnome.DisplayManager"/></policy>
  <policy context="default"><allow send_destination="org.gnome.DisplayManager"/></policy>
</busconfig>`;

/**
 * As much of GDM as the shell wants to see before it locks a screen: that it is there. Whoever enters a password would need
 * all of it; the screen is unlocked as logind does.
 */
const standIn = `
  const { Gio, GLib } = imports.gi;
  const manager = Gio.DBusExportedObject.wrapJSObject(
    '<node><interface name="org.gnome.DisplayManager.Manager"><property name="Version" type="s" access="read"/></interface></node>',
    { Version: '48.0' });
  manager.export(Gio.DBus.system, '/org/gnome/DisplayManager/Manager');
  Gio.DBus.system.own_name('org.gnome.DisplayManager', 0, null, null);
  new GLib.MainLoop(null, false).run();
`;

/** The shell's real lock screen, on a machine where nobody logs in. */
export const ScreenLock = {
  /** How the lock screen is called on the bus; `Lock` and `SetActive b false` are what Super+L and logind do. */
  call: 'busctl --user --quiet call org.gnome.Shell /org/gnome/ScreenSaver org.gnome.ScreenSaver',

  /** Makes it possible to lock the screen in shells that start from now on. */
  async install(machine: Machine): Promise<void> {
    const file = '/etc/dbus-1/system.d/org.gnome.DisplayManager.conf';
    await machine.asRoot(['tee', file], { input: policy });
    const bus = ['org.freedesktop.DBus', '/org/freedesktop/DBus', 'org.freedesktop.DBus'];
    await machine.asRoot(['busctl', 'call', ...bus, 'ReloadConfig']);
    await machine.asRoot(['systemd-run', '--unit=test-display-manager', 'gjs', '-c', standIn]);
    const manager = [
      'org.gnome.DisplayManager',
      '/org/gnome/DisplayManager/Manager',
      'org.gnome.DisplayManager.Manager',
    ];
    await until(
      'the display manager',
      async () => (await machine.tryAsUser(['busctl', 'get-property', ...manager, 'Version'])).status === 0,
    );
  },
} as const;

import { mkdirSync, copyFileSync, rmSync, writeFileSync, chownSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { evaluate } from './eval.ts';
import type { Machine } from './machine.ts';
import { user } from './root.ts';
import { until } from './wait.ts';

/** The unit that the tests run GNOME Shell in. */
export const shellUnit = 'test-shell.service';

/** Where the pictures of a test run go: test-results/desktop/SUITE/NAME.png. */
const pictures = new URL('../../../test-results/desktop/', import.meta.url).pathname;

/**
 * Without a graphical session bound to it, every GTK window first waits 25 s for a portal. Unsafe mode opens Eval and
 * Screenshot, through which the tests look and press.
 */
const unit = `[Unit]
BindsTo=graphical-session.target
Before=graphical-session.target
[Service]
Type=notify
NotifyAccess=all
ExecStart=/usr/bin/gnome-shell --headless --virtual-monitor 1280x800 --wayland --no-x11 --unsafe-mode
`;

/** Gives the desktop a mouse and a keyboard: applications have to know of both before the first click or key. */
const plugIn = `
  const { KEYBOARD_DEVICE, POINTER_DEVICE } = Clutter.InputDeviceType;
  const seat = global.stage.get_context().get_backend().get_default_seat();
  globalThis.testKeyboard = seat.create_virtual_device(KEYBOARD_DEVICE);
  globalThis.testMouse = seat.create_virtual_device(POINTER_DEVICE);
`;

/**
 * Keeps the shell's own clocks in memory, each of which watches the time zone's file: it has one for each background that
 * it shows, and may hang for ever when the garbage collector takes one, GLib being able to lock itself out when a watched
 * file is let go (GLib's issue 1941).
 */
const keepClocks = `
  const { WallClock } = imports.gi.GnomeDesktop;
  const { _init } = WallClock.prototype;
  globalThis.testClocks = Main.layoutManager._bgManagers
    .flatMap(({ _backgroundSource }) => Object.values(_backgroundSource._backgrounds))
    .map(({ _clock }) => _clock);
  WallClock.prototype._init = function (...args) {
    testClocks.push(this);
    return _init.apply(this, args);
  };
`;

/** A part of the screen: x, y, width, height. */
export type Area = readonly [number, number, number, number];

/** A GNOME Shell that runs on a machine, without a screen. */
export class Shell {
  constructor(private readonly machine: Machine) {}

  /**
   * Starts GNOME Shell as the machine's user, and waits until it shows the empty desktop.
   * @throws Error when it doesn't come up
   */
  static async start(machine: Machine): Promise<Shell> {
    const shell = new Shell(machine);
    await shell.prepare();
    await shell.begin();
    return shell;
  }

  /** Starts a new shell in the place of the running one, as logging out and in does. */
  async restart(): Promise<void> {
    await this.machine.asUser(['systemctl', '--user', 'stop', shellUnit], { limit: 40 });
    await this.begin();
  }

  /** Runs code in the shell; see evaluate() of eval.ts. */
  evaluate<T = void>(code: string, values?: Record<string, unknown>): Promise<T> {
    return evaluate<T>(this.machine, code, values);
  }

  /** Takes a picture of the whole screen, or of a part of it, and keeps it under this name. */
  async picture(name: string, area?: Area): Promise<void> {
    const inside = `${user.home}/picture.png`;
    const service = ['org.gnome.Shell.Screenshot', '/org/gnome/Shell/Screenshot', 'org.gnome.Shell.Screenshot'];
    const take = area
      ? ['ScreenshotArea', 'iiiibs', ...area.map(String), 'false', inside]
      : ['Screenshot', 'bbs', 'false', 'false', inside];
    await this.drawn();
    await this.machine.asUser(['busctl', '--user', 'call', ...service, ...take]);
    const kept = join(pictures, this.machine.suite.name, `${name}.png`);
    mkdirSync(dirname(kept), { recursive: true });
    copyFileSync(this.machine.path(inside), kept);
    rmSync(this.machine.path(inside));
  }

  /** Waits until the shell has drawn what changed up to now. */
  async drawn(): Promise<void> {
    await this.evaluate(`
      await new Promise((resolve) => {
        let frames = 0;
        const id = global.stage.connect('after-paint', () => {
          if ((frames += 1) < 3) { global.stage.queue_redraw(); return; }
          global.stage.disconnect(id);
          resolve();
        });
        global.stage.queue_redraw();
      });`);
  }

  private async prepare(): Promise<void> {
    const path = this.machine.path(`${user.home}/.config/systemd/user/${shellUnit}`);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, unit);
    for (const made of ['.config', '.config/systemd', '.config/systemd/user', `.config/systemd/user/${shellUnit}`]) {
      chownSync(this.machine.path(`${user.home}/${made}`), user.id, user.id);
    }
    const environment = ['WAYLAND_DISPLAY=wayland-0', 'XDG_CURRENT_DESKTOP=GNOME', 'XDG_SESSION_TYPE=wayland'];
    await this.machine.asUser(['systemctl', '--user', 'daemon-reload']);
    await this.machine.asUser(['systemctl', '--user', 'set-environment', ...environment]);
    // No greeting in front of the desktop, and pictures that don't depend on the moment they are taken.
    await this.machine.asUser(['gsettings', 'set', 'org.gnome.shell', 'welcome-dialog-last-shown-version', '9999']);
    await this.machine.asUser(['gsettings', 'set', 'org.gnome.desktop.interface', 'enable-animations', 'false']);
    // The mouse begins in the corner that opens the overview, and is held there by its edges.
    await this.machine.asUser(['gsettings', 'set', 'org.gnome.desktop.interface', 'enable-hot-corners', 'false']);
  }

  private async begin(): Promise<void> {
    await this.machine.asUser(['systemctl', '--user', 'start', shellUnit], { limit: 60 });
    const starting = `return Main.layoutManager._startingUp;`;
    await until('GNOME Shell to have started', async () => !(await this.evaluate<boolean>(starting)), { limit: 30 });
    await this.evaluate(plugIn + keepClocks);
    // GNOME would say in every picture that it can't lock this screen.
    await this.evaluate('Main.overview.hide(); for (const source of Main.messageTray.getSources()) source.destroy();');
    await until('the overview to close', () => this.evaluate<boolean>('return !Main.overview.visible;'));
  }
}

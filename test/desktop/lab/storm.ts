import { uuid } from './desktop.ts';
import type { Machine } from './machine.ts';
import { user } from './root.ts';
import type { Shell } from './shell.ts';
import { until } from './wait.ts';

/** What happened in a while in which the shell drew as often as it could. */
export interface Weather {
  /** Changes that reached the shell's bus connection. */
  readonly changes: number;
  /** Times that the panel's spoken name changed, which it does with each look at what has changed. */
  readonly looks: number;
  readonly frames: number;
  /** Milliseconds between two frames, the middle and the longest. */
  readonly between: { readonly median: number; readonly longest: number };
  /** Milliseconds that a frame took, the middle and the longest. */
  readonly taken: { readonly median: number; readonly longest: number };
}

const unit = 'test-storm.service';
const source = new URL('storm.js', import.meta.url).pathname;
const rename = { destination: 'online.cloudtolocalllm.Broker', path: '/test/Storm', interface: 'test.Storm' };

/** A scripted broker whose properties change a thousand times in a second. */
export class Storm {
  private constructor(
    private readonly machine: Machine,
    private readonly shell: Shell,
  ) {}

  /** Puts it in the place of the broker, which must not run. */
  static async start(machine: Machine, shell: Shell): Promise<Storm> {
    const script = `${user.home}/storm.js`;
    machine.give(source, script);
    await machine.asUser(['systemd-run', '--user', `--unit=${unit}`, '--collect', 'gjs', script]);
    const status = ['busctl', '--user', 'status', rename.destination];
    await until('the scripted broker', async () => (await machine.tryAsUser(status)).status === 0);
    return new Storm(machine, shell);
  }

  /** Has the shell draw for a second and a half, in which the storm rages or doesn't. */
  watch(raging: boolean): Promise<Weather> {
    return this.shell.evaluate<Weather>(
      `const now = () => GLib.get_monotonic_time() / 1000;
      const button = Main.panel.statusArea[uuid];
      const [begins, takes] = [[], []];
      let [changes, looks] = [0, 0];
      const name = button.connect('notify::accessible-name', () => { looks += 1; });
      const bus = Gio.DBus.session;
      const rule = bus.signal_subscribe(rename.destination, null, 'PropertiesChanged', null, null, 0, () => { changes += 1; });
      const before = global.stage.connect('before-update', () => { begins.push(now()); });
      const after = global.stage.connect('after-update', () => {
        takes.push(now() - begins.at(-1));
        global.stage.queue_redraw();
      });
      global.stage.queue_redraw();
      if (raging) bus.call(rename.destination, rename.path, rename.interface, 'Begin', null, null, 0, -1, null, null);
      await new Promise((resolve) => GLib.timeout_add(GLib.PRIORITY_DEFAULT, 1500, () => resolve()));
      if (raging) {
        const end = now() + 20_000;
        while (changes < 1000 && now() < end) await new Promise((resolve) => GLib.idle_add(GLib.PRIORITY_LOW, () => resolve()));
        await new Promise((resolve) => GLib.timeout_add(GLib.PRIORITY_LOW, 100, () => resolve()));
      }
      global.stage.disconnect(before);
      global.stage.disconnect(after);
      bus.signal_unsubscribe(rule);
      button.disconnect(name);
      const round = (number) => Math.round(number * 10) / 10;
      const figures = (numbers) => {
        const sorted = numbers.toSorted((one, other) => one - other);
        return { median: round(sorted[sorted.length >> 1]), longest: round(sorted.at(-1)) };
      };
      const between = begins.slice(1).map((time, index) => time - begins[index]);
      return { changes, looks, frames: takes.length, between: figures(between), taken: figures(takes) };`,
      { uuid, rename, raging },
    );
  }

  /** Takes it away. */
  async stop(): Promise<void> {
    await this.machine.asUser(['systemctl', '--user', 'stop', unit]);
  }
}

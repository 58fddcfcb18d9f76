import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { within } from '../../support/broker.ts';
import type { PrivateBus } from '../../support/bus.ts';

/** Everything that is said on a bus, from the start on, as its monitor hears it. */
export class BusTraffic {
  #heard = Buffer.alloc(0);

  private constructor(
    private readonly bus: PrivateBus,
    private readonly monitor: ChildProcessByStdio<null, Readable, null>,
  ) {
    monitor.stdout.on('data', (chunk: Buffer) => (this.#heard = Buffer.concat([this.#heard, chunk])));
  }

  static async of(bus: PrivateBus): Promise<BusTraffic> {
    const monitor = spawn('dbus-monitor', ['--session', '--binary'], {
      env: bus.env,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const traffic = new BusTraffic(bus, monitor);
    await traffic.caughtUp();
    return traffic;
  }

  /** Waits until all that was said has been heard. */
  async caughtUp(): Promise<void> {
    const mark = `/mark${this.#heard.length}`;
    // A monitor that has just been started may miss the first.
    while (!this.#heard.includes(mark)) {
      await this.bus.run('dbus-send', '--session', '--type=signal', mark, 'mark.Heard.Everything');
      if (this.#heard.includes(mark)) break;
      await Promise.race([
        within(once(this.monitor.stdout, 'data'), () => 'dbus-monitor heard nothing'),
        this.bus.run('dbus-send', '--session', '--print-reply', '--dest=org.freedesktop.DBus', '/', getId),
      ]);
    }
  }

  /** What was said, each message by itself, but for those that `exempt` names. */
  messages(exempt: (message: Buffer) => boolean): readonly Buffer[] {
    const told: Buffer[] = [];
    for (let at = 0; at + 16 <= this.#heard.length;) {
      const message = this.#heard.subarray(at, at + lengthOf(this.#heard.subarray(at)));
      at += message.length;
      if (!exempt(message)) told.push(message);
    }
    return told;
  }

  async stop(): Promise<void> {
    const closed = once(this.monitor, 'close');
    this.monitor.kill('SIGTERM');
    await closed;
  }
}

const getId = 'org.freedesktop.DBus.GetId';

/** How long the message is that bytes begin with (D-Bus specification, "Message format"). */
function lengthOf(bytes: Buffer): number {
  const little = bytes[0] === 'l'.charCodeAt(0);
  const word = (at: number): number => (little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at));
  return 16 + Math.ceil(word(12) / 8) * 8 + word(4);
}

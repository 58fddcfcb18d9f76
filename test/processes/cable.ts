import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { ended } from '../desktop/lab/commands.ts';

const program = new URL('cable.py', import.meta.url).pathname;

/** Nothing that a cable does takes longer. Seconds. */
const limit = 10;

/** A cable from this process's network to one of its own, where servers can be put, that can be made bad and cut. */
export class Cable {
  /** The address at its far end. */
  static readonly far = '10.115.71.2';
  static readonly #near = '10.115.71.1';

  readonly #process: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string, undefined>;
  readonly #reader: Interface;

  private constructor() {
    const addresses = [String(process.pid), Cable.#near, Cable.far];
    const inNetworkOfItsOwn = ['--pdeathsig=KILL', 'unshare', '--net', 'python3', program, ...addresses];
    this.#process = spawn('setpriv', inNetworkOfItsOwn, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#reader = createInterface(this.#process.stdout);
    this.#lines = this.#reader[Symbol.asyncIterator]();
  }

  /**
   * Lays one.
   * @throws Error when this machine allows none
   */
  static async lay(): Promise<Cable> {
    const cable = new Cable();
    await cable.#said('plugged in');
    return cable;
  }

  /** A process in the network at its far end. */
  get network(): number {
    return this.#process.pid ?? 0;
  }

  /** Loses a share of the packets, 0 to 1, and delays all by so many milliseconds, either way. */
  async disturb(share: number, delay: number): Promise<void> {
    await this.#order(`loss ${share}`);
    await this.#order(`delay ${delay / 1000}`);
  }

  /** Lets nothing through any more, and tells nobody. */
  cut(): Promise<void> {
    return this.#order('cut');
  }

  mend(): Promise<void> {
    return this.#order('mend');
  }

  /** Takes it away, and with it the network at its far end, unless something still is there. */
  async remove(): Promise<void> {
    this.#process.stdin.end();
    await ended(this.#process);
    this.#reader.close();
  }

  async #order(order: string): Promise<void> {
    this.#process.stdin.write(`${order}\n`);
    await this.#said(order);
  }

  async #said(expected: string): Promise<void> {
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), limit * 1000);
    const line = await this.#lines.next();
    clearTimeout(timer);
    const said = line.done === true ? 'its end' : line.value;
    if (said !== expected) throw new Error(`The cable was to say “${expected}”; it said “${said}”.`);
  }
}

import { memoryOf } from '../../bench/memory.ts';
import { RunningBroker, type StartOptions } from '../../support/broker.ts';

/** What must not be in the log: a fault of ours comes with its stack. */
const stack = /\bat \S.*[:(]\d+:\d+\)?|UnhandledPromise|uncaughtException/;

/** What a broker may grow by while nothing is kept, beyond three times what it had. MB. */
const leeway = 150;

/** A broker that must live through all that comes. */
export class WatchedBroker {
  #read = 0;
  #before = 0;

  private constructor(
    private readonly options: StartOptions,
    /** The process; another one after the first has ended. */
    public running: RunningBroker,
  ) {}

  static async start(options: StartOptions): Promise<WatchedBroker> {
    return new WatchedBroker(options, await RunningBroker.start(options));
  }

  get address(): string {
    return this.running.address;
  }

  /** Notes how much memory it has now. */
  measure(): void {
    this.#before = memoryOf(this.running.process.pid ?? 0).own;
  }

  /** Throws if something went wrong in it since the last time. One that ended is started anew, for the next input. */
  async check(): Promise<void> {
    const { process } = this.running;
    if (process.exitCode !== null || process.signalCode !== null) {
      const ended = await this.running.ended();
      const log = this.running.stderr;
      await this.running.release();
      this.running = await RunningBroker.start(this.options);
      this.#read = 0;
      throw new Error(`the broker ended with ${ended}: … ${log.slice(-2000)}`);
    }
    const log = this.running.stderr.slice(this.#read);
    this.#read += log.length;
    if (stack.test(log)) throw new Error(`the log tells of a fault: ${log}`);
  }

  /** Throws if it has taken much more memory than it had. */
  checkMemory(): void {
    const now = memoryOf(this.running.process.pid ?? 0).own;
    if (now > 3 * this.#before + leeway) throw new Error(`its memory grew from ${this.#before} to ${now} MB`);
  }

  release(): Promise<void> {
    return this.running.release();
  }
}

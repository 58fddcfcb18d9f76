import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { childEnvironment } from '../childEnvironment.js';
import type { Log } from './log.js';

const run = promisify(execFile);

/** Telling systemd something takes 20 ms; what takes longer hangs. Milliseconds. */
const patience = 20_000;

/**
 * Tells systemd how the broker is: ready, a line of status, and from then on that its event loop turns. Does nothing
 * where systemd hasn't started it. Node can't send to the notify socket itself, so each runs `systemd-notify`.
 */
export class Supervisor {
  readonly #supervised: boolean;
  readonly #watchdog: number;
  #timer: NodeJS.Timeout | undefined;
  #status = '';

  constructor(
    private readonly environment: NodeJS.ProcessEnv,
    private readonly log: Log,
  ) {
    this.#supervised = environment.NOTIFY_SOCKET !== undefined;
    const meant = environment.WATCHDOG_PID === undefined || Number(environment.WATCHDOG_PID) === process.pid;
    this.#watchdog = meant ? Number(environment.WATCHDOG_USEC ?? 0) / 1000 : 0;
  }

  /** The broker serves. */
  async ready(): Promise<void> {
    if (!this.#supervised) return;
    try {
      await this.#tell('--ready', ...(this.#status === '' ? [] : [`--status=${this.#status}`]));
    } catch (error) {
      this.log.error(`systemd could not be told that the broker is ready: ${String(error)}`);
    }
    if (this.#watchdog > 0) {
      // Twice within the limit, as sd_watchdog_enabled(3) advises.
      this.#timer = setInterval(() => {
        this.#alive();
      }, this.#watchdog / 2);
    }
  }

  /** A line for `systemctl status`. */
  status(status: string): void {
    if (!this.#supervised || status === this.#status) return;
    this.#status = status;
    this.#tell(`--status=${status}`).catch((error: unknown) => {
      this.log.debug(`systemd could not be told the status: ${String(error)}`);
    });
  }

  /** Ends what tells systemd that the broker is alive. */
  close(): void {
    clearInterval(this.#timer);
  }

  #alive(): void {
    this.#tell('WATCHDOG=1').catch((error: unknown) => {
      this.log.warn(`systemd could not be told that the broker is alive: ${String(error)}`);
    });
  }

  /** The process is named, since systemd would take the program's own for it. */
  async #tell(...what: string[]): Promise<void> {
    const env = childEnvironment(this.environment);
    await run('systemd-notify', [`--pid=${process.pid}`, ...what], { timeout: patience, env });
  }
}

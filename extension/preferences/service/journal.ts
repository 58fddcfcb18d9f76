import Gio from 'gi://Gio';

import { UNIT_NAME } from '../../broker/contract.js';

/** What is told of a journal that is read. */
export interface JournalReader {
  readonly onLine: (line: string) => void;
  /** It ended, of which systemd's own words tell why; "" if they don't. */
  readonly onEnd: (reason: string) => void;
}

/** The service's lines in the user's journal: the last ones, and those that come as long as this is followed. */
export class Journal {
  readonly #cancellable = new Gio.Cancellable();
  #process: Gio.Subprocess | null = null;

  /**
   * Begins to read. Fails with an error of GIO's where there is no journalctl.
   *
   * @param lines - how many of those that there are
   * @param reader - gets the lines
   */
  follow(lines: number, { onLine, onEnd }: JournalReader): void {
    const { STDOUT_PIPE, STDERR_PIPE } = Gio.SubprocessFlags;
    const flags: Gio.SubprocessFlags = STDOUT_PIPE | STDERR_PIPE;
    const which = ['--user', '--unit', UNIT_NAME, '--lines', String(lines)];
    const command = ['journalctl', ...which, '--output', 'short-iso', '--no-pager', '--no-hostname', '--follow'];
    const process = Gio.Subprocess.new(command, flags);
    this.#process = process;
    const stdout = linesOf(process.get_stdout_pipe());
    const stderr = linesOf(process.get_stderr_pipe());
    const said: string[] = [];
    this.#read(
      stderr,
      (line) => said.push(line),
      () => undefined,
    );
    this.#read(stdout, onLine, () => {
      process.wait_async(this.#cancellable, () => {
        if (!this.#cancellable.is_cancelled()) onEnd(said.join('\n'));
      });
    });
  }

  /** Stops reading. */
  end(): void {
    this.#cancellable.cancel();
    this.#process?.force_exit();
    this.#process = null;
  }

  #read(stream: Gio.DataInputStream, onLine: (line: string) => void, onEnd: () => void): void {
    stream.read_line_async(0, this.#cancellable, (_stream, result) => {
      if (this.#cancellable.is_cancelled()) return;
      const [bytes] = stream.read_line_finish(result);
      if (bytes === null) {
        onEnd();
        return;
      }
      onLine(new TextDecoder().decode(bytes));
      this.#read(stream, onLine, onEnd);
    });
  }
}

/** A pipe line by line. */
function linesOf(pipe: Gio.InputStream | null): Gio.DataInputStream {
  if (pipe === null) throw new Error('A process was started without a pipe.');
  return new Gio.DataInputStream({ base_stream: pipe });
}

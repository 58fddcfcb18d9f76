import { open, readFile } from 'node:fs/promises';
import { type Ends, entriesOf, ownerIn } from './socketTable.js';

/** Says whose process is at the other end of a connection from this machine itself, by the kernel's own tables. */
export class Owners {
  readonly #tcp = new Table('/proc/net/tcp');
  readonly #tcp6 = new Table('/proc/net/tcp6');

  /** The user id; undefined if nobody's process is there any more. Rejects if the kernel doesn't tell. */
  async of(ends: Ends): Promise<number | undefined> {
    const { tcp, tcp6 } = entriesOf(ends);
    const owner = tcp === undefined ? undefined : await this.#tcp.ownerOf(tcp);
    if (owner !== undefined || tcp6 === undefined) return owner;
    return this.#tcp6.ownerOf(tcp6);
  }
}

/** Who waits for what a table says of an entry. */
interface Waiting {
  readonly entry: string;
  readonly found: (owner: number | undefined) => void;
  readonly failed: (error: unknown) => void;
}

/** More than the kernel ever gives at a time, which is a page, and the line that the one before ended in. Bytes. */
const bufferSize = 16 * 1024;

/**
 * A table of the kernel's. To write a line of it costs the kernel microseconds, and what was closed in the last minute is in
 * it, too: it is read no further than needed, and all who come while it is read share the next reading.
 */
class Table {
  #waiting: Waiting[] = [];
  #reading = false;

  constructor(private readonly path: string) {}

  /** Whose an entry is, in a reading that began after this was called. */
  ownerOf(entry: string): Promise<number | undefined> {
    return new Promise((found, failed) => {
      this.#waiting.push({ entry, found, failed });
      if (!this.#reading) void this.#readOn();
    });
  }

  async #readOn(): Promise<void> {
    this.#reading = true;
    while (this.#waiting.length > 0) {
      const waiting = this.#waiting;
      this.#waiting = [];
      try {
        await this.#answer(waiting);
      } catch (error) {
        for (const { failed } of waiting) failed(error);
      }
    }
    this.#reading = false;
  }

  async #answer(waiting: readonly Waiting[]): Promise<void> {
    let left = waiting;
    const file = await open(this.path);
    try {
      const buffer = Buffer.allocUnsafe(bufferSize);
      let kept = 0;
      while (left.length > 0) {
        const { bytesRead } = await file.read(buffer, kept, bufferSize - kept, null);
        if (bytesRead === 0) break;
        const end = kept + bytesRead;
        const lines = buffer.subarray(0, buffer.lastIndexOf('\n', end - 1) + 1);
        left = left.filter(({ entry, found }) => {
          const owner = ownerIn(lines, entry);
          if (owner !== undefined) found(owner);
          return owner === undefined;
        });
        kept = buffer.copy(buffer, 0, lines.length, end);
      }
    } finally {
      await file.close();
    }
    for (const { found } of left) found(undefined);
  }
}

/** Who somebody is, in words: by the name that /etc/passwd has, or else by number, if this process can know that. */
export async function userInWords(id: number): Promise<string> {
  const map = await readFile('/proc/self/uid_map', 'utf8').catch(() => undefined);
  if (map !== undefined && !isMapped(id, map)) return 'another user';
  const users = await readFile('/etc/passwd', 'utf8').catch(() => '');
  const line = users.split('\n').find((one) => one.split(':')[2] === String(id));
  return `the user ${line?.split(':')[0] ?? `number ${id}`}`;
}

/**
 * Whether a user id means somebody in a namespace of users. A broker that systemd confines is in one that has its own user
 * alone; all others are shown to it as the number that is called nobody elsewhere (user_namespaces(7)).
 *
 * @param map the text of /proc/PID/uid_map: lines of the first id inside, the first outside, and how many there are
 */
export function isMapped(id: number, map: string): boolean {
  return map.split('\n').some((line) => {
    const [first = NaN, , count = NaN] = line.trim().split(/ +/).map(Number);
    return id >= first && id < first + count;
  });
}

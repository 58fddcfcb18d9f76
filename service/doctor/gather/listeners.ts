import { readdir, readFile, readlink } from 'node:fs/promises';
import type { Listener } from '../facts.js';

/** A socket that listens, in the kernel's tables (TCP_LISTEN of its tcp_states.h). */
const listening = '0A';

/** Who listens on some ports, by the kernel's own tables. */
export async function lookForListeners(ports: readonly number[]): Promise<ReadonlyMap<number, Listener>> {
  const tables = await Promise.all(['/proc/net/tcp', '/proc/net/tcp6'].map(textOf));
  const sockets = tables.flatMap((table) => listenersIn(table)).filter(({ port }) => ports.includes(port));
  const processes = await processesWith(sockets.map(({ inode }) => inode));
  const self = process.getuid?.() ?? -1;
  return new Map(
    sockets.map(({ port, user, inode }) => [port, { own: user === self, ...(processes.get(inode) ?? unknown) }]),
  );
}

const unknown = { pid: undefined, program: undefined };

/** A socket that listens. */
interface ListeningSocket {
  readonly port: number;
  readonly user: number;
  readonly inode: string;
}

/** The sockets that listen, of a table as /proc/net/tcp is. */
export function listenersIn(table: string): ListeningSocket[] {
  return table.split('\n').flatMap((line) => {
    // sl local_address rem_address st tx_queue:rx_queue tr:tm->when retrnsmt uid timeout inode
    const [, port, state, user, inode] =
      /^ *\d+: [0-9A-F]+:([0-9A-F]{4}) \S+ ([0-9A-F]{2}) \S+ \S+ \S+ +(\d+) +\d+ (\d+) /.exec(line) ?? [];
    if (port === undefined || inode === undefined || state !== listening) return [];
    return [{ port: parseInt(port, 16), user: Number(user), inode }];
  });
}

/** The processes that have sockets open, as far as this user may look into them. */
async function processesWith(inodes: readonly string[]): Promise<Map<string, Pick<Listener, 'pid' | 'program'>>> {
  const found = new Map<string, Pick<Listener, 'pid' | 'program'>>();
  if (inodes.length === 0) return found;
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const files = await readdir(`/proc/${pid}/fd`).catch(() => []);
    const targets = await Promise.all(files.map((file) => readlink(`/proc/${pid}/fd/${file}`).catch(() => '')));
    for (const inode of inodes) {
      if (!targets.includes(`socket:[${inode}]`)) continue;
      found.set(inode, { pid: Number(pid), program: (await textOf(`/proc/${pid}/comm`)).trim() });
    }
  }
  return found;
}

function textOf(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}

import { isIPv4 } from 'node:net';
import { endianness } from 'node:os';

/** The two ends of a TCP connection, as Node names them on our side of it. */
export interface Ends {
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly localAddress: string;
  readonly localPort: number;
}

/** How the other end's socket is written in the kernel's tables; undefined where it can't be. */
export interface Entries {
  /** In /proc/net/tcp. */
  readonly tcp: string | undefined;
  /** In /proc/net/tcp6, which also has what an IPv6 socket does with IPv4. */
  readonly tcp6: string | undefined;
}

/** How the kernel writes the socket at the other end of a loopback connection: that one's own end comes first. */
export function entriesOf({ remoteAddress, remotePort, localAddress, localPort }: Ends): Entries {
  const entry = (write: (address: string) => string | undefined): string | undefined => {
    const [remote, local] = [write(remoteAddress), write(localAddress)];
    if (remote === undefined || local === undefined) return undefined;
    return `: ${remote}:${hex(remotePort, 4)} ${local}:${hex(localPort, 4)} `;
  };
  return { tcp: entry(inIPv4), tcp6: entry(inIPv6) };
}

/** A socket that only tries to connect is not yet at the end of anything (TCP_SYN_SENT of the kernel's tcp_states.h). */
const connecting = '02';

/**
 * The user whose process has a socket, by what the kernel tells in /proc/net/tcp or tcp6 (its documentation,
 * networking/proc_net_tcp). A socket that its process has closed stays there for a while, without an inode and as root's:
 * it belongs to nobody.
 *
 * @param table whole lines of it
 * @param entry as `entriesOf` writes it
 */
export function ownerIn(table: Buffer, entry: string): number | undefined {
  for (let at = table.indexOf(entry); at >= 0; at = table.indexOf(entry, at + 1)) {
    // st tx_queue:rx_queue tr:tm->when retrnsmt uid timeout inode
    const rest = table.toString('latin1', at + entry.length, at + entry.length + 128);
    const [, state, user, inode] = /^([0-9A-F]{2}) \S+ \S+ \S+ +(\d+) +\d+ (\d+) /.exec(rest) ?? [];
    if (state !== undefined && state !== connecting && inode !== '0') return Number(user);
  }
  return undefined;
}

function inIPv4(address: string): string | undefined {
  const plain = address.replace(/^::ffff:/i, '');
  return isIPv4(plain) ? words(plain.split('.').map(Number)) : undefined;
}

function inIPv6(address: string): string | undefined {
  const mapped = inIPv4(address);
  if (mapped !== undefined) return `${'0'.repeat(16)}${words([0, 0, 255, 255])}${mapped}`;
  return address === '::1' ? `${'0'.repeat(24)}${words([0, 0, 0, 1])}` : undefined;
}

/** Four bytes as the kernel prints them: as one number in the processor's own order. */
function words(bytes: readonly number[]): string {
  const ordered = endianness() === 'LE' ? bytes.toReversed() : bytes;
  return ordered.map((byte) => hex(byte, 2)).join('');
}

function hex(value: number, digits: number): string {
  return value.toString(16).toUpperCase().padStart(digits, '0');
}

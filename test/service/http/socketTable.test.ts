import { endianness } from 'node:os';
import { describe, expect, it } from 'vitest';
import { entriesOf, ownerIn } from '../../../service/http/socketTable.js';

const ends = (remoteAddress: string, localAddress = remoteAddress) => ({
  ...{ remoteAddress, localAddress },
  ...{ remotePort: 45130, localPort: 11435 },
});

// Elsewhere the kernel writes the other way round, and the tables below with it.
describe.runIf(endianness() === 'LE')('the other end of a connection, as the kernel writes it', () => {
  const mapped = '0000000000000000FFFF00000100007F';
  const six = '00000000000000000000000001000000';
  it.each([
    ['127.0.0.1', ': 0100007F:B04A 0100007F:2CAB ', `: ${mapped}:B04A ${mapped}:2CAB `],
    ['::ffff:127.0.0.1', ': 0100007F:B04A 0100007F:2CAB ', `: ${mapped}:B04A ${mapped}:2CAB `],
    ['::FFFF:127.0.0.1', ': 0100007F:B04A 0100007F:2CAB ', `: ${mapped}:B04A ${mapped}:2CAB `],
    ['::1', undefined, `: ${six}:B04A ${six}:2CAB `],
    ['fe80::1%eth0', undefined, undefined],
  ])('%s', (address, tcp, tcp6) => {
    expect(entriesOf(ends(address))).toEqual({ tcp, tcp6 });
  });

  it('begins with its own end', () => {
    expect(entriesOf(ends('127.0.0.2', '127.0.0.1')).tcp).toBe(': 0200007F:B04A 0100007F:2CAB ');
  });
});

describe('the owner of a socket', () => {
  const { tcp: entry = '' } = entriesOf(ends('127.0.0.1'));
  const reversed = entriesOf({ ...ends('127.0.0.1'), remotePort: 11435, localPort: 45130 }).tcp ?? '';
  const otherPort = entriesOf({ ...ends('127.0.0.1'), remotePort: 45131 }).tcp ?? '';
  const line = (pair: string, state: string, user: number, inode: number): string =>
    `  17${pair}${state} 00000000:00000000 02:000007D0 00000000 ${String(user).padStart(5)}        0 ${inode} 2 000000008eed4d1f 20 4 30 10 -1\n`;
  const head = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';

  it.each<[what: string, lines: string, owner: number | undefined]>([
    ['a process of a user', line(entry, '01', 1000, 7), 1000],
    ['root', line(entry, '01', 0, 7), 0],
    ['a user with a long number', line(entry, '01', 4294967294, 7), 4294967294],
    ['what has sent all that it has to say', line(entry, '05', 1000, 7), 1000],
    ['nothing at all', '', undefined],
    ['our own side alone', line(reversed, '01', 1000, 7), undefined],
    ['another connection', line(otherPort, '01', 1000, 7), undefined],
    ['one among others', line(reversed, '01', 0, 6) + line(otherPort, '01', 2, 5) + line(entry, '01', 1000, 7), 1000],
    ['a socket that its process has closed', line(entry, '05', 0, 0), undefined],
    ['what is left of a connection that is over', line(entry, '06', 0, 0), undefined],
    ['one that only tries to connect', line(entry, '02', 1000, 7), undefined],
    ['a new one after what is left of an old one', line(entry, '06', 0, 0) + line(entry, '01', 1000, 7), 1000],
    ['a line that is cut', line(entry, '01', 1000, 7).slice(0, 60), undefined],
  ])('%s', (_what, lines, owner) => {
    expect(ownerIn(Buffer.from(head + lines), entry)).toBe(owner);
  });
});

import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { Arrivals } from '../../../service/http/arrival.js';
import { isMapped, Owners, userInWords } from '../../../service/http/owners.js';
import type { Ends } from '../../../service/http/socketTable.js';
import { asOtherUser, noOtherUser, otherUser } from '../../support/otherUser.ts';
import { releasing } from '../../support/releases.ts';

const release = releasing();
const self = process.getuid?.();

async function listening(host: string): Promise<{ server: Server; port: number }> {
  const server = createServer({ allowHalfOpen: true }).listen(0, host);
  release(() => server.close());
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port };
}

/** Both sides of a connection. */
async function connected(host: string, to: string): Promise<{ near: Socket; far: Socket; ends: Ends }> {
  const { server, port } = await listening(host);
  const accepted = once(server, 'connection');
  const far = connect(port, to);
  release(() => far.destroy());
  const [near] = (await accepted) as [Socket];
  release(() => near.destroy());
  near.on('error', () => undefined);
  return { near, far, ends: endsOf(near) };
}

function endsOf(socket: Socket): Ends {
  const arrivals = new Arrivals();
  arrivals.note(socket, false);
  const arrival = arrivals.of(socket);
  if (arrival === 'unix' || arrival.ends === undefined) throw new Error('no TCP connection');
  return arrival.ends;
}

describe('whose process is at the other end, by the kernel', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['127.0.0.1', '::ffff:127.0.0.1'],
    ['::1', '::1'],
    ['::', '127.0.0.1'],
    ['::', '::1'],
  ])('at %s, asked at %s: one’s own', async (host, to) => {
    const { ends } = await connected(host, to);
    expect(await new Owners().of(ends)).toBe(self);
  });

  it.skipIf(noOtherUser)('another user’s', async () => {
    const { server, port } = await listening('127.0.0.1');
    const accepted = once(server, 'connection');
    const script = `require('net').connect(${port}, '127.0.0.1', () => console.log('connected'))`;
    const { process: child } = await asOtherUser(script);
    release(() => child.kill());
    const [near] = (await accepted) as [Socket];
    release(() => near.destroy());
    expect(await new Owners().of(endsOf(near))).toBe(otherUser);
  });

  it('nobody’s, when it has closed its socket', async () => {
    const { near, far, ends } = await connected('127.0.0.1', '127.0.0.1');
    const ended = once(near.resume(), 'end');
    far.destroy();
    await ended;
    expect(await new Owners().of(ends)).toBeUndefined();
  });

  it('all of a crowd that comes at once', async () => {
    const { server, port } = await listening('127.0.0.1');
    const near: Socket[] = [];
    const all = new Promise<void>((resolve) => {
      server.on('connection', (socket) => {
        near.push(socket);
        if (near.length === 50) resolve();
      });
    });
    const far = Array.from({ length: 50 }, () => connect(port, '127.0.0.1'));
    await all;
    release(() => {
      for (const socket of [...near, ...far]) socket.destroy();
    });
    const owners = new Owners();
    const found = await Promise.all(near.map((socket) => owners.of(endsOf(socket))));
    expect(new Set(found)).toEqual(new Set([self]));
  });
});

describe('how a connection came', () => {
  it('is still known when it is over', async () => {
    const { near } = await connected('127.0.0.1', '127.0.0.1');
    const arrivals = new Arrivals();
    arrivals.note(near, false);
    near.destroy();
    expect(arrivals.of(near)).toMatchObject({ loopback: true });
  });

  it('is never a unix socket where nobody noted it, or it was over before', async () => {
    const { near } = await connected('127.0.0.1', '127.0.0.1');
    const arrivals = new Arrivals();
    expect(arrivals.of(near)).toEqual({ ends: undefined, loopback: false });
    const { near: gone } = await connected('127.0.0.1', '127.0.0.1');
    gone.destroy();
    arrivals.note(gone, false);
    expect(arrivals.of(gone)).toMatchObject({ loopback: expect.any(Boolean) as boolean });
  });
});

describe('a user in words', () => {
  it.each([
    [0, 'the user root'],
    [4294967000, 'the user number 4294967000'],
  ])('%d: %s', async (id, name) => {
    expect(await userInWords(id)).toBe(name);
  });
});

describe('whether a user can be told from others', () => {
  const everybody = '         0          0 4294967295\n';
  const confined = '      1000       1000          1\n';
  const container = '         0     100000      65536\n     70000       1000          1\n';

  it.each<[id: number, where: string, map: string, mapped: boolean]>([
    [0, 'everywhere', everybody, true],
    [65534, 'everywhere', everybody, true],
    [1000, 'where the broker is confined', confined, true],
    [65534, 'where the broker is confined', confined, false],
    [1001, 'where the broker is confined', confined, false],
    [65534, 'in a container', container, true],
    [65536, 'in a container', container, false],
    [70000, 'in a container', container, true],
    [0, 'nowhere', '', false],
  ])('%d %s', (id, _where, map, mapped) => {
    expect(isMapped(id, map)).toBe(mapped);
  });
});

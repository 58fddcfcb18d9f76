import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { request as secureRequest } from 'node:https';
import { type AddressInfo, createServer } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as secureConnect, type PeerCertificate, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { program, Running, within } from '../../support/broker.ts';
import { selfSigned } from '../../support/certificates.ts';
import { askedByOtherUser, noOtherUser } from '../../support/otherUser.ts';
import { releasing } from '../../support/releases.ts';
import { keyCommand, until } from './keyed.ts';
import { fieldsIn, send } from './sending.ts';

const release = releasing();
const demo = { connections: [{ id: 'demo', kind: 'demo' }] };

/** An address of this machine that isn't loopback: what comes over it comes as if from another machine. */
const outside = Object.values(networkInterfaces())
  .flat()
  .find((one) => one?.family === 'IPv4' && !one.internal)?.address;

let folder: string;
let first: { certificate: string; key: string };
let second: { certificate: string; key: string };

const removals: (() => void)[] = [];

/** A certificate for this machine, as the configuration names it. */
function made(subject: string): { certificate: string; key: string } {
  const keep = (remove: () => void): void => void removals.push(remove);
  const { path, keyPath } = selfSigned('DNS:localhost,IP:127.0.0.1', keep, subject);
  return { certificate: path, key: keyPath };
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cloudtolocalllm-tls-'));
  [first, second] = [made('first'), made('second')];
});
afterAll(() => {
  for (const remove of removals) remove();
  rmSync(folder, { recursive: true });
});

async function started(config: object, ...args: string[]): Promise<{ running: Running; address: string }> {
  const running = new Running(['serve', '--no-dbus', ...args], { config: { ...demo, ...config } });
  release(() => running.release());
  const [, address = ''] = await running.printed(/answers on (https?:\S+)[\s\S]*Ctrl-C/);
  return { running, address };
}

async function refusedStart(config: object, ...args: string[]): Promise<string> {
  const running = new Running(['serve', '--no-dbus', ...args], { config: { ...demo, ...config } });
  release(() => running.release());
  expect(await running.ended()).toBe(1);
  expect(running.stderr.trim().split('\n')).toHaveLength(1);
  return running.stderr;
}

/** Asks over TLS, at an address where the broker's certificate needn't have been made for. */
async function askSecurely(address: string, host: string, headers: Record<string, string> = {}): Promise<number> {
  const { port } = new URL(address);
  const ca = readFileSync(first.certificate);
  const asking = secureRequest({
    ...{ host, port, path: '/api/tags', headers, ca, agent: false },
    checkServerIdentity: () => undefined,
  }).end();
  const [answer] = (await within(once(asking, 'response'), () => 'no answer')) as [IncomingMessage];
  answer.resume();
  return answer.statusCode ?? 0;
}

async function shown(address: string): Promise<string> {
  const socket: TLSSocket = secureConnect({ port: Number(new URL(address).port), rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const { subject }: PeerCertificate = socket.getPeerCertificate();
  socket.destroy();
  return String(subject.CN);
}

describe('an address that other machines can reach is refused', () => {
  it('in the configuration', async () => {
    expect(await refusedStart({ listen: '0.0.0.0:0' })).toMatch(
      /listen: "0\.0\.0\.0" can be reached from other machines: that takes "tls" .*or "proxy": true/,
    );
  });

  it.each(['0.0.0.0:0', '[::]:0'])('on the command line: %s', async (listen) => {
    expect(await refusedStart({}, '--listen', listen)).toMatch(/can be reached from other machines/);
  });

  it('when systemd hands it over', async () => {
    const server = createServer().listen(0, '0.0.0.0');
    release(() => server.close());
    await once(server, 'listening');
    const { fd } = (server as unknown as { _handle: { fd: number } })._handle;
    const config = join(folder, 'inherited.json');
    const child = (settings: object) => {
      writeFileSync(config, JSON.stringify({ ...demo, ...settings }));
      const script = 'export LISTEN_PID=$$ LISTEN_FDS=1; exec "$@"';
      const command = [process.execPath, program, 'serve', '--no-dbus', '--config', config];
      const started = spawn('sh', ['-c', script, 'sh', ...command], {
        env: { PATH: process.env.PATH, HOME: folder },
        stdio: ['ignore', 'pipe', 'pipe', fd],
      });
      release(() => started.kill());
      return started;
    };

    const refused = child({});
    const [said] = (await once(refused.stderr ?? refused, 'data')) as [Buffer];
    expect(said.toString()).toMatch(/"0\.0\.0\.0" can be reached from other machines/);

    const secure = child({ tls: first });
    const [greeting] = (await once(secure.stdout ?? secure, 'data')) as [Buffer];
    expect(greeting.toString()).toContain(`https://0.0.0.0:${(server.address() as AddressInfo).port}`);
  });
});

describe('a certificate that can’t be used is refused with words', () => {
  const listen = '0.0.0.0:0';
  it('one that isn’t there', async () => {
    const tls = { ...first, certificate: '/nowhere.pem' };
    expect(await refusedStart({ listen, tls })).toMatch(/tls\/certificate: \/nowhere\.pem does not exist/);
  });

  it('a key that others may read', async () => {
    const key = join(folder, 'open.key');
    copyFileSync(first.key, key);
    chmodSync(key, 0o644);
    expect(await refusedStart({ listen, tls: { ...first, key } })).toMatch(
      /tls\/key: \S+ may be read by other users; run: chmod 600/,
    );
  });

  it('another one’s key', async () => {
    expect(await refusedStart({ listen, tls: { ...first, key: second.key } })).toMatch(
      /tls: no certificate and the key that belongs to it/,
    );
  });

  it('what is no certificate at all', async () => {
    expect(await refusedStart({ listen, tls: { ...first, certificate: first.key } })).toMatch(/tls: no certificate/);
  });
});

describe('with a certificate', () => {
  const listen = '0.0.0.0:0';

  it('the user’s own processes are answered without a key, others aren’t', async () => {
    const { running, address } = await started({ listen, tls: first });
    expect(address).toMatch(/^https:/);
    expect(await askSecurely(address, '127.0.0.1')).toBe(200);
    if (outside !== undefined) {
      expect(await askSecurely(address, outside)).toBe(401);
      const { stdout } = await keyCommand(running, 'create', 'laptop');
      const headers = { authorization: `Bearer ${stdout.trim()}` };
      let status: number;
      do status = await askSecurely(address, outside, headers);
      while (status === 401);
      expect(status).toBe(200);
    }
  });

  it.each([
    ['TLSv1.1', false],
    ['TLSv1.2', true],
    ['TLSv1.3', true],
  ] as const)('%s is spoken: %s', async (version, spoken) => {
    const { address } = await started({ listen, tls: first });
    const socket = secureConnect({
      ...{ port: Number(new URL(address).port), rejectUnauthorized: false, minVersion: version, maxVersion: version },
      ciphers: 'DEFAULT@SECLEVEL=0',
    });
    const outcome = await new Promise<boolean>((resolve) => {
      socket.once('secureConnect', () => {
        resolve(true);
      });
      socket.once('error', () => {
        resolve(false);
      });
    });
    socket.destroy();
    expect(outcome).toBe(spoken);
  });

  it('nothing is answered without TLS', async () => {
    const { address } = await started({ listen, tls: first });
    const plain = send({ address: `http://127.0.0.1:${new URL(address).port}` }, 'GET', '/healthz');
    await expect(plain).rejects.toThrow(/hang up|ECONNRESET/);
  });

  it('a renewed one is shown after a reload, a broken one changes nothing', async () => {
    const [certificate, key] = [join(folder, 'live.pem'), join(folder, 'live.key')];
    copyFileSync(first.certificate, certificate);
    copyFileSync(first.key, key);
    chmodSync(key, 0o600);
    const { running, address } = await started({ listen, tls: { certificate, key } });
    expect(await shown(address)).toBe('first');

    copyFileSync(second.certificate, certificate);
    running.process.kill('SIGHUP');
    await running.printed(/tls: no certificate and the key that belongs to it.*; what was in force before stays/);
    expect(await shown(address)).toBe('first');

    copyFileSync(second.key, key);
    running.process.kill('SIGHUP');
    let name: string;
    do name = await shown(address);
    while (name === 'first');
    expect(name).toBe('second');
  });

  it('loopback alone stays as it is', async () => {
    const { address } = await started({ listen: '127.0.0.1:0', tls: first });
    expect(address).toMatch(/^http:/);
    expect((await send({ address }, 'GET', '/api/tags')).status).toBe(200);
  });
});

describe('behind a proxy', () => {
  it('every request over TCP needs a key, but for whether the broker is alive', async () => {
    const { running, address } = await started({ proxy: true }, '--listen', '127.0.0.1:0');
    const refused = await send({ address }, 'GET', '/v1/messages/batches');
    expect(refused.status).toBe(401);
    expect(fieldsIn(refused)).toEqual({
      type: 'error',
      error: {
        type: 'authentication_error',
        message: expect.stringMatching(/^this address wants a key of its own: cloudtolocalllm key create/) as string,
      },
    });
    expect((await send({ address }, 'GET', '/healthz')).status).toBe(200);

    const { stdout } = await keyCommand(running, 'create', 'laptop');
    const key = stdout.trim();
    await until({ address }, key, 200);
    for (const headers of [{ authorization: `Bearer ${key}` }, { 'x-api-key': key }]) {
      expect((await send({ address }, 'GET', '/api/tags', { headers })).status).toBe(200);
    }
    const foreign = { authorization: `Bearer sk-not-ours` };
    expect((await send({ address }, 'GET', '/api/tags', { headers: foreign })).status).toBe(401);
    // Some clients send what they always send beside it.
    const both = { ...foreign, 'x-api-key': key };
    expect((await send({ address }, 'GET', '/api/tags', { headers: both })).status).toBe(200);
    if (noOtherUser === undefined) {
      const { status } = await askedByOtherUser(`${address}/api/tags`, { 'x-api-key': key });
      expect(status).toBe(200);
    }
  });

  it('an address that others can reach may be listened on, without TLS', async () => {
    const { address } = await started({ listen: '0.0.0.0:0', proxy: true });
    expect(address).toMatch(/^http:/);
  });

  it('is followed when it is said later', async () => {
    const { running, address } = await started({}, '--listen', '127.0.0.1:0');
    expect((await send({ address }, 'GET', '/api/tags')).status).toBe(200);
    writeFileSync(join(running.folder, 'config.json'), JSON.stringify({ ...demo, proxy: true }));
    let status: number;
    do ({ status } = await send({ address }, 'GET', '/api/tags'));
    while (status === 200);
    expect(status).toBe(401);
  });
});

import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { authority } from '../support/certificates.ts';
import { behindTls } from '../support/tls.ts';
import { releasing } from '../support/releases.ts';
import { OllamaStandIn } from '../upstreams/ollama.ts';
import { OpenaiStandIn } from '../upstreams/openai.ts';
import { address, Broker } from './lab/broker.ts';
import { checkout, useDesktop } from './lab/desktop.ts';
import { Settings } from './lab/settings.ts';
import { until, untilIt } from './lab/wait.ts';

const desktop = useDesktop({ shell: false });
const release = releasing();

const installer = `${checkout}/packaging/home/install.mjs`;
const dropIn = '/home/user/.local/share/systemd/user/cloudtolocalllm.service.d/confinement.conf';
const hidden = '/run/user/1000/systemd/user.control/cloudtolocalllm.service.d/confinement.conf';

let broker: Broker;
beforeAll(() => {
  broker = new Broker(desktop.machine);
});

const install = (...args: string[]): Promise<string> =>
  desktop.machine.asUser(['node', installer, ...args], { limit: 60 });
const shell = (script: string) => desktop.machine.tryAsUser(['sh', '-c', script]);
/** Writes a file as the user does. */
const write = (path: string, text: string): Promise<string> => desktop.machine.asUser(['tee', path], { input: text });
const dropIns = (): Promise<string> => broker.unitProperty('DropInPaths');

/** Asks as an application does, which starts the broker. */
const asked = (): Promise<string> =>
  desktop.machine.asUser(['curl', '-sS', '--max-time', '15', `${address}/broker/status`]);

/** What a service of the user may not do, as a kernel or a distribution forbids it to all; undefined to allow it again. */
async function forbid(settings: readonly string[] | undefined): Promise<void> {
  const folder = '/etc/systemd/system/user@.service.d';
  const file = `${folder}/forbidden.conf`;
  // It is restarted as often as tests want.
  const text = ['[Unit]', 'StartLimitIntervalSec=0', '[Service]', ...(settings ?? [])].join('\\n');
  await desktop.machine.asRoot(['sh', '-c', `mkdir -p ${folder}; printf '${text}\\n' >${file}`]);
  await desktop.machine.asRoot(['systemctl', 'daemon-reload']);
  await desktop.machine.asRoot(['systemctl', 'restart', 'user@1000.service'], { limit: 60 });
  const sockets = ['dbus.socket', 'sockets.target'];
  await until('the session', async () => (await shell(`systemctl --user is-active ${sockets.join(' ')}`)).status === 0);
}

describe('where the system allows it, the broker', () => {
  beforeAll(async () => {
    await broker.systemctl('start');
  });

  it('is confined, and systemd says how far', async () => {
    expect(await dropIns()).toContain(dropIn);
    const said = await desktop.machine.asUser(
      ['systemd-analyze', '--user', '--no-pager', 'security', 'cloudtolocalllm.service'],
      { limit: 40 },
    );
    console.log(said);
    const [, exposure] = /Overall exposure level for cloudtolocalllm\.service: ([\d.]+)/.exec(said) ?? [];
    expect(Number(exposure)).toBeLessThan(2.5);
  });

  it('serves, is on the bus, reads the settings and follows them', async () => {
    const upstream = await new OllamaStandIn().start();
    release(() => upstream.stop());
    const settings = new Settings(desktop.machine);
    await settings.setConnections([{ id: 'ollama', kind: 'ollama', url: upstream.origin }]);
    await untilIt(
      'the connection to be there',
      () => broker.connectionProperty<string>('ollama', 'State'),
      (state) => state === 'connected',
    );
    expect(JSON.parse(await asked())).toMatchObject({ state: 'connected' });
    await settings.set('route', "'cloud'");
    await untilIt(
      'the route',
      () => broker.property<string>('Route'),
      (route) => route === 'cloud',
    );
  });

  it('keeps a route that is chosen on the bus', async () => {
    const path = ['online.cloudtolocalllm.Broker', '/online/cloudtolocalllm/Broker'];
    const set = ['set-property', ...path, 'online.cloudtolocalllm.Broker1', 'Route', 's', 'local'];
    await desktop.machine.asUser(['busctl', '--user', ...set]);
    await untilIt(
      'the setting',
      () => new Settings(desktop.machine).get('route'),
      (route) => route === "'local'",
    );
  });

  it('reads a configuration, a token and an authority in the home folder', async () => {
    const server = new OpenaiStandIn();
    server.token = 'sk-secret';
    await server.start();
    release(() => server.stop());
    const root = authority(release);
    const tls = await behindTls(server, root.issue('IP:127.0.0.1'), release);
    const connection = { id: 'far', kind: 'openai', url: tls.url, ca: '/home/user/ca.pem' };
    const config = { connections: [{ ...connection, token: { file: '/home/user/token' } }] };
    await write('/home/user/ca.pem', root.cert);
    await write('/home/user/token', 'sk-secret\n');
    await write('/home/user/config.json', JSON.stringify(config));
    await desktop.machine.asUser(['chmod', '600', 'token']);
    const usual = await desktop.machine.asUser(['systemctl', '--user', 'cat', 'cloudtolocalllm.service']);
    const [start = ''] = /^ExecStart=.*$/m.exec(usual) ?? [];
    const folder = '/home/user/.config/systemd/user/cloudtolocalllm.service.d';
    await desktop.machine.asUser(['mkdir', '-p', folder]);
    await write(`${folder}/config.conf`, `[Service]\nExecStart=\n${start} --config /home/user/config.json\n`);
    await desktop.machine.asUser(['systemctl', '--user', 'daemon-reload']);
    try {
      await broker.systemctl('restart');
      await untilIt(
        'the connection to be there',
        () => broker.connectionProperty<string>('far', 'State'),
        (state) => state === 'connected',
      );
    } finally {
      await desktop.machine.asUser(['rm', '-r', folder]);
      await desktop.machine.asUser(['systemctl', '--user', 'daemon-reload']);
      await broker.systemctl('restart');
    }
  });

  it.each([
    '/home/user',
    '/home/user/.config',
    '/home/user/.local/lib/cloudtolocalllm',
    '/home/user/.local/share/systemd/user',
    '/run/user/1000',
    '/run/user/1000/cloudtolocalllm',
    '/run/user/1000/systemd/user.control',
  ])('can’t write to %s, as its user can', async (folder) => {
    const file = `${folder}/written`;
    expect(await shell(`mkdir -p ${folder} && touch ${file} && rm ${file}`)).toMatchObject({ status: 0 });
    const tried = await shell(`touch /proc/${await broker.pid()}/root${file}`);
    expect(tried.stderr).toContain('Read-only file system');
  });

  it('can write to its state, which only its user may read, and run nothing there', async () => {
    const state = '/home/user/.local/state/cloudtolocalllm';
    const inside = `/proc/${await broker.pid()}/root${state}`;
    expect(await desktop.machine.asUser(['stat', '-c', '%a', state])).toBe('700');
    expect(await shell(`cp /bin/true ${inside}/program`)).toMatchObject({ status: 0 });
    expect((await shell(`${inside}/program`)).stderr).toContain('Permission denied');
    expect(await shell(`${state}/program && rm ${state}/program`)).toMatchObject({ status: 0 });
  });

  it('has temporary files of its own, and no devices', async () => {
    const root = `/proc/${await broker.pid()}/root`;
    await desktop.machine.asUser(['touch', '/tmp/of-another']);
    expect(await desktop.machine.asUser(['ls', `${root}/tmp`])).toBe('');
    const devices = (await desktop.machine.asUser(['ls', `${root}/dev`])).split('\n');
    for (const one of ['console', 'kmsg', 'dri', 'input', 'snd', 'fuse', 'net']) expect(devices).not.toContain(one);
  });

  it('has no capability to gain, and leaves no core', async () => {
    const folder = `/proc/${await broker.pid()}`;
    const status = await desktop.machine.asUser(['cat', `${folder}/status`]);
    expect(status).toMatch(/^CapBnd:\t0{16}$/m);
    expect(status).toMatch(/^NoNewPrivs:\t1$/m);
    expect(await desktop.machine.asUser(['cat', `${folder}/limits`])).toMatch(/^Max core file size +1 +1 /m);
    expect(await desktop.machine.asUser(['cat', `${folder}/coredump_filter`])).toMatch(/^0+$/);
  });
});

describe('where the system forbids it', () => {
  /** As distributions do it, each to be seen by systemd in another way. */
  const ways: [what: string, settings: string[]][] = [
    ['user namespaces', ['RestrictNamespaces=~user']],
    ['mounts of one’s own', ['SystemCallFilter=~@mount open_tree mount_setattr', 'SystemCallErrorNumber=EACCES']],
    ['namespaces of mounts', ['RestrictNamespaces=~mnt']],
  ];
  afterEach(async () => {
    await forbid(undefined);
    await install();
  });

  it.each(ways)('%s: a fresh installation starts, unconfined, and says so', async (_what, settings) => {
    await install('--uninstall');
    await forbid(settings);
    expect(await install()).toMatch(/runs without a file system of its own/);
    expect(JSON.parse(await asked())).toMatchObject({ address });
    expect(await dropIns()).toBe('');
    expect(await broker.unitProperty('NRestarts')).toBe('0');
  });

  it.each(ways.slice(0, 2))(
    '%s, after it was allowed: the first request is answered all the same',
    async (_what, settings) => {
      await install();
      await forbid(settings);
      expect(JSON.parse(await asked())).toMatchObject({ address });
      expect(await dropIns()).toBe(hidden);
      const log = ['journalctl', '--user', '--quiet', '--unit=cloudtolocalllm', '--output=cat'];
      expect(await desktop.machine.asUser(log)).toContain('no longer allows the broker to be confined');

      // Installed again where it is allowed again, it is confined again.
      await forbid(undefined);
      expect(await install()).toMatch(/Confined the broker/);
      await asked();
      expect(await dropIns()).toBe(dropIn);
    },
  );
});

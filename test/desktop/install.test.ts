import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { Broker } from './lab/broker.ts';
import { checkout, useDesktop, uuid } from './lab/desktop.ts';
import { Settings } from './lab/settings.ts';

const desktop = useDesktop({ installed: false });
const installer = `${checkout}/packaging/home/install.mjs`;
const bundle = '/home/user/.local/lib/cloudtolocalllm/cloudtolocalllm.mjs';

const install = (...args: string[]): Promise<string> =>
  desktop.machine.asUser(['node', installer, ...args], { limit: 60 });
const tryShell = (script: string) => desktop.machine.tryAsUser(['sh', '-c', script], { limit: 60 });

/** Every file in the user's home folder except the checkout and what GNOME itself keeps writing. */
const files = async (): Promise<string[]> => {
  const found = await desktop.machine.asUser([
    'find',
    '.',
    '-path',
    './CloudToLocalLLM',
    '-prune',
    '-o',
    '-not',
    '-type',
    'd',
    '-print',
  ]);
  return found
    .split('\n')
    .filter(
      (path) =>
        !/^\.\/(\.cache|\.config\/(dconf|pulse)|\.local\/(state|share\/(gnome|gvfs|recent|keyrings)))/.test(path),
    )
    .sort();
};

describe('installing in a home folder', () => {
  let before: string[];

  it('says in one line what stands in its way, and changes nothing', async () => {
    before = await files();
    const wrong = await tryShell(`node ${installer} --unistall`);
    expect(wrong.stderr).toMatch(/^Not done: Usage: .*\n$/);
    expect(wrong.status).toBe(2);

    const noCompiler = await tryShell(`PATH=/nowhere /usr/bin/node ${installer}`);
    expect(noCompiler.stderr).toMatch(/^Not done: .*libglib2\.0-bin.*\n$/);
    expect(noCompiler.status).toBe(1);

    const notBuilt = await tryShell(
      `mv ${checkout}/dist ${checkout}/elsewhere; node ${installer}; s=$?; mv ${checkout}/elsewhere ${checkout}/dist; exit $s`,
    );
    expect(notBuilt.stderr).toMatch(/^Not done: .*npm run build.*\n$/);
    expect(notBuilt.status).toBe(1);

    const noPermission = await tryShell(`HOME=/root XDG_DATA_HOME= node ${installer}`);
    expect(noPermission.stderr).toMatch(/^Not done: .*\/root.*\n$/);
    expect(noPermission.status).toBe(1);
    expect(await files()).toEqual(before);
  });

  it('puts the files in place and says what to do next where no user manager answers', async () => {
    const { status, stdout, stderr } = await tryShell(
      `env -u XDG_RUNTIME_DIR -u DBUS_SESSION_BUS_ADDRESS node ${installer}`,
    );
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(stdout).toContain('systemctl --user enable --now cloudtolocalllm.socket');
    await install('--uninstall');
    expect(await files()).toEqual(before);
  });

  it('names the program in the way when the port is taken', async () => {
    const other = createServer().listen(11435, '127.0.0.1');
    await once(other, 'listening');
    try {
      const { status, stderr } = await tryShell(`node ${installer}`);
      expect(stderr).toMatch(/^Not done: .*127\.0\.0\.1:11435.*another program.*\n$/);
      expect(status).toBe(1);
    } finally {
      other.close();
      await once(other, 'close');
    }
  });

  it('installs, and after logging out and in GNOME Shell runs the extension', async () => {
    const said = await install();
    expect(said).toContain('http://127.0.0.1:11435');
    expect(said).toContain('Log out and in');
    expect(await new Broker(desktop.machine).unitProperty('ActiveState', 'cloudtolocalllm.socket')).toBe('active');

    await desktop.shell.restart();
    await desktop.enableExtension();
    expect(await desktop.extensionState()).toBe(1);
  });

  it('has units that systemd finds no fault with', async () => {
    const units = ['cloudtolocalllm.socket', 'cloudtolocalllm-unix.socket', 'cloudtolocalllm.service'];
    const said = await desktop.machine.tryAsUser(['systemd-analyze', '--user', 'verify', ...units]);
    expect(said).toMatchObject({ status: 0, stderr: '' });
  });

  it('doesn’t start the broker with the session unless that is wished', async () => {
    const asked = ['systemctl', '--user', 'is-enabled', 'cloudtolocalllm.service'];
    expect((await desktop.machine.tryAsUser(asked)).stdout.trim()).toBe('disabled');
    await desktop.machine.asUser(['systemctl', '--user', 'enable', 'cloudtolocalllm.service']);
    expect((await desktop.machine.tryAsUser(asked)).stdout.trim()).toBe('enabled');
  });

  it('gives the user a command', async () => {
    const { status, stdout } = await desktop.machine.tryAsUser(['cloudtolocalllm', 'status']);
    expect(stdout).not.toBe('');
    expect(status).toBe(0);
  });

  it('upgrades in place: a new broker runs, and the socket was never closed', async () => {
    const broker = new Broker(desktop.machine);
    await broker.systemctl('start');
    const [pid, opened] = [
      await broker.pid(),
      await broker.unitProperty('ActiveEnterTimestampMonotonic', 'cloudtolocalllm.socket'),
    ];
    const built = desktop.machine.path(`${checkout}/dist/service/cloudtolocalllm.mjs`);
    writeFileSync(built, '\n// A later version.\n', { flag: 'a' });

    await install();

    expect(await desktop.machine.asUser(['tail', '-n1', bundle])).toBe('// A later version.');
    expect(await broker.pid()).not.toBe(pid);
    expect(await broker.unitProperty('ActiveState')).toBe('active');
    expect(await broker.unitProperty('ActiveEnterTimestampMonotonic', 'cloudtolocalllm.socket')).toBe(opened);
  });

  it('is taken out again to the last file; settings stay', async () => {
    const settings = new Settings(desktop.machine);
    await settings.set('route', "'local'");
    const said = await install('--uninstall');
    expect(said).toContain('dconf reset');
    expect(await files()).toEqual(before);
    const kept = ['dconf', 'read', '/org/gnome/shell/extensions/cloudtolocalllm/route'];
    expect(await desktop.machine.asUser(kept)).toBe("'local'");
    expect(await desktop.machine.asUser(['gsettings', 'get', 'org.gnome.shell', 'enabled-extensions'])).not.toContain(
      uuid,
    );
    expect((await desktop.machine.tryAsUser(['systemctl', '--user', 'cat', 'cloudtolocalllm.socket'])).status).not.toBe(
      0,
    );
  });
});

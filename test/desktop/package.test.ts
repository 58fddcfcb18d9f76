import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { OpenaiStandIn } from '../upstreams/openai.ts';
import { address, Broker } from './lab/broker.ts';
import { useDesktop, uuid } from './lab/desktop.ts';
import { OtherUser } from './lab/otherUser.ts';
import { Settings } from './lab/settings.ts';
import { until, untilIt } from './lab/wait.ts';

const desktop = useDesktop({ installed: false });
const root = fileURLToPath(new URL('../../', import.meta.url));
const names = ['cloudtolocalllm', 'gnome-shell-extension-cloudtolocalllm'];
const configuration = '/etc/cloudtolocalllm/server.json';

/** Begins an answer, and ends it when it is told to. */
class Patient extends OpenaiStandIn {
  #goOn!: () => void;
  readonly #held = new Promise<void>((resolve) => {
    this.#goOn = resolve;
  });

  /** The rest of what was begun may come. */
  goOn(): void {
    this.#goOn();
  }

  protected override async stream(response: ServerResponse, type: string, pieces: readonly string[]): Promise<void> {
    response.writeHead(200, { 'content-type': type }).write(pieces[0]);
    await this.#held;
    response.end(pieces.slice(1).join(''));
  }
}

let folder: string;
let other: OtherUser;
const provider = new Patient();
beforeAll(async () => {
  other = await OtherUser.create(desktop.machine);
  await other.logIn();
  await provider.start();
  folder = mkdtempSync(join(tmpdir(), 'life-'));
  execFileSync(process.execPath, [join(root, 'scripts/package.mjs'), '--only', 'deb', '--out', join(folder, 'now')]);
  makeLater();
}, 120_000);
afterAll(async () => {
  await provider.stop();
  rmSync(folder, { recursive: true });
});

/** The broker's package once more, as a later version of it. */
function makeLater(): void {
  const [now = ''] = readdirSync(join(folder, 'now')).filter((name) => name.startsWith('cloudtolocalllm_'));
  const unpacked = join(folder, 'unpacked');
  execFileSync('dpkg-deb', ['-R', join(folder, 'now', now), unpacked]);
  appendFileSync(join(unpacked, 'usr/share/cloudtolocalllm/cloudtolocalllm.mjs'), '\n// A later version.\n');
  const control = join(unpacked, 'DEBIAN/control');
  writeFileSync(control, readFileSync(control, 'utf8').replace(/^Version: .*/m, 'Version: 99-1'));
  execFileSync('dpkg-deb', ['--root-owner-group', '--build', unpacked, join(folder, 'later.deb')], { stdio: 'pipe' });
}

const asRoot = (...command: string[]): Promise<string> => desktop.machine.asRoot(command, { limit: 90 });
const shell = (script: string) => desktop.machine.tryAsUser(['sh', '-c', script], { limit: 60 });
const broker = (): Broker => new Broker(desktop.machine);
const socketState = (): Promise<string> => broker().unitProperty('ActiveState', 'cloudtolocalllm.socket');
const opened = (): Promise<string> => broker().unitProperty('ActiveEnterTimestampMonotonic', 'cloudtolocalllm.socket');

/** Puts packages on the machine and installs them, as `apt install ./FILE` does with what they need being there. */
async function install(...files: string[]): Promise<void> {
  for (const file of files) desktop.machine.give(file, `/home/user/debs/${file.split('/').at(-1) ?? ''}`);
  // The lab's systems leave documents out.
  await asRoot(
    'dpkg',
    '--path-include=/usr/share/doc/*',
    '--path-include=/usr/share/man/*',
    '--install',
    ...files.map((file) => `/home/user/debs/${file.split('/').at(-1) ?? ''}`),
  );
}
const current = (): string[] =>
  readdirSync(join(folder, 'now'))
    .filter((name) => name.endsWith('.deb'))
    .map((name) => join(folder, 'now', name));

/** All that packages can leave behind, but for what dpkg, man and ld keep up themselves. */
const files = async (): Promise<string[]> =>
  (await asRoot('find', '/etc', '/usr', '/var/lib', '/var/cache', '-xdev', '-not', '-type', 'd'))
    .split('\n')
    .filter(
      (path) =>
        !/^\/var\/(lib\/(dpkg|apt|systemd\/(timers|timesync|random-seed|catalog))|cache\/(apt|man|ldconfig|debconf))/.test(
          path,
        ),
    )
    .sort();

/** Puts what is in a folder on a disk of its own, as full as it can be. */
const onFullDisk = `
owner=$(stat -c 'uid=%u,gid=%g' "$1")
cp -a "$1" /run/kept
mount -t tmpfs -o "size=64k,mode=700,$owner" full "$1"
cp -a /run/kept/. "$1"
rm -r /run/kept
! dd if=/dev/zero of="$1/full" bs=1k status=none 2>/dev/null
`;

describe('the packages for Debian', () => {
  let before: string[];

  it('install, and whoever is logged in has the address at once', async () => {
    before = await files();
    await install(...current());
    expect(await asRoot('sh', '-c', `dpkg --audit ${names.join(' ')}`)).toBe('');
    expect(await socketState()).toBe('active');
    expect((await shell(`curl -sS --max-time 20 ${address}/healthz`)).status).toBe(0);
    await untilIt(
      'the service to be active',
      () => broker().unitProperty('ActiveState'),
      (state) => state === 'active',
    );
  });

  it('give the command, and settings that every program knows', async () => {
    expect((await shell('cloudtolocalllm --version')).stdout.trim()).toBe(packageJson.version);
    expect((await shell('cloudtolocalllm status')).status).toBe(0);
    expect(await new Settings(desktop.machine).get('route')).toBe("'automatic'");
  });

  it('have units that systemd finds no fault with', async () => {
    const users = await shell(
      'systemd-analyze --user verify cloudtolocalllm.socket cloudtolocalllm-unix.socket cloudtolocalllm.service',
    );
    expect(users).toMatchObject({ status: 0, stderr: '' });
    const server = await desktop.machine.tryAsRoot([
      'systemd-analyze',
      '--man=no',
      'verify',
      'cloudtolocalllm-server.service',
    ]);
    expect(server).toMatchObject({ status: 0, stderr: '' });
  });

  it('confine the broker where the system allows that', async () => {
    expect(await broker().unitProperty('DropInPaths')).toContain('/usr/lib/systemd/user/cloudtolocalllm.service.d/');
    expect((await shell(`test -w /proc/${await broker().pid()}/root/usr/share`)).status).not.toBe(0);
  });

  it('bring the extension, which runs after the next login', async () => {
    await desktop.shell.restart();
    await desktop.enableExtension();
    expect(await desktop.extensionState()).toBe(1);
  });

  it('serve a second user, too, who has no port while the first one has it', async () => {
    const theirs = async (script: string): Promise<string> => {
      const { stdout, stderr } = await other.tries(['sh', '-c', script], { limit: 60 });
      return stdout + stderr;
    };
    const path = '/online/cloudtolocalllm/Broker online.cloudtolocalllm.Broker1';
    expect(await theirs('cloudtolocalllm status')).toContain('applications: none');
    expect(await theirs(`busctl --user get-property online.cloudtolocalllm.Broker ${path} Problems`)).toContain('port');
    expect(await broker().property<string>('Address')).toBe(address);

    // As the preferences do it.
    const theirOwn = `mkdir -p ~/.config/systemd/user/cloudtolocalllm.socket.d
      printf '[Socket]\\nListenStream=\\nListenStream=127.0.0.1:11500\\n' >~/.config/systemd/user/cloudtolocalllm.socket.d/a.conf
      systemctl --user daemon-reload; systemctl --user restart cloudtolocalllm.socket; cloudtolocalllm status`;
    expect(await theirs(theirOwn)).toContain('http://127.0.0.1:11500');
    expect(await theirs('curl -sS --max-time 20 http://127.0.0.1:11500/healthz')).toContain('ok');
  });

  it('need to write nothing where they are installed', async () => {
    await asRoot('sh', '-c', 'mount --bind /usr /usr && mount -o remount,bind,ro /usr');
    try {
      expect((await desktop.machine.tryAsRoot(['touch', '/usr/share/cloudtolocalllm/new'])).status).not.toBe(0);
      await broker().systemctl('restart');
      expect((await shell(`curl -sS --max-time 20 ${address}/healthz`)).status).toBe(0);
    } finally {
      await asRoot('umount', '--lazy', '/usr');
    }
  });

  it('keep settings and keys whole in a home on a full disk', async () => {
    await shell('cloudtolocalllm key create kept; cloudtolocalllm route local');
    const kept = ['.config/dconf/user', '.local/state/cloudtolocalllm/keys.json'];
    const sums = (): Promise<string> => desktop.machine.asUser(['sha256sum', ...kept]);
    const route = (): Promise<string> => new Settings(desktop.machine).get('route');
    // Written a moment after it was asked for.
    await untilIt('the route', route, (is) => is === "'local'");
    const small = ['.config/dconf', '.local/state/cloudtolocalllm'];
    await broker().systemctl('stop');
    for (const path of small) await asRoot('sh', '-euc', onFullDisk, 'full', `/home/user/${path}`);
    try {
      const before = await sums();
      await broker().systemctl('start');
      await shell('cloudtolocalllm route cloud');
      const { status, stderr } = await shell('cloudtolocalllm key create another');
      expect(stderr).toMatch(/keys\.json: can't be written \(ENOSPC\)/);
      expect(status).toBe(1);
      expect(await route()).toBe("'local'");
      expect(await sums()).toBe(before);
      expect((await shell('cloudtolocalllm key list')).stdout).toMatch(/^kept: .*\n$/);
      expect((await shell(`curl -sS --max-time 20 ${address}/healthz`)).status).toBe(0);
    } finally {
      await broker().systemctl('stop');
      await shell('systemctl --user stop dconf.service');
      for (const path of small) await asRoot('umount', '--lazy', `/home/user/${path}`);
    }
    await shell('cloudtolocalllm key revoke kept; cloudtolocalllm route automatic');
    await untilIt('the route', route, (is) => is === "'automatic'");
  });

  it('upgrade while an answer streams: it comes whole, and who asks meanwhile is answered by the new broker', async () => {
    const settings = new Settings(desktop.machine);
    await settings.setConnections([{ id: 'try', name: 'A Provider', kind: 'openai', url: `${provider.origin}/v1` }]);
    const models = async (): Promise<string> => (await shell(`curl -sS ${address}/v1/models`)).stdout;
    const model = provider.models[0] ?? '';
    await until('its model', async () => (await models()).includes(model));
    const [pid, since] = [await broker().pid(), await opened()];
    const body = JSON.stringify({ model, stream: true, messages: [{ role: 'user', content: 'Hello' }] });
    const received = provider.nextReceived();
    const asked = shell(`curl -sSN ${address}/v1/chat/completions -H 'content-type: application/json' -d '${body}'`);
    await received;

    const installed = install(join(folder, 'later.deb'));
    await untilIt(
      'the old broker to end',
      () => broker().unitProperty('ActiveState'),
      (state) => state === 'deactivating',
      { limit: 60 },
    );
    const waiting = shell(`curl -sS --max-time 40 ${address}/healthz`);
    provider.goOn();

    expect((await asked).stdout).toMatch(/ cloud[\s\S]*data: \[DONE\]\s*$/);
    expect(await waiting).toMatchObject({ status: 0, stderr: '' });
    await installed;
    expect(await broker().pid()).not.toBe(pid);
    expect(await opened()).toBe(since);
  });

  it('go back to the version before', async () => {
    await asRoot('dpkg', '--force-downgrade', '--install', `/home/user/debs/${current()[0]?.split('/').at(-1) ?? ''}`);
    expect((await shell(`curl -sS --max-time 20 ${address}/healthz`)).status).toBe(0);
    expect(await asRoot('tail', '-n1', '/usr/share/cloudtolocalllm/cloudtolocalllm.mjs')).not.toContain('later');
  });

  it('leave off what an administrator switched off, also when they are upgraded', async () => {
    await asRoot('systemctl', '--global', 'disable', 'cloudtolocalllm.socket');
    await install(join(folder, 'later.deb'));
    const state = ['systemctl', '--global', 'is-enabled', 'cloudtolocalllm.socket'];
    expect((await desktop.machine.tryAsRoot(state)).stdout.trim()).toBe('disabled');
    await asRoot('systemctl', '--global', 'enable', 'cloudtolocalllm.socket');
  });

  it('serve several people as a service of the system, to whom the keys are made that it knows at once', async () => {
    await asRoot(
      'sh',
      '-c',
      `mkdir -p /etc/cloudtolocalllm /etc/credstore; printf secret >/etc/credstore/cloudtolocalllm.provider`,
    );
    await asRoot('sh', '-c', `cp /usr/share/doc/cloudtolocalllm/examples/server.json ${configuration}`);
    await asRoot('systemctl', 'start', 'cloudtolocalllm-server.service');
    const key = (await asRoot('cloudtolocalllm-server', 'key', 'create', 'laptop')).split('\n')[0] ?? '';
    const ask = async (header: string): Promise<string> => {
      const at = `http://127.0.0.1:11436/broker/status -H 'Host: llm.example.org' -H '${header}'`;
      return (await shell(`curl -sS -w '%{http_code}' ${at}`)).stdout;
    };
    const withKey = (): Promise<string> => ask(`Authorization: Bearer ${key}`);
    expect(await ask('X-None: 1')).toMatch(/401$/);
    const told = await untilIt('the key to be known', withKey, (said) => said.endsWith('200'));
    // The provider's connection has its token from the credential.
    expect(told).toContain('"tokenState":"stored"');
    expect(told).not.toContain('secret');
    expect(await asRoot('cloudtolocalllm-server', 'key', 'list')).toContain('laptop');
    await asRoot('cloudtolocalllm-server', 'key', 'revoke', 'laptop');
    await untilIt('the key to be forgotten', withKey, (said) => said.endsWith('401'));
    const server = await asRoot('systemctl', 'show', '--value', '--property=MainPID', 'cloudtolocalllm-server.service');
    // Of the range that systemd has for users who exist only meanwhile.
    expect(Number(await asRoot('stat', '--format=%u', `/proc/${server}`))).toBeGreaterThanOrEqual(61184);
  });

  it('are removed: nothing answers any more, and settings and configuration stay', async () => {
    await asRoot('dpkg', '--remove', ...names.toReversed());
    expect((await shell(`curl -sS --max-time 5 ${address}/healthz`)).status).not.toBe(0);
    expect(await socketState()).toBe('inactive');
    const ours = ['systemctl', '--user', 'is-active', 'cloudtolocalllm.socket', 'cloudtolocalllm-unix.socket'];
    expect((await other.tries([...ours, 'cloudtolocalllm.service'])).stdout).not.toMatch(/^active/m);
    expect(await asRoot('cat', configuration)).toContain('llm.example.org');
    const kept = ['dconf', 'read', '/org/gnome/shell/extensions/cloudtolocalllm/connections'];
    expect(await desktop.machine.asUser(kept)).toBe("['try']");
    expect((await shell(`ls /usr/share/gnome-shell/extensions/${uuid}`)).status).not.toBe(0);
  });

  it('are purged: of them nothing is left', async () => {
    await asRoot('dpkg', '--purge', ...names);
    await asRoot('rm', '-r', '/etc/cloudtolocalllm', '/etc/credstore/cloudtolocalllm.provider');
    const left = await files();
    expect(left.filter((path) => !before.includes(path))).toEqual([]);
    expect(before.filter((path) => !left.includes(path))).toEqual([]);
  });
});

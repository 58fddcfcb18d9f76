import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Finding } from '../../../service/doctor/finding.js';
import { lookForListeners } from '../../../service/doctor/gather/listeners.js';
import { distributionIn } from '../../../service/doctor/gather/installation.js';
import { Bus, variant } from '../../../service/dbus/bus.js';
import { Running, RunningBroker } from '../../support/broker.ts';
import { PrivateBus } from '../../support/bus.ts';
import { GnomeKeyring } from '../../support/gnomeKeyring.ts';
import { releasing } from '../../support/releases.ts';
import { OllamaStandIn } from '../../upstreams/ollama.ts';

const release = releasing();
let bus: PrivateBus;

beforeEach(async () => {
  bus = await PrivateBus.start({ ownServices: true });
  release(() => bus.stop());
});

/** What the command finds, by what it looks at. */
async function examined(env: NodeJS.ProcessEnv): Promise<{ status: unknown; findings: readonly Finding[] }> {
  const running = new Running(['doctor', '--json'], { env });
  release(() => running.release());
  const status = await running.ended();
  return { status, findings: JSON.parse(running.stdout) as Finding[] };
}

const states = (findings: readonly Finding[], check: string): unknown[] =>
  findings.filter((one) => one.check === check).map(({ problem, state }) => problem ?? state);

/** A broker where the command finds it. */
async function serving(): Promise<OllamaStandIn> {
  const ollama = await new OllamaStandIn().start();
  release(() => ollama.stop());
  const broker = await RunningBroker.start({
    config: { connections: [{ id: 'home', name: 'Home', kind: 'ollama', url: ollama.origin }] },
    args: ['--socket', `${bus.env.XDG_RUNTIME_DIR ?? ''}/cloudtolocalllm/broker.sock`],
    env: bus.env,
  });
  release(() => broker.release());
  return ollama;
}

/** Somebody on the bus who answers what GNOME Shell is asked of our extension. */
async function shellWith(info: Record<string, unknown>): Promise<void> {
  const shell = await Bus.connect(bus.address);
  release(() => shell.close());
  shell.answerCalls(({ member, body }) =>
    Promise.resolve(
      member === 'GetExtensionInfo'
        ? { signature: 'a{sv}', body: [info] }
        : { signature: 'v', body: [body[1] === 'ShellVersion' ? variant('s', '50.1') : variant('b', true)] },
    ),
  );
  await shell.ownName('org.gnome.Shell');
}

describe('the command doctor', () => {
  it('finds what works around a broker that runs', async () => {
    const keyring = new GnomeKeyring(bus);
    release(() => keyring.kill());
    await keyring.start('the login password');
    await serving();
    await shellWith({
      uuid: variant('s', 'cloudtolocalllm@cloudtolocalllm.online'),
      state: variant('d', 1),
      enabled: variant('b', true),
      'version-name': variant('s', '4.0.0'),
    });
    const { status, findings } = await examined(bus.env);
    expect(findings.filter(({ state }) => state === 'wrong')).toEqual([]);
    expect(status).toBe(0);
    for (const check of ['service', 'bus', 'settings', 'versions', 'GNOME', 'extension', 'keyring', 'connections']) {
      expect([check, states(findings, check)]).toEqual([check, ['right']]);
    }
  });

  it('tells what is wrong as the broker tells it, and fails', async () => {
    const ollama = await serving();
    await ollama.stop();
    const tested = new Running(['test', 'home'], { env: bus.env });
    release(() => tested.release());
    await tested.ended();
    const { status, findings } = await examined(bus.env);
    expect(status).toBe(1);
    expect(findings.find(({ check }) => check === 'connections')).toMatchObject({
      state: 'wrong',
      problem: 'ollama-missing',
      mend: 'ollama serve',
      message: expect.stringMatching(/^Home: Nothing is listening/) as string,
    });
  });

  it('works with the broker dead, and sees that the keyring is locked and the extension off', async () => {
    const keyring = new GnomeKeyring(bus);
    release(() => keyring.kill());
    await keyring.start('the login password');
    await keyring.lock();
    await shellWith({
      uuid: variant('s', 'cloudtolocalllm@cloudtolocalllm.online'),
      state: variant('d', 2),
      enabled: variant('b', false),
    });
    const { status, findings } = await examined(bus.env);
    expect(status).toBe(1);
    expect(states(findings, 'bus')).toEqual(['not-activatable']);
    expect(states(findings, 'keyring')).toEqual(['keyring-locked']);
    expect(states(findings, 'extension')).toEqual(['extension-off']);
    expect(states(findings, 'connections')).toEqual([]);
  });

  it('knows files of the extension that GNOME Shell hasn’t seen', async () => {
    const data = mkdtempSync(join(tmpdir(), 'cloudtolocalllm-data-'));
    release(() => {
      rmSync(data, { recursive: true });
    });
    const folder = join(data, 'gnome-shell/extensions/cloudtolocalllm@cloudtolocalllm.online');
    await shellWith({});
    expect(states((await examined({ ...bus.env, XDG_DATA_HOME: data })).findings, 'extension')).toEqual([
      'extension-missing',
    ]);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'metadata.json'), '{}');
    expect(states((await examined({ ...bus.env, XDG_DATA_HOME: data })).findings, 'extension')).toEqual([
      'extension-unseen',
    ]);
  });

  it('prints for people a sign, what it looked at, what it found, and below it the command', async () => {
    const running = new Running(['doctor'], { env: { PATH: process.env.PATH } });
    release(() => running.release());
    expect(await running.ended()).toBe(1);
    expect(running.stdout).toMatch(/^✗ service: systemd’s user manager can’t be asked .*\n {4}export XDG_RUNTIME_DIR=/);
    expect(running.stdout).toMatch(/\n• bus: DBUS_SESSION_BUS_ADDRESS is not set.*\n {4}export DBUS_SESSION/);
    expect(running.stdout).toMatch(/\n\n\d+ things? (is|are) wrong; the command below each mends it\.\n$/);
  });
});

describe('what doctor looks at', () => {
  it('finds who listens on a port', async () => {
    const server = createServer().listen(0, '::1');
    await once(server, 'listening');
    release(() => server.close());
    const { port } = server.address() as { port: number };
    const found = await lookForListeners([port]);
    expect(found.get(port)).toEqual({ own: true, pid: process.pid, program: expect.any(String) as string });
  });

  it.each<[text: string, family: string | undefined]>([
    ['ID=debian\n', 'debian'],
    ['NAME="Ubuntu"\nID=ubuntu\nID_LIKE=debian\n', 'debian'],
    ['ID="rocky"\nID_LIKE="rhel centos fedora"\n', 'fedora'],
    ['ID=arch\n', 'arch'],
    ['ID="opensuse-leap"\nID_LIKE="suse opensuse"\n', undefined],
  ])('tells a distribution’s family: %j', (text, family) => {
    expect(distributionIn(text)).toBe(family);
  });
});

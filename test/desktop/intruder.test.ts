import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { OpenaiStandIn } from '../upstreams/openai.ts';
import { address, Broker } from './lab/broker.ts';
import type { Outcome } from './lab/commands.ts';
import { useDesktop } from './lab/desktop.ts';
import { Keyring } from './lab/keyring.ts';
import { OtherUser } from './lab/otherUser.ts';
import { Settings } from './lab/settings.ts';
import { untilIt } from './lab/wait.ts';

const desktop = useDesktop();
const provider = new OpenaiStandIn();
const token = 'sk-Desktop_42';
const password = 'correct horse';
const model = 'gpt-4o-mini';
const runtime = '/run/user/1000';
const home = '/home/user';

let broker: Broker, other: OtherUser;
/** The broker's. */
let pid: number;

beforeAll(async () => {
  const { machine, shell } = desktop;
  broker = new Broker(machine);
  other = await OtherUser.create(machine);
  provider.token = token;
  provider.models = [model];
  await provider.start();
  const keyring = new Keyring(machine, shell);
  await keyring.create(password);
  const url = `${provider.origin}/v1`;
  await new Settings(machine).setConnections([{ id: 'provider', kind: 'openai', url, place: 'cloud' }]);
  await broker.systemctl('start');
  const kept = machine.asUser(['cloudtolocalllm', 'token', 'set', 'provider'], { input: token, limit: 60 });
  await Promise.all([keyring.answer(password), kept]);
  await untilIt(
    'the connection to be there',
    () => broker.connectionProperty<string>('provider', 'State'),
    (state) => state === 'connected',
  );
  await broker.key();
  pid = await broker.pid();
});
afterAll(() => provider.stop());
beforeEach(() => {
  provider.received.length = 0;
});

/** A shell's script as one of the two users runs it; PID stands for the broker's process. */
const asOther = (script: string): Promise<Outcome> => other.tries(['sh', '-c', script.replaceAll('PID', String(pid))]);
const asUser = (script: string): Promise<Outcome> =>
  desktop.machine.tryAsUser(['sh', '-c', script.replaceAll('PID', String(pid))]);

/** Connects to a unix socket, and says why that can't be done. */
const connects = (path: string): string =>
  `node -e 'net.connect("${path}").once("connect", () => process.exit()).once("error", ({ code }) => { console.error(code); process.exit(1); })'`;

const messages = [{ role: 'user', content: 'Hello!' }];
/** Requests that cost the first user's money, or tell of them. */
const requests: readonly [method: string, path: string, body?: object][] = [
  ['POST', '/api/chat', { model, messages, stream: false }],
  ['POST', '/v1/chat/completions', { model, messages }],
  ['POST', '/v1/messages', { model, messages, max_tokens: 9 }],
  ['GET', '/v1/models'],
  ['GET', '/broker/status'],
];
const sends = (method: string, path: string, body?: object): string => {
  const json = body && ` -H 'content-type: application/json' -d '${JSON.stringify(body)}'`;
  return `curl -sS --max-time 15 -w '\\n%{http_code}' -X ${method} ${address}${path}${json ?? ''}`;
};

describe('a second user of the machine at the port', () => {
  it.each(requests)('is refused, and no server hears of it: %s %s', async (method, path, body) => {
    const { stdout } = await asOther(sends(method, path, body));
    expect(stdout).toMatch(/\n403$/);
    expect(stdout).toContain('this broker serves the user user, and what asks is a process of another user');
    expect(stdout).not.toContain(model);
    expect(provider.received).toEqual([]);
    // What the first one gets.
    expect((await asUser(sends(method, path, body))).stdout).toMatch(/\n200$/);
    expect(provider.received.length).toBe(body === undefined ? 0 : 1);
  });

  it('learns that the broker is alive, and nothing else', async () => {
    expect((await asOther(sends('GET', '/healthz'))).stdout).toMatch(/^\{"status":"ok"\}\n200$/);
  });

  it('can’t have it for themselves while the broker doesn’t run; asking starts it, and is refused', async () => {
    await broker.systemctl('stop');
    const taken = await asOther(
      `node -e 'net.createServer().once("error", ({ code }) => console.log(code)).listen(11435, "127.0.0.1", () => process.exit())'`,
    );
    expect(taken.stdout).toBe('EADDRINUSE\n');
    expect((await asOther(sends('GET', '/v1/models'))).stdout).toMatch(/\n403$/);
    pid = await broker.pid();
    expect(pid).toBeGreaterThan(0);
  });
});

/** What the first user can do, and what tells the second one that he can’t. */
type Try = readonly [what: string, script: string, refusal: RegExp];
const denied = /Permission denied/;

const ofTheProcess: readonly Try[] = [
  ['its environment', 'cat /proc/PID/environ', denied],
  ['the map of its memory', 'cat /proc/PID/maps', denied],
  ['its open files', 'ls /proc/PID/fd/', denied],
  ['one of them', 'cat /proc/PID/fdinfo/0', denied],
  ['its file system', 'ls /proc/PID/root/', denied],
  ['its system call', 'cat /proc/PID/syscall', denied],
  ['a signal to it', 'kill -0 PID', /not permitted/],
  ['what it logs', 'journalctl --quiet -n 1 _UID=1000 _PID=PID', /insufficient permissions/],
];

/** What reads a property on the session bus of the first user. */
const property = `busctl --address=unix:path=${runtime}/bus get-property`;
/** By the folder of the bus, or by the bus itself, which ends the connection. */
const offTheBus = /Operation not permitted|Transport endpoint is not connected/;

const ofTheSession: readonly Try[] = [
  ['the unix socket', connects(`${runtime}/cloudtolocalllm/broker.sock`), /EACCES/],
  ['the socket of the keyring', connects(`${runtime}/keyring/control`), /EACCES/],
  [
    'the broker on the session bus',
    `${property} online.cloudtolocalllm.Broker /online/cloudtolocalllm/Broker online.cloudtolocalllm.Broker1 State`,
    offTheBus,
  ],
  [
    'the keyring on the session bus',
    `${property} org.freedesktop.secrets /org/freedesktop/secrets org.freedesktop.Secret.Service Collections`,
    offTheBus,
  ],
  ['its state', `ls ${home}/.local/state/cloudtolocalllm/`, denied],
  ['the keys of applications', `cat ${home}/.local/state/cloudtolocalllm/keys.json`, denied],
  ['the configuration', `cat ${home}/.config/dconf/user`, denied],
  ['the keyring’s files', `cat ${home}/.local/share/keyrings/login.keyring`, denied],
  ['the program, to change it', `: >>${home}/.local/lib/cloudtolocalllm/cloudtolocalllm.mjs`, denied],
  ['the unit, to change it', `: >>${home}/.local/share/systemd/user/cloudtolocalllm.service`, denied],
];

/** The second one is refused what the first one can do. */
async function refusedToOthers([, script, refusal]: Try): Promise<void> {
  const refused = await asOther(script);
  expect(refused).toMatchObject({ stdout: '', stderr: expect.stringMatching(refusal) as string });
  expect(refused.status).not.toBe(0);
  expect(await asUser(script)).toMatchObject({ status: 0 });
}

describe('a second user of the machine is refused what the first one can do', () => {
  it.each([...ofTheProcess, ...ofTheSession])('%s', (...attempt) => refusedToOthers(attempt));

  it('its memory, where the first one may find the token, if the kernel lets people debug', async () => {
    const search = `
      const fs = require('node:fs');
      const [folder, token] = process.argv.slice(1);
      const memory = fs.openSync(folder + '/mem');
      const found = fs.readFileSync(folder + '/maps', 'utf8').split('\\n').some((line) => {
        const [, from, to] = /^(\\w+)-(\\w+) r/.exec(line) ?? [];
        if (from === undefined || line.includes('[v')) return false;
        const length = Number(BigInt('0x' + to) - BigInt('0x' + from));
        if (length > 2 ** 28) return false;
        const bytes = Buffer.alloc(length);
        try { fs.readSync(memory, bytes, 0, length, BigInt('0x' + from)); } catch { return false; }
        return bytes.includes(token);
      });
      console.log(found);`;
    const command = ['node', '-e', search, `/proc/${pid}`, token];
    expect(await other.tries(command)).toMatchObject({
      stdout: '',
      stderr: expect.stringContaining('EACCES') as string,
    });
    const scope = await desktop.machine.tryAsRoot(['cat', '/proc/sys/kernel/yama/ptrace_scope']);
    if (scope.status === 0 && scope.stdout.trim() !== '0') return;
    expect(await desktop.machine.tryAsUser(command, { limit: 60 })).toMatchObject({ stdout: 'true\n' });
  });

  it('what anybody may see of the process tells nothing', async () => {
    const seen = await asOther('cat /proc/PID/cmdline /proc/PID/status /proc/PID/stat');
    expect(seen.status).toBe(0);
    expect(seen.stdout).toContain('cloudtolocalllm.mjs');
    expect(seen.stdout).not.toContain(token);
  });
});

describe('a second user of the machine whom the first one’s folders let through', () => {
  /** Opened as some distributions have a home folder, and further than any has it. */
  const folders = ['', '/.config', '/.local', '/.local/share', '/.local/state'].map((folder) => `${home}${folder}`);
  const opened = [...folders, runtime];
  let modes: string[];

  beforeAll(async () => {
    modes = (await desktop.machine.asRoot(['stat', '-c', '%a', ...opened])).split('\n');
    await desktop.machine.asRoot(['chmod', '755', ...opened]);
  });
  afterAll(async () => {
    for (const [index, folder] of opened.entries()) {
      await desktop.machine.asRoot(['chmod', modes[index] ?? '700', folder]);
    }
  });

  it('sees what is in them', async () => {
    expect((await asOther(`ls ${home}/.local/state ${runtime}`)).stdout).toContain('cloudtolocalllm');
  });

  it.each(ofTheSession)('is refused all the same: %s', (...attempt) => refusedToOthers(attempt));

  it('is refused at the unix socket, also where its folder lets them through', async () => {
    const folder = `${runtime}/cloudtolocalllm`;
    await desktop.machine.asRoot(['chmod', '755', folder]);
    expect((await asOther(connects(`${folder}/broker.sock`))).stderr).toContain('EACCES');
    await desktop.machine.asRoot(['chmod', '700', folder]);
  });
});

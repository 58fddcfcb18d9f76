import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { Running } from '../../support/broker.ts';
import { PrivateBus } from '../../support/bus.ts';
import { GnomeKeyring } from '../../support/gnomeKeyring.ts';
import { releasing } from '../../support/releases.ts';

const release = releasing();
const token = 'header.payload.signature';
const password = 'the login password';
let bus: PrivateBus;
let keyring: GnomeKeyring;
let home: string;

beforeEach(async () => {
  bus = await PrivateBus.start({ ownServices: true });
  release(() => bus.stop());
  await bus.provide('ca.desrt.dconf', '/usr/libexec/dconf-service');
  home = String(bus.env.HOME);
  keyring = new GnomeKeyring(bus);
  release(() => keyring.kill());
});

const config = (): string => join(home, '.cloudtolocalllm/connection_config.json');
const entry = (): string => join(home, 'config/autostart/tray.desktop');

function put(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** An installation of the old program, as it left its files. */
function oldInstallation(): void {
  const files = {
    local_ollama: { connection_type: 'local_ollama', host: 'nas', port: 11434, api_base_url: 'http://nas:11434' },
    cloud_proxy: {
      connection_type: 'cloud_proxy',
      api_base_url: 'https://api.example.org',
      auth_token: token,
      enabled: true,
    },
  };
  put(config(), JSON.stringify(files, undefined, 2));
  put(entry(), '[Desktop Entry]\nType=Application\nName=Tray\nExec=/usr/bin/cloudtolocalllm-tray\n');
}

interface Told {
  readonly outcomes: readonly { kind: string; what: string; state: string; problem?: string }[];
  readonly there: readonly string[];
  readonly problems: readonly string[];
}

async function command(...args: string[]): Promise<{ status: unknown; stdout: string; stderr: string }> {
  const running = new Running(['import', ...args], { env: bus.env });
  release(() => running.release());
  const status = await running.ended();
  expect(running.stdout + running.stderr).not.toContain(token);
  return { status, stdout: running.stdout, stderr: running.stderr };
}

async function imported(...args: string[]): Promise<{ status: unknown; told: Told }> {
  const { status, stdout } = await command('--json', ...args);
  return { status, told: JSON.parse(stdout) as Told };
}

const schema = 'org.gnome.shell.extensions.cloudtolocalllm';
const setting = async (key: string, id?: string): Promise<string> =>
  (
    await bus.run(
      'gsettings',
      'get',
      id === undefined ? schema : `${schema}.connection:/org/gnome/shell/extensions/cloudtolocalllm/connections/${id}/`,
      key,
    )
  ).trim();
const kept = (): Promise<string> => bus.run('secret-tool', 'lookup', 'connection', 'cloud', 'type', 'token');

describe('the command import', () => {
  it('makes connections, brings the token into the keyring and out of the file, and switches the old daemon off', async () => {
    oldInstallation();
    chmodSync(config(), 0o644);
    await keyring.start(password);
    const { status, stdout } = await command();
    expect(stdout).toBe(
      [
        `Taken over from ${home}/.cloudtolocalllm:`,
        '✓ Ollama on nas (ollama_2): http://nas:11434',
        '✓ CloudToLocalLLM Cloud (cloud): https://api.example.org',
        '✓ CloudToLocalLLM Cloud: its token, from connection_config.json into the keyring',
        `✓ ${entry()}: no longer starts the old daemon`,
        '',
      ].join('\n'),
    );
    expect(status).toBe(0);
    expect(await setting('connections')).toBe("['ollama_2', 'ollama', 'cloud']");
    expect(await setting('url', 'cloud')).toBe("'https://api.example.org'");
    expect(await setting('kind', 'cloud')).toBe("'cloudtolocalllm'");
    expect(await setting('first-byte-timeout', 'cloud')).toBe('uint32 60');
    expect(await kept()).toBe(token);
    const left = readFileSync(config(), 'utf8');
    expect(left).not.toContain(token);
    expect(JSON.parse(left)).toMatchObject({ cloud_proxy: { auth_token: '', enabled: true } });
    expect(statSync(config()).mode & 0o777).toBe(0o600);
    expect(readdirSync(dirname(config()))).toEqual(['connection_config.json']);
    expect(readFileSync(entry(), 'utf8')).toContain('\nHidden=true\n');
  });

  it('takes nothing over twice', async () => {
    oldInstallation();
    await keyring.start(password);
    await imported();
    const { status, told } = await imported();
    expect([status, told.outcomes, told.there]).toEqual([0, [], ['Ollama on nas', 'CloudToLocalLLM Cloud']]);
    expect(await setting('connections')).toBe("['ollama_2', 'ollama', 'cloud']");
  });

  it('only tells what it would do, with --dry-run', async () => {
    oldInstallation();
    await keyring.start(password);
    const before = readFileSync(config(), 'utf8');
    const { status, told } = await imported('--dry-run');
    expect([status, told.outcomes.map(({ kind, state }) => `${kind} ${state}`)]).toEqual([
      0,
      ['connection planned', 'connection planned', 'token planned', 'autostart planned'],
    ]);
    expect([readFileSync(config(), 'utf8'), await setting('connections')]).toEqual([before, "['ollama']"]);
    expect(readFileSync(entry(), 'utf8')).not.toContain('Hidden');
  });

  it('leaves the token where it is while there is no keyring, says so, and takes it later', async () => {
    oldInstallation();
    const { status, told } = await imported();
    expect(status).toBe(1);
    expect(told.outcomes.find(({ kind }) => kind === 'token')).toMatchObject({
      state: 'failed',
      problem: expect.stringMatching(/; it stays in connection_config\.json$/) as string,
    });
    expect(readFileSync(config(), 'utf8')).toContain(token);
    await keyring.start(password);
    expect((await imported()).told.outcomes.map(({ kind, state }) => `${kind} ${state}`)).toEqual(['token done']);
    expect([await kept(), readFileSync(config(), 'utf8').includes(token)]).toEqual([token, false]);
  });

  it('leaves a token alone that the keyring has another one for', async () => {
    oldInstallation();
    await keyring.start(password);
    const attributes = { 'xdg:schema': 'online.cloudtolocalllm.Token', connection: 'cloud', type: 'token' };
    await keyring.store({ ...attributes, origin: 'https://api.example.org' }, Buffer.from('newer'));
    const { status, told } = await imported();
    expect(told.outcomes.find(({ kind }) => kind === 'token')?.problem).toMatch(/another one/);
    expect([status, await kept(), readFileSync(config(), 'utf8').includes(token)]).toEqual([1, 'newer', true]);
  });

  it('takes what is whole of a broken file, names the rest, and doesn’t touch what it could not read', async () => {
    oldInstallation();
    await keyring.start(password);
    const broken = readFileSync(config(), 'utf8').slice(0, -40);
    put(config(), broken);
    const { status, stdout } = await command();
    expect([status, stdout]).toEqual([
      1,
      expect.stringMatching(
        /✓ Ollama on nas .*\n[^]*✗ connection_config\.json is broken; not to be read any more: cloud_proxy\n/,
      ),
    ]);
    expect(readFileSync(config(), 'utf8')).toBe(broken);
  });

  it('says which server wants a token that the files haven’t', async () => {
    put(config(), JSON.stringify({ cloud_proxy: { api_base_url: 'https://api.example.org', enabled: true } }));
    const { status, stdout } = await command();
    expect([status, stdout]).toEqual([
      0,
      expect.stringContaining(
        '• CloudToLocalLLM Cloud: had no token; give it one with: cloudtolocalllm token set cloud\n',
      ),
    ]);
  });

  it('says where there is nothing to take over', async () => {
    const { status, stdout } = await command();
    expect([status, stdout]).toEqual([
      0,
      `There is no old installation in ${home}/.cloudtolocalllm, and nothing to take over.\n`,
    ]);
  });

  it('refuses a folder that isn’t there', async () => {
    const { status, stderr } = await command('/nowhere');
    expect([status, stderr]).toEqual([1, 'cloudtolocalllm: there is no folder /nowhere\n']);
  });
});

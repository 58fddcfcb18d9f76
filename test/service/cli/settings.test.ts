import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { Bus } from '../../../service/dbus/bus.ts';
import { Running } from '../../support/broker.ts';
import { PrivateBus } from '../../support/bus.ts';
import { releasing } from '../../support/releases.ts';
import { everyKey } from '../../support/settingsFiles.ts';

const release = releasing();
let bus: PrivateBus;
let file: string;

beforeEach(async () => {
  bus = await PrivateBus.start({ ownServices: true });
  release(() => bus.stop());
  await bus.provide('ca.desrt.dconf', '/usr/libexec/dconf-service');
  file = join(String(bus.env.HOME), 'settings.json');
});

async function settings(...args: string[]): Promise<{ status: unknown; stdout: string; stderr: string }> {
  const running = new Running(['settings', ...args], { env: bus.env });
  release(() => running.release());
  const status = await running.ended();
  return { status, stdout: running.stdout, stderr: running.stderr };
}

interface File {
  readonly settings: Record<string, unknown>;
  readonly connections: readonly Record<string, unknown>[];
}

const exported = async (): Promise<File> => JSON.parse((await settings('export')).stdout) as File;

const schema = 'org.gnome.shell.extensions.cloudtolocalllm';
const set = (key: string, value: string): Promise<string> => bus.run('gsettings', 'set', schema, key, value);
const setOf = (id: string, key: string, value: string): Promise<string> =>
  bus.run(
    'gsettings',
    'set',
    `${schema}.connection:/org/gnome/shell/extensions/cloudtolocalllm/connections/${id}/`,
    key,
    value,
  );

describe('the command settings', () => {
  it('exports every choice of a person’s, and no password', async () => {
    await setOf('ollama', 'url', 'http://me:secret@nas:11434');
    await setOf('ollama', 'models', "{'gpt-4o': 'llama3.2'}");
    await set('allowed-origins', "['http://localhost:3000']");
    const { status, stdout } = await settings('export');
    expect(status).toBe(0);
    expect(stdout).not.toContain('secret');
    const told = JSON.parse(stdout) as File;
    expect(told).toMatchObject({
      cloudtolocalllm: 1,
      settings: { route: 'automatic', continuation: true, 'allowed-origins': ['http://localhost:3000'] },
      connections: [{ id: 'ollama', url: 'http://nas:11434', models: { 'gpt-4o': 'llama3.2' }, 'connect-timeout': 5 }],
    });
    for (const key of ['connections', 'ask-model', 'told-versions', 'preferences-page', 'offer-takeover']) {
      expect(told.settings).not.toHaveProperty(key);
    }
  });

  it('imports what it has exported, into a file and back, whatever was there meanwhile', async () => {
    await set('connections', "['ollama', 'work']");
    await setOf('work', 'kind', 'openai');
    await setOf('work', 'url', 'https://example.org/v1');
    await setOf('work', 'name', `"A 'name' with \\"quotes\\", ü and a \\\\"`);
    await setOf('work', 'place', 'cloud');
    await set('route', 'work');
    const before = await exported();
    expect((await settings('export', file)).status).toBe(0);
    await set('route', 'local');
    await set('continuation', 'false');
    await setOf('ollama', 'enabled', 'false');
    await set('connections', "['other']");
    await setOf('other', 'name', 'Other');
    await set('ask-model', 'qwen3');
    const { status, stdout } = await settings('import', file);
    expect([status, stdout]).toEqual([0, `All settings are those of ${file} now (2 connections).\n`]);
    expect(await exported()).toEqual(before);
    // What isn't in files stays; what was replaced leaves nothing behind.
    expect((await bus.run('gsettings', 'get', schema, 'ask-model')).trim()).toBe("'qwen3'");
    await set('connections', "['other']");
    expect((await exported()).connections).toMatchObject([{ name: 'Local Ollama' }]);
  });

  it('has by default what a file leaves out', async () => {
    await set('continuation', 'false');
    writeFileSync(file, JSON.stringify({ cloudtolocalllm: 1, connections: [{ id: 'demo', kind: 'demo' }] }));
    expect((await settings('import', file)).status).toBe(0);
    expect(await exported()).toMatchObject({
      settings: { continuation: true },
      connections: [{ id: 'demo', kind: 'demo' }],
    });
  });

  it('takes every key of a file of the preferences’, and writes the same', async () => {
    writeFileSync(file, everyKey);
    const { status, stderr } = await settings('import', file);
    expect([status, stderr]).toEqual([0, '']);
    await settings('export', file);
    expect(readFileSync(file, 'utf8')).toBe(everyKey);
  });

  it('changes everything in one step, which nobody sees half of', async () => {
    const listener = await Bus.connect(bus.address);
    release(() => listener.close());
    const changes: unknown[] = [];
    const first = new Promise((resolve) => {
      listener.on('signal', ({ member, body }) => {
        if (member === 'Notify') resolve(changes.push(body[0]));
      });
    });
    await listener.match(`type='signal',interface='ca.desrt.dconf.Writer',member='Notify'`);
    writeFileSync(file, everyKey);
    await settings('import', file);
    await first;
    // Whatever else dconf had told would be here before its answer to this.
    const ping = { path: '/', interface: 'org.freedesktop.DBus.Peer', member: 'Ping' };
    await listener.call('ca.desrt.dconf', ping);
    expect(changes).toEqual(['/org/gnome/shell/extensions/cloudtolocalllm/']);
  });

  it('forgets what a connection of the same id once had', async () => {
    await setOf('workshop', 'patience', '77');
    writeFileSync(file, JSON.stringify({ cloudtolocalllm: 1, connections: [{ id: 'workshop' }] }));
    await settings('import', file);
    expect((await exported()).connections).toMatchObject([{ id: 'workshop', patience: 3 }]);
  });

  it.each<[what: string, text: object, words: string]>([
    [
      'a newer file',
      { cloudtolocalllm: 2, version: '9.1.0', more: 1 },
      'a newer version, 9.1.0, wrote it, in a form later than 1; update first',
    ],
    [
      'a file with a wrong setting',
      { cloudtolocalllm: 1, settings: { route: 'local', indicator: 'loud' } },
      'settings/indicator: must be one of lively, quiet',
    ],
  ])('refuses %s, and leaves everything as it was', async (_what, text, words) => {
    await set('route', 'cloud');
    writeFileSync(file, JSON.stringify(text));
    expect(await settings('import', file)).toMatchObject({ status: 1, stderr: `cloudtolocalllm: ${file}: ${words}\n` });
    expect((await bus.run('gsettings', 'get', schema, 'route')).trim()).toBe("'cloud'");
  });

  it('says so where settings don’t take what they are given', async () => {
    writeFileSync(file, JSON.stringify({ cloudtolocalllm: 1, settings: { route: 'local' } }));
    // As with a key that an administrator has locked: what dconf has been told is not what is read.
    Object.assign(bus.env, { GSETTINGS_BACKEND: 'memory' });
    const { status, stderr } = await settings('import', file);
    Object.assign(bus.env, { GSETTINGS_BACKEND: 'dconf' });
    expect([status, stderr]).toEqual([
      1,
      'cloudtolocalllm: connections didn’t take its value; has an administrator locked it?\n',
    ]);
    expect((await bus.run('gsettings', 'get', schema, 'route')).trim()).toBe("'automatic'");
  });

  it('says which file can’t be read or written', async () => {
    expect((await settings('import', '/nowhere')).stderr).toBe('cloudtolocalllm: /nowhere: there is no such file\n');
    expect((await settings('export', '/nowhere/at/all')).stderr).toMatch(
      /\/nowhere\/at\/all can’t be written \(ENOENT\)/,
    );
  });
});

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { RunningBroker } from '../../support/broker.ts';
import { PrivateBus } from '../../support/bus.ts';
import { releasing } from '../../support/releases.ts';
import { monitored } from './monitored.ts';

const release = releasing();
const brokerPath = '/online/cloudtolocalllm/Broker';
const broker1 = 'online.cloudtolocalllm.Broker1';
const schema = 'org.gnome.shell.extensions.cloudtolocalllm';
const folder = '/org/gnome/shell/extensions/cloudtolocalllm';
const connectionAt = (id: string): string => `${schema}.connection:${folder}/connections/${id}/`;

let bus: PrivateBus;

beforeEach(async () => {
  bus = await PrivateBus.start();
  release(() => bus.stop());
});

async function started(options: Parameters<typeof RunningBroker.start>[0] = {}): Promise<RunningBroker> {
  const broker = await RunningBroker.start({ ...options, env: { ...bus.env, ...options.env } });
  release(() => broker.release());
  return broker;
}

const property = (name: string): Promise<string> =>
  bus.call(brokerPath, 'org.freedesktop.DBus.Properties.Get', broker1, name);

const setEnabled = (id: string, enabled: boolean): Promise<string> =>
  bus.call(brokerPath, `${broker1}.SetEnabled`, id, String(enabled));

const set = (...args: string[]): Promise<string> => bus.run('gsettings', 'set', ...args);

describe('where the configuration is', () => {
  it('is nowhere in a file with GSettings, whose defaults are no problem', async () => {
    await started();
    expect(await property('ConfigurationFile')).toBe("(<''>,)");
    expect(await property('Problems')).toBe('(<@as []>,)');
  });

  it('is the whole path of a file, however it was named', async () => {
    const broker = new RunningBroker({ args: ['--config', './c.json'], env: bus.env, cwd: bus.env.HOME ?? '' });
    writeFileSync(join(bus.env.HOME ?? '', 'c.json'), '{}');
    release(() => broker.release());
    await broker.printed(/Ctrl-C/);
    expect(await property('ConfigurationFile')).toBe(`(<'${bus.env.HOME ?? ''}/c.json'>,)`);
  });
});

describe('problems', () => {
  it('tell what was left out and why, by the names that people know', async () => {
    await set(connectionAt('bad'), 'url', 'https://user:secret@example.org');
    await set(connectionAt('worse'), 'url', 'workshop');
    await set(schema, 'connections', "['bad', 'ollama', 'worse']");
    await set(schema, 'allowed-hosts', "['a b']");
    await set(schema, 'route', 'worse');
    await started();
    const told = await property('Problems');
    expect(told).toContain('The connection “bad” can’t be used: url must not contain a user name or password');
    expect(told).toContain(
      'The connection “worse” can’t be used: url must begin with http:// or https:// and name a host',
    );
    expect(told).toContain('The name “a b” can’t be used: A host name or address without a port');
    expect(told).toContain('The route can’t be used: "worse" is neither automatic, local or cloud');
    expect(told.match(/; it is left out/g)).toHaveLength(4);
    expect(told).not.toContain('secret');
  });

  it('come with a change that can’t be used, and go when it is mended', async () => {
    await started();
    const { until } = await monitored(bus, release);
    await set(connectionAt('ollama'), 'url', 'workshop');
    await until(
      /'Problems': <\['The connection “ollama” can’t be used: url must begin.*; what was in force before stays'\]>/,
    );
    await set(connectionAt('ollama'), 'url', 'http://127.0.0.1:1');
    await until(/'Problems': <@as \[\]>/);
  });

  it('come with a file that breaks', async () => {
    const broker = await started({ config: {} });
    const { until } = await monitored(bus, release);
    writeFileSync(join(broker.folder, 'config.json'), '{');
    await until(/'Problems': <\[.*config\.json: is not JSON.*; what was in force before stays'\]>/);
  });

  it('are told where there are no settings', async () => {
    await started({ env: { GSETTINGS_SCHEMA_DIR: '/nowhere' } });
    expect(await property('Problems')).toMatch(/the settings schema \S+ is not installed/);
  });
});

describe('the order of connections', () => {
  it('is that of preference, and a change of it is signalled', async () => {
    await set(connectionAt('second'), 'kind', 'demo');
    await set(schema, 'connections', "['ollama', 'second']");
    await started();
    const path = (id: string): string => `${brokerPath}/connections/${id}`;
    expect(await property('Connections')).toBe(`(<[objectpath '${path('ollama')}', '${path('second')}']>,)`);
    const { until } = await monitored(bus, release);
    await set(schema, 'connections', "['second', 'ollama']");
    await until(new RegExp(`'Connections': <\\[objectpath '${path('second')}', '${path('ollama')}'\\]>`));
  });
});

describe('a connection that is switched off or on', () => {
  it('is in force at once, and kept in GSettings', async () => {
    await set(connectionAt('second'), 'kind', 'demo');
    await set(schema, 'connections', "['ollama', 'second']");
    const broker = await started();
    await setEnabled('second', false);
    const states = (await broker.status()).connections.map(({ state }) => state);
    expect(states[1]).toBe('disabled');
    expect(await bus.run('gsettings', 'get', connectionAt('second'), 'enabled')).toBe('false\n');
    await setEnabled('second', true);
    await broker.until(({ connections }) => connections[1]?.state === 'connected');
    expect(await bus.run('gsettings', 'get', connectionAt('second'), 'enabled')).toBe('true\n');
  });

  it('leaves a configuration file alone, and lasts until that is read again', async () => {
    const config = { connections: [{ id: 'demo', kind: 'demo' }] };
    const broker = await started({ config });
    await setEnabled('demo', false);
    expect((await broker.status()).connections[0]?.state).toBe('disabled');
    broker.process.kill('SIGHUP');
    await broker.until(({ connections }) => connections[0]?.state === 'connected');
  });

  it('is signalled as often as it changes', async () => {
    await started({ config: { connections: [{ id: 'demo', kind: 'demo' }] } });
    const { seen, until } = await monitored(bus, release);
    await setEnabled('demo', true);
    await setEnabled('demo', false);
    await until(/'Enabled': <false>/);
    await setEnabled('demo', false);
    await setEnabled('demo', true);
    await until(/'Enabled': <true>/);
    expect(seen.filter((line) => line.includes("'Enabled'"))).toHaveLength(2);
  });

  it('must be one that there is', async () => {
    await started({ config: {} });
    await expect(setEnabled('nobody', true)).rejects.toThrow(/InvalidArgs: there is no connection "nobody"/);
  });
});

describe('the log', () => {
  it('follows the level that GSettings say', async () => {
    await set(schema, 'log-level', 'debug');
    const broker = await started({ env: { DBUS_SYSTEM_BUS_ADDRESS: 'unix:path=/nowhere' } });
    await broker.printed(/no system bus/);
    await set(schema, 'log-level', 'error');
    await set(schema, 'log-level', 'warn');
    expect(await property('Problems')).toBe('(<@as []>,)');
  });

  it.each<[level: string, env: NodeJS.ProcessEnv, told: boolean]>([
    ['info', {}, false],
    ['debug', {}, true],
    ['error', { DEBUG: '1' }, true],
  ])('of a file with the level %s and %j has lines for debugging: %s', async (logLevel, env, told) => {
    const nobody = { DBUS_SYSTEM_BUS_ADDRESS: 'unix:path=/nowhere' };
    const broker = await started({ config: { logLevel }, env: { ...nobody, ...env } });
    expect(broker.stderr.includes('no system bus')).toBe(told);
  });

  it('follows a file that changes', async () => {
    const broker = await started({ config: { logLevel: 'error' } });
    const file = join(broker.folder, 'config.json');
    const other = { logLevel: 'warn', listen: '127.0.0.1:1' };
    writeFileSync(file, JSON.stringify(other));
    await broker.printed(/Another "listen".*wait for the next start/);
  });
});

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RunningBroker } from '../../support/broker.ts';
import { PrivateBus } from '../../support/bus.ts';
import { releasing } from '../../support/releases.ts';
import { OllamaStandIn } from '../../upstreams/ollama.ts';
import { send } from '../http/sending.ts';

const release = releasing();
const schema = 'org.gnome.shell.extensions.cloudtolocalllm';
const connectionAt = (id: string): string =>
  `${schema}.connection:/org/gnome/shell/extensions/cloudtolocalllm/connections/${id}/`;

async function upstream(): Promise<OllamaStandIn> {
  const server = await new OllamaStandIn().start();
  release(() => server.stop());
  return server;
}

describe('a configuration file', () => {
  it('that changes is followed at once, and one that breaks changes nothing', async () => {
    const server = await upstream();
    const home = { id: 'home', kind: 'ollama', url: server.origin };
    const broker = await RunningBroker.start({ config: { connections: [home] } });
    release(() => broker.release());
    const file = join(broker.folder, 'config.json');

    writeFileSync(file, JSON.stringify({ route: 'local', connections: [home, { id: 'demo', kind: 'demo' }] }));
    await broker.until(({ connections, route }) => connections.length === 2 && route === 'local');

    writeFileSync(file, JSON.stringify({ connections: [{ ...home, url: 'ftp://x' }] }));
    await broker.printed(/connections\/0\/url: must begin with http.*; what was in force before stays/);
    writeFileSync(file, '{');
    await broker.printed(/config\.json: is not JSON.*; what was in force before stays/);
    expect((await broker.status()).connections.map(({ id }) => id)).toEqual(['home', 'demo']);

    writeFileSync(file, JSON.stringify({ connections: [] }));
    await broker.until(({ connections }) => connections.length === 0);
  });

  it('is read again on SIGHUP, too', async () => {
    const broker = await RunningBroker.start({ config: { connections: [{ id: 'demo', kind: 'demo' }] } });
    release(() => broker.release());
    broker.process.kill('SIGHUP');
    writeFileSync(join(broker.folder, 'config.json'), '{"connections": []}');
    await broker.until(({ connections }) => connections.length === 0);
  });
});

describe('GSettings', () => {
  it('is read, and every change is followed', async () => {
    const bus = await PrivateBus.start();
    release(() => bus.stop());
    const server = await upstream();
    await bus.run('gsettings', 'set', connectionAt('ollama'), 'url', server.origin);
    const broker = await RunningBroker.start({ env: bus.env });
    release(() => broker.release());
    expect(broker.stderr).toBe('');
    expect((await broker.status()).connections).toMatchObject([{ id: 'ollama', state: 'connected' }]);

    await bus.run('gsettings', 'set', connectionAt('second'), 'kind', 'demo');
    await bus.run('gsettings', 'set', connectionAt('second'), 'name', 'Zwei “2”');
    await bus.run('gsettings', 'set', schema, 'connections', "['second', 'ollama']");
    await broker.until(({ connections }) => connections[0]?.id === 'second');

    await bus.run('gsettings', 'set', connectionAt('second'), 'enabled', 'false');
    await broker.until(({ connections }) => connections[0]?.state === 'disabled');

    await bus.run('gsettings', 'set', schema, 'route', 'local');
    await broker.until(({ route }) => route === 'local');
  });

  it('says which pages and names are let in, and leaves out what can’t be', async () => {
    const bus = await PrivateBus.start();
    release(() => bus.stop());
    const page = 'http://localhost:3000';
    await bus.run('gsettings', 'set', schema, 'allowed-origins', `['*', '${page}']`);
    await bus.run('gsettings', 'set', schema, 'allowed-hosts', `['a b', 'models.example.org']`);
    const broker = await RunningBroker.start({ env: bus.env });
    release(() => broker.release());
    expect(broker.stderr).toMatch(/GSettings: hosts\/0: A host name or address.*; it is left out/);
    expect(broker.stderr).toMatch(/GSettings: origins\/0: An origin as browsers send it.*; it is left out/);
    const asked = async (headers: Record<string, string>) =>
      (await send(broker, 'GET', '/healthz', { headers })).status;
    expect(await asked({ origin: page })).toBe(200);
    expect(await asked({ host: 'models.example.org' })).toBe(200);

    await bus.run('gsettings', 'reset', schema, 'allowed-hosts');
    await bus.run('gsettings', 'reset', schema, 'allowed-origins');
    let status: number;
    do status = await asked({ origin: page });
    while (status === 200);
    expect(status).toBe(403);
  });

  it('keeps a route that is chosen over D-Bus', async () => {
    const bus = await PrivateBus.start();
    release(() => bus.stop());
    const broker = await RunningBroker.start({ env: bus.env });
    release(() => broker.release());
    const set = 'org.freedesktop.DBus.Properties.Set';
    await bus.call('/online/cloudtolocalllm/Broker', set, 'online.cloudtolocalllm.Broker1', 'Route', "<'cloud'>");
    expect(await bus.run('gsettings', 'get', schema, 'route')).toBe("'cloud'\n");
  });

  it('with a connection that can’t be used starts without that one', async () => {
    const bus = await PrivateBus.start();
    release(() => bus.stop());
    await bus.run('gsettings', 'set', connectionAt('bad'), 'url', 'https://user:secret@example.org');
    await bus.run('gsettings', 'set', schema, 'connections', "['bad', 'ollama']");
    const broker = await RunningBroker.start({ env: bus.env });
    release(() => broker.release());
    expect(broker.stderr).toMatch(/GSettings: connections\/0\/url: must not contain a user name.*; it is left out/);
    expect(broker.stderr).not.toContain('secret');
    expect((await broker.status()).connections.map(({ id }) => id)).toEqual(['ollama']);
  });
});

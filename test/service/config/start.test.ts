import { createServer } from 'node:http';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { Running, RunningBroker, type StartOptions } from '../../support/broker.ts';
import { PrivateBus } from '../../support/bus.ts';
import { releasing } from '../../support/releases.ts';

const release = releasing();

function started(args: readonly string[], options?: StartOptions): Running {
  const running = new Running(args, options);
  release(() => running.release());
  return running;
}

/** One line, no stack trace, nothing on standard output. */
function expectOneLine({ stdout, stderr }: Running, words: RegExp): void {
  expect(stdout).toBe('');
  expect(stderr).toMatch(words);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(stderr).not.toMatch(/\n\s+at /);
}

describe('a configuration that can’t be used ends the start with one line that names the key', () => {
  it.each<[what: string, config: object, words: RegExp]>([
    ['an unknown key', { lisen: '127.0.0.1:1' }, /config\.json: lisen: unknown key; known here are listen, route/],
    ['a wrong type', { route: 3 }, /: route: must be of type string/],
    ['an unknown kind', { connections: [{ id: 'a', kind: 'gemini' }] }, /connections\/0\/kind: must be one of ollama/],
    ['a missing key', { connections: [{ kind: 'demo' }] }, /connections\/0: the key "id" is missing/],
  ])('%s', async (_what, config, words) => {
    const running = started(['serve', '--no-dbus'], { config });
    expect(await running.ended()).toBe(1);
    expectOneLine(running, words);
  });

  it('what is not JSON', async () => {
    const running = started(['serve', '--no-dbus', '--config', '/dev/null']);
    expect(await running.ended()).toBe(1);
    expectOneLine(running, /\/dev\/null: is not JSON/);
  });

  it('a file that isn’t there', async () => {
    const running = started(['config', 'check', '/nowhere.json']);
    expect(await running.ended()).toBe(1);
    expectOneLine(running, /\/nowhere\.json: there is no such file/);
  });
});

describe('what the start depends on', () => {
  it('a taken port: one line that says what to do', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    release(() => other.close());
    await once(other, 'listening');
    const listen = `127.0.0.1:${(other.address() as AddressInfo).port}`;
    const running = started(['serve', '--no-dbus', '--listen', listen], { config: {} });
    expect(await running.ended()).toBe(1);
    expectOneLine(running, /is already in use.*--listen/);
  });

  it('no session bus: serves, and says that no panel can show it', async () => {
    const running = started(['serve', '--listen', '127.0.0.1:0'], { config: {} });
    await running.printed(/answers on/);
    expect(running.stderr).toMatch(/^No session bus: DBUS_SESSION_BUS_ADDRESS is not set.*--no-dbus/);
    expect(running.stderr.trim().split('\n')).toHaveLength(1);
  });

  it('a session bus that is gone: the same', async () => {
    const env = { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nowhere/bus' };
    const running = started(['serve', '--listen', '127.0.0.1:0'], { config: {}, env });
    await running.printed(/answers on/);
    expect(running.stderr).toMatch(/^No session bus: .*\/nowhere\/bus/);
  });

  it('no settings schema: serves with the Ollama of this machine, and says so', async () => {
    const running = started(['serve', '--no-dbus', '--listen', '127.0.0.1:0']);
    await running.printed(/Ctrl-C ends it/);
    expect(running.stderr).toMatch(
      /^No settings: the settings schema \S+ is not installed.*The Ollama of this machine/,
    );
    expect(running.stdout).toContain('Local Ollama');
  });

  it('no settings schema: a route can be chosen all the same, for as long as the broker runs', async () => {
    const bus = await PrivateBus.start();
    release(() => bus.stop());
    const broker = await RunningBroker.start({ env: { ...bus.env, GSETTINGS_SCHEMA_DIR: '/nowhere' } });
    release(() => broker.release());
    const set = 'org.freedesktop.DBus.Properties.Set';
    await bus.call('/online/cloudtolocalllm/Broker', set, 'online.cloudtolocalllm.Broker1', 'Route', "<'local'>");
    expect((await broker.status()).route).toBe('local');
  });

  it('a second broker on the same bus: ends with one line', async () => {
    const bus = await PrivateBus.start();
    release(() => bus.stop());
    const first = await RunningBroker.start({ config: {}, env: bus.env });
    release(() => first.release());
    const second = started(['serve', '--listen', '127.0.0.1:0'], { config: {}, env: bus.env });
    expect(await second.ended()).toBe(1);
    expectOneLine(second, /another broker has the name online\.cloudtolocalllm\.Broker.*--no-dbus/);
  });

  it('an upstream that answers HTML: said of that connection, and the broker serves', async () => {
    const page = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Hello</h1>');
    }).listen(0, '127.0.0.1');
    release(() => page.close());
    await once(page, 'listening');
    const url = `http://127.0.0.1:${(page.address() as AddressInfo).port}`;
    const broker = await RunningBroker.start({ config: { connections: [{ id: 'a', kind: 'ollama', url }] } });
    release(() => broker.release());
    const { connections } = await broker.status();
    expect(connections[0]?.state).toBe('unreachable');
    expect(connections[0]?.lastError).toBe(
      `${url} answers with a web page, not with Ollama’s API; is the address right?`,
    );
  });
});

describe('the end', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('%s ends it cleanly', async (signal) => {
    const running = started(['serve', '--no-dbus', '--listen', '127.0.0.1:0'], { config: {} });
    await running.printed(/Ctrl-C ends it/);
    running.process.kill(signal);
    expect(await running.ended()).toBe(0);
    expect(running.stderr).toBe('');
  });

  it('of the session bus is its end too', async () => {
    const bus = await PrivateBus.start();
    const broker = await RunningBroker.start({ config: {}, env: bus.env });
    release(() => broker.release());
    await bus.stop();
    expect(await broker.ended()).toBe(0);
  });
});

describe('the command line', () => {
  it.each<[args: string[], status: number, words: RegExp]>([
    [[], 2, /which command\?.*--help/],
    [['dance'], 2, /no command "dance"/],
    [['serve', '--fast'], 2, /--fast/],
    [['status', 'now'], 2, /"now" is too much/],
    [['config', 'check'], 2, /config check FILE/],
    [['status'], 3, /no broker answers; start it with: systemctl --user start/],
  ])('%j ends with %d', async (args, status, words) => {
    const folder = started(args);
    mkdirSync(`${folder.folder}/cloudtolocalllm`);
    // A socket that nobody listens on, so that a broker of this machine is not asked.
    writeFileSync(`${folder.folder}/cloudtolocalllm/broker.sock`, '');
    expect(await folder.ended()).toBe(status);
    expectOneLine(folder, words);
  });

  it('--help and --version are told on standard output', async () => {
    const help = started(['--help']);
    expect(await help.ended()).toBe(0);
    expect(help.stdout).toMatch(/^Usage: cloudtolocalllm COMMAND/);
    const version = started(['--version']);
    expect(await version.ended()).toBe(0);
    expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('status tells of a running broker over its unix socket', async () => {
    const broker = new RunningBroker({ config: { connections: [{ id: 'demo', kind: 'demo', name: 'Demo' }] } });
    release(() => broker.release());
    await broker.printed(/answers on/);
    const socket = `${broker.folder}/cloudtolocalllm/broker.sock`;
    const second = await RunningBroker.start({
      config: { connections: [{ id: 'demo', kind: 'demo', name: 'Demo' }] },
      args: ['--socket', socket],
    });
    release(() => second.release());
    const told = started(['status'], { env: { XDG_RUNTIME_DIR: broker.folder } });
    expect(await told.ended()).toBe(0);
    expect(told.stdout).toMatch(/^Connected through Demo \(route: automatic\)\nAddress for applications: http:\/\/127/);
  });
});

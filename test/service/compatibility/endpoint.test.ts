import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { RunningBroker } from '../../support/broker.ts';
import { PrivateBus } from '../../support/bus.ts';
import { GnomeKeyring } from '../../support/gnomeKeyring.ts';
import { OldApplication } from '../../support/oldApplication.ts';
import { asOtherUser, noOtherUser } from '../../support/otherUser.ts';
import { releasing } from '../../support/releases.ts';
import { OllamaStandIn } from '../../upstreams/ollama.ts';

const release = releasing();
let bus: PrivateBus;
let home: string;
let ollama: OllamaStandIn;
let broker: RunningBroker;

beforeEach(async () => {
  bus = await PrivateBus.start({ ownServices: true });
  release(() => bus.stop());
  await bus.provide('ca.desrt.dconf', '/usr/libexec/dconf-service');
  home = String(bus.env.HOME);
  ollama = await new OllamaStandIn().start();
  release(() => ollama.stop());
  await setting('ollama', 'url', ollama.origin);
});

const portFile = (): string => join(home, '.cloudtolocalllm/tray_port');

/** Leaves what the old program leaves. */
function oldInstallation(): void {
  mkdirSync(join(home, '.cloudtolocalllm'));
  writeFileSync(join(home, '.cloudtolocalllm/connection_config.json'), '{}');
}

async function setting(id: string, key: string, value: string): Promise<void> {
  const path = `/org/gnome/shell/extensions/cloudtolocalllm/connections/${id}/`;
  await bus.run('gsettings', 'set', `org.gnome.shell.extensions.cloudtolocalllm.connection:${path}`, key, value);
}

async function serving(): Promise<void> {
  broker = await RunningBroker.start({ env: bus.env });
  release(() => broker.release());
}

/** A broker where the old program was used, and an application of that. */
async function oldApplication(): Promise<OldApplication> {
  oldInstallation();
  await serving();
  const application = await OldApplication.start(home);
  release(() => {
    application.stop();
  });
  return application;
}

describe('the endpoint for old applications', () => {
  it('is there only where an old installation is', async () => {
    mkdirSync(join(home, '.cloudtolocalllm'));
    await serving();
    expect(existsSync(portFile())).toBe(false);
    expect(broker.stderr).not.toContain('older CloudToLocalLLM');
  });

  it('leaves its port where they look for it, for the user alone, until it ends', async () => {
    await oldApplication();
    expect(readFileSync(portFile(), 'utf8')).toMatch(/^\d+$/);
    expect(statSync(portFile()).mode & 0o777).toBe(0o600);
    broker.process.kill('SIGTERM');
    expect(await broker.ended()).toBe(0);
    expect(existsSync(portFile())).toBe(false);
  });

  it('answers PING', async () => {
    const application = await oldApplication();
    expect(await application.ask('PING')).toEqual({ status: 'pong' });
  });

  it('tells of both connections', async () => {
    const application = await oldApplication();
    expect(await application.ask('GET_CONNECTION_STATUS')).toEqual({
      status: {
        local_ollama: {
          state: 'connected',
          last_check: expect.any(Number) as number,
          error_message: '',
          version: ollama.version,
          models: ['llama3.2:latest', 'qwen3:8b'],
        },
        cloud_proxy: { state: 'disconnected', last_check: 0, error_message: '', version: '', models: [] },
      },
    });
  });

  it('takes what a tray icon was told without an answer', async () => {
    const application = await oldApplication();
    application.send('UPDATE_TOOLTIP', { text: 'CloudToLocalLLM' });
    application.send('UPDATE_ICON', { state: 'connected' });
    application.send('AUTH_STATUS', { authenticated: true });
    application.send('UPDATE_CONNECTION_STATUS', { status: { connected: true } });
    expect(await application.ask('PING')).toEqual({ status: 'pong' });
  });

  it('has requests answered as a whole, also those that would stream', async () => {
    const application = await oldApplication();
    const tags = await application.ask('PROXY_REQUEST', { method: 'GET', path: '/api/tags' });
    expect(tags).toMatchObject({ result: { models: [{ name: 'llama3.2:latest' }, { name: 'qwen3:8b' }] } });
    const messages = [{ role: 'user', content: 'Grüße' }];
    const data = { model: 'llama3.2', messages, stream: true };
    const chat = await application.ask('PROXY_REQUEST', { method: 'POST', path: '/api/chat', data });
    expect(chat).toMatchObject({ result: { done: true, message: { role: 'assistant' } } });
  });

  it.each<[what: string, fields: object, error: RegExp]>([
    [
      'what the broker answers with an error',
      { method: 'POST', path: '/api/chat', data: { model: 'none', messages: [] } },
      /^HTTP 404: .*none/,
    ],
    ['another method', { method: 'PATCH', path: '/api/tags' }, /"method" GET, POST/],
    ['no path', { method: 'GET', path: 'api/tags' }, /"path", which begins with \//],
    ['a path with a line in it', { method: 'GET', path: '/api/tags HTTP/1.1\r\nX: y' }, /"path", which begins with \//],
  ])('tells %s as an error, and goes on', async (_what, fields, error) => {
    const application = await oldApplication();
    expect(await application.ask('PROXY_REQUEST', fields)).toEqual({ error: expect.stringMatching(error) as string });
    expect(await application.ask('PING')).toEqual({ status: 'pong' });
  });

  it.each(['not JSON', '[]', '{}', '{"command": "LAUNCH"}'])(
    'says so of a line that is no command: %s',
    async (line) => {
      const application = await oldApplication();
      application.write(`${line}\n`);
      expect(await application.next()).toEqual({ error: expect.any(String) as string });
      expect(await application.ask('PING')).toEqual({ status: 'pong' });
    },
  );

  it('understands lines in any pieces, and answers them in their order', async () => {
    const application = await oldApplication();
    const request = { command: 'PROXY_REQUEST', method: 'GET', path: '/api/version' };
    const bytes = Buffer.from(`${JSON.stringify(request)}\n\n{"command":"PING","ü":"é"}\r\n`);
    for (const byte of bytes) application.write(Buffer.from([byte]));
    expect(await application.next()).toHaveProperty('result');
    expect(await application.next()).toEqual({ status: 'pong' });
  });

  it('tells every application when a connection has changed', async () => {
    const application = await oldApplication();
    await application.ask('PING');
    await ollama.stop();
    await bus.call('/online/cloudtolocalllm/Broker', 'online.cloudtolocalllm.Broker1.Test', 'ollama');
    expect(await application.next()).toEqual({
      command: 'CONNECTION_STATUS_CHANGED',
      connection_type: 'local_ollama',
      status: {
        state: 'disconnected',
        error_message: expect.stringMatching(/Nothing is listening/) as string,
        version: ollama.version,
        models: ['llama3.2:latest', 'qwen3:8b'],
      },
    });
  });

  it('keeps a token in the keyring, for the cloud of the old program', async () => {
    const keyring = new GnomeKeyring(bus);
    release(() => keyring.kill());
    await keyring.start('the login password');
    await setting('cloud', 'kind', 'cloudtolocalllm');
    await setting('cloud', 'place', 'cloud');
    await setting('cloud', 'url', 'http://127.0.0.1:9');
    const connections = ['org.gnome.shell.extensions.cloudtolocalllm', 'connections', "['ollama', 'cloud']"];
    await bus.run('gsettings', 'set', ...connections);
    const application = await oldApplication();
    const kept = (): Promise<string> => bus.run('secret-tool', 'lookup', 'connection', 'cloud', 'type', 'token');
    application.send('UPDATE_AUTH_TOKEN', { token: 'a.b.c' });
    await application.ask('PING');
    expect(await kept()).toBe('a.b.c');
    application.send('UPDATE_AUTH_TOKEN', { token: '' });
    await application.ask('PING');
    await expect(kept()).rejects.toThrow();
    expect(broker.stderr).not.toContain('a.b.c');
  });

  it('lets an application that says QUIT go, and serves the others', async () => {
    const application = await oldApplication();
    const other = await OldApplication.start(home);
    release(() => {
      other.stop();
    });
    await other.ask('PING');
    application.send('QUIT');
    await application.closed;
    expect(await other.ask('PING')).toEqual({ status: 'pong' });
    expect((await broker.status()).state).toBe('connected');
  });

  it('ends a request whose application has gone', async () => {
    const application = await oldApplication();
    ollama.fault = { silent: true };
    const asked = ollama.nextReceived();
    application.send('PROXY_REQUEST', { method: 'POST', path: '/api/chat', data: { model: 'llama3.2', messages: [] } });
    const { closed } = await asked;
    application.stop();
    expect(await closed).toBe(true);
  });

  it.skipIf(noOtherUser)('answers nobody else', async () => {
    await oldApplication();
    const port = readFileSync(portFile(), 'utf8');
    expect((await asOtherUser(pinging, port)).line).toBe('closed after ""');
  });
});

/** What somebody else on this machine may try. */
const pinging = `
const socket = require('net').connect(Number(process.argv[1]), '127.0.0.1');
let text = '';
socket.on('data', (data) => (text += data)).on('error', () => {});
socket.on('close', () => console.log('closed after ' + JSON.stringify(text)));
socket.write('{"command":"PING"}\\n');
`;

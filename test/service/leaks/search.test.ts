import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { RunningBroker } from '../../support/broker.ts';
import { PrivateBus } from '../../support/bus.ts';
import { releasing } from '../../support/releases.ts';
import { BusTraffic } from './busTraffic.ts';
import { Canaries } from './canaries.ts';
import { Children } from './children.ts';
import { Evidence } from './evidence.ts';
import { noteFiles, noteProcess } from './remains.ts';

const release = releasing();
let canaries: Canaries;
let evidence: Evidence;
let folder: string;
beforeEach(() => {
  canaries = new Canaries();
  evidence = new Evidence(canaries);
  folder = mkdtempSync(join(tmpdir(), 'cloudtolocalllm-search-'));
  release(() => {
    rmSync(folder, { recursive: true });
  });
});

const base64 = (text: string): string => Buffer.from(text).toString('base64');

describe('a canary', () => {
  const written: [form: string, write: (secret: string) => string | Buffer][] = [
    ['as it is', (secret) => secret],
    ['in bytes that are no text', (secret) => Buffer.concat([Buffer.from([0, 255, 254]), Buffer.from(secret)])],
    ['in JSON', (secret) => JSON.stringify({ of: { what: secret } })],
    ['in JSON in JSON', (secret) => JSON.stringify(JSON.stringify(secret))],
    ['in a URL', (secret) => `http://host/?q=${encodeURIComponent(secret)}`],
    ['in base64', base64],
    ['in base64, a byte later', (secret) => base64(` ${secret}`)],
    ['in base64, two bytes later', (secret) => base64(`  ${secret}`)],
    ['in base64 for URLs', (secret) => Buffer.from(`?>${secret}`).toString('base64url')],
    ['in hex', (secret) => Buffer.from(secret).toString('hex')],
    ['in hex, in capitals', (secret) => Buffer.from(secret).toString('hex').toUpperCase()],
    ['cut as V8 cuts what is no JSON', (secret) => `"...${secret.slice(0, 10)}..." is not valid JSON`],
    ['without its beginning', (secret) => secret.slice(-14)],
  ];

  it.each(written)('is found %s', (_form, write) => {
    const prompt = canaries.prompt('the prompt');
    const token = canaries.token('the token');
    evidence.note('a place', write(prompt));
    evidence.note('another one', write(token));
    expect(evidence.report()).toMatch(/the prompt \(.*\) in a place: [^]*the token \(.*\) in another one: /);
  });

  it('isn’t found where there is none, nor where it may be', () => {
    canaries.prompt('the prompt');
    const own = canaries.prompt('own');
    evidence.note('a place', Canaries.name + base64('something else, also quite long') + new Canaries().word('other'));
    evidence.note('its own answer', own, ['own']);
    expect(evidence.report()).toBe('');
  });
});

describe('a canary is found', () => {
  let secret: string;
  beforeEach(() => {
    secret = canaries.word('the canary');
  });

  it('in a file, in its name, and in the name of a folder', () => {
    writeFileSync(join(folder, 'file'), `x${secret}x`);
    writeFileSync(join(folder, secret), '');
    mkdirSync(join(folder, 'below', secret), { recursive: true });
    noteFiles(evidence, folder);
    expect(evidence.report().split('\n')).toHaveLength(3);
  });

  it('in what is open and has no name any more', () => {
    const path = join(folder, 'file');
    writeFileSync(path, secret);
    const fd = openSync(path, 'r');
    unlinkSync(path);
    noteProcess(evidence, process.pid);
    closeSync(fd);
    expect(evidence.report()).toContain('(deleted), open');
  });

  it('on a command line, and in an environment', async () => {
    const children = new Children(folder, ['sleep']);
    const { PATH } = children.environment;
    const child = spawn('sleep', [secret], { env: { PATH }, stdio: 'ignore' });
    await once(child, 'close');
    await once(spawn('sleep', ['0'], { env: { PATH, TOKEN: secret }, stdio: 'ignore' }), 'close');
    children.note(evidence);
    expect(evidence.report().split('\n')).toHaveLength(2);
  });

  it('in a message on the bus, whatever its type', async () => {
    const bus = await PrivateBus.start({ ownServices: true });
    release(() => bus.stop());
    const traffic = await BusTraffic.of(bus);
    release(() => traffic.stop());
    const bytes = `array:byte:${[...Buffer.from(secret)].join(',')}`;
    await bus.run('dbus-send', '--session', '--type=signal', '/', 'a.b.C', `string:${secret}`);
    await bus.run('dbus-send', '--session', '--type=signal', '/', 'a.b.D', bytes);
    await bus.run('dbus-send', '--session', '--type=signal', `/${secret}`, 'a.b.E');
    await traffic.caughtUp();
    for (const message of traffic.messages(() => false)) evidence.note('the bus', message);
    expect(evidence.report().split('\n')).toHaveLength(3);
    expect(traffic.messages((message) => message.includes(secret)).some((one) => one.includes(secret))).toBe(false);
  });

  it('in what a broker prints, and in its status', async () => {
    const connection = {
      id: 'one',
      name: secret,
      kind: 'openai',
      url: 'http://127.0.0.1:9',
      token: { env: 'NO_TOKEN' },
    };
    const broker = await RunningBroker.start({ config: { listen: '127.0.0.1:0', connections: [connection] } });
    release(() => broker.release());
    evidence.note('standard output', broker.stdout);
    evidence.note('its status', JSON.stringify(await broker.status()));
    broker.write('config.json', `{"route": "${secret}"}`);
    await broker.printed(/what was in force before stays/);
    evidence.note('standard error', broker.stderr);
    expect(evidence.report()).toMatch(/in standard output[^]*in its status[^]*in standard error/);
  });
});

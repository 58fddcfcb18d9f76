import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { beforeEach, describe, expect, it } from 'vitest';
import { Bus, variant } from '../../../service/dbus/bus.ts';
import { Keyring } from '../../../service/secrets/keyring.ts';
import { program, RunningBroker, within } from '../../support/broker.ts';
import { PrivateBus } from '../../support/bus.ts';
import { GnomeKeyring } from '../../support/gnomeKeyring.ts';
import { releasing } from '../../support/releases.ts';
import { Browser } from '../signIn/browser.ts';
import { RunningProvider } from '../signIn/provider.ts';

const release = releasing();
const broker1 = 'online.cloudtolocalllm.Broker1';
const connection1 = 'online.cloudtolocalllm.Connection1';
const brokerPath = '/online/cloudtolocalllm/Broker';

let bus: PrivateBus;
let keyring: GnomeKeyring;
let provider: RunningProvider;
let browser: Browser;
let broker: RunningBroker;
let address: string;
/** What the API was sent, and what of it it doesn't accept. */
let sent: string[];
let refused: Set<string>;

beforeEach(async () => {
  bus = await PrivateBus.start({ ownServices: true });
  release(() => bus.stop());
  keyring = new GnomeKeyring(bus);
  release(() => keyring.kill());
  await keyring.start('the login password');
  provider = await RunningProvider.start();
  provider.altered = (context) => {
    if (context.path === '/device/auth') Object.assign(context.body as object, { interval: 0.05 });
  };
  release(() => provider.stop());
  browser = new Browser();
  address = await api();
  broker = await serving(address);
});

/** An API of OpenAI's that accepts every token but those that are refused. @returns its address */
async function api(): Promise<string> {
  sent = [];
  refused = new Set();
  const server = createServer((request, response) => {
    const token = request.headers.authorization?.replace('Bearer ', '') ?? '';
    sent.push(token);
    request.resume();
    response.writeHead(token === '' || refused.has(token) ? 401 : 200, { 'content-type': 'application/json' });
    response.end('{"object":"list","data":[{"id":"m","object":"model"}]}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  release(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
}

function configured(url: string, more: object = {}): object {
  const { issuer } = provider;
  const signIn = { issuer, clientId: 'broker', scopes: ['profile'] };
  const cloud = { id: 'cloud', name: 'My provider', kind: 'openai', place: 'cloud', url, token: { signIn } };
  return {
    connections: [
      { ...cloud, ...more },
      { id: 'demo', kind: 'demo' },
    ],
  };
}

async function serving(url: string): Promise<RunningBroker> {
  const running = await RunningBroker.start({
    config: configured(url),
    args: ['--socket', `${bus.env.XDG_RUNTIME_DIR ?? ''}/cloudtolocalllm/broker.sock`],
    env: bus.env,
  });
  release(() => running.release());
  return running;
}

/** Waits until the connection is in a state and its credentials, too. */
async function until(state: string, tokenState: string, running = broker): Promise<string | null> {
  const { connections } = await running.until(
    ({ connections: [one] }) => one?.state === state && one.tokenState === tokenState,
  );
  return connections[0]?.lastError ?? null;
}

const call = (method: string): Promise<string> => bus.call(brokerPath, `${broker1}.${method}`, 'cloud');

/** Signs in as a person does, in a browser. */
async function signIn(): Promise<void> {
  const [, url = ''] = /'(http[^']+)'/.exec(await call('Login')) ?? [];
  await browser.open((await browser.signIn(url)).url);
  await until('connected', 'stored');
}

describe('a connection for which one signs in', () => {
  it('says that nobody has, while the others work', async () => {
    expect(await until('refused', 'missing')).toContain('cloudtolocalllm login cloud');
    expect((await broker.status()).activeConnection).toBe('demo');
    expect(sent).toEqual([]);
  });

  it('works once somebody has, and tells who', async () => {
    await signIn();
    expect((await broker.status()).connections[0]).toMatchObject({
      account: expect.stringContaining('of the Workshop') as string,
    });
    expect(await bus.run('secret-tool', 'lookup', 'connection', 'cloud', 'type', 'session')).toContain(provider.issuer);
  });

  it('goes on after the broker has started anew', async () => {
    await signIn();
    await broker.release();
    const again = await serving(address);
    await until('connected', 'stored', again);
    expect(provider.tokenRequests).toBe(1);
  });

  it('renews what its API doesn’t accept any more, once, and the request is answered', async () => {
    await signIn();
    refused.add(sent.at(-1) ?? '');
    await bus.call(brokerPath, `${broker1}.Test`, 'cloud');
    await until('connected', 'stored');
    expect([provider.tokenRequests, new Set(sent).size]).toEqual([2, 2]);
  });

  it('has nobody signed in after they have signed out', async () => {
    await signIn();
    expect(await call('Logout')).toBe("('',)");
    await until('refused', 'missing');
    expect(provider.asked).toContain('/token/revocation');
    await expect(bus.run('secret-tool', 'lookup', 'connection', 'cloud', 'type', 'session')).rejects.toThrow();
  });

  it('is left when the session is taken out of the keyring', async () => {
    await signIn();
    await bus.run('secret-tool', 'clear', 'connection', 'cloud', 'type', 'session');
    await until('refused', 'missing');
  });

  it('isn’t used while the keyring is locked', async () => {
    await signIn();
    await keyring.lock();
    await until('refused', 'locked');
    await keyring.unlock('the login password');
    await until('connected', 'stored');
    expect(provider.tokenRequests).toBe(1);
  });

  it('goes on with a sign-in that waits when its other settings change', async () => {
    const [, url = ''] = /'(http[^']+)'/.exec(await call('Login')) ?? [];
    broker.write('config.json', JSON.stringify(configured(address, { enabled: false })));
    await until('disabled', 'missing');
    broker.write('config.json', JSON.stringify(configured(address, { patience: 1 })));
    await until('refused', 'missing');
    await browser.open((await browser.signIn(url)).url);
    await until('connected', 'stored');
  });

  it('shows an account whose name D-Bus has no strings for', async () => {
    await signIn();
    const stored = await bus.run('secret-tool', 'lookup', 'connection', 'cloud', 'type', 'session');
    const session = JSON.stringify({ ...(JSON.parse(stored) as object), account: 'a\0b' });
    const ours = await Bus.connect(bus.address);
    release(() => ours.close());
    const key = { connection: 'cloud', type: 'session', origin: new URL(address).origin } as const;
    await new Keyring({ bus: ours, variant }).write(key, 'My provider', session, { attended: false });
    await broker.until(({ connections: [one] }) => one?.account === 'a\0b');
    const connection = `${brokerPath}/connections/cloud`;
    const told = bus.call(connection, 'org.freedesktop.DBus.Properties.Get', connection1, 'Account');
    // The program prints what isn't ASCII in its own way.
    expect(await told).toMatch(/'a.b'/u);
  });

  it('takes no token', async () => {
    await expect(bus.call(brokerPath, `${broker1}.SetToken`, 'cloud', 'sk-1')).rejects.toThrow(
      /InvalidArgs.*cloudtolocalllm login/,
    );
  });

  it('waits for nobody any more when a sign-in that was to take the place of another can’t begin', async () => {
    await call('LoginWithCode');
    await provider.stop();
    await expect(call('LoginWithCode')).rejects.toThrow();
    const connection = `${brokerPath}/connections/cloud`;
    const told = bus.call(connection, 'org.freedesktop.DBus.Properties.Get', connection1, 'SignIn');
    expect(await told).toContain('could not be asked');
  });

  it('is signed in for by the command, with a code', async () => {
    const login = loggingIn();
    const [, url = '', code = ''] = await login.invited();
    await browser.enter(url, code);
    expect([await login.ended(), login.printed()]).toEqual([
      0,
      expect.stringMatching(/Signed in as .* of the Workshop\./) as string,
    ]);
    await until('connected', 'stored');
  });

  it.each<[what: string, gaveUp: () => Promise<unknown>]>([
    ['somebody signs out meanwhile', () => call('Logout')],
    ['the broker ends meanwhile', () => broker.release()],
  ])('is not signed in for where %s, and the command says so', async (_what, gaveUp) => {
    const login = loggingIn();
    await login.invited();
    await gaveUp();
    expect(await login.ended()).not.toBe(0);
    expect(login.printed()).not.toContain('Signed in');
  });
});

/** The command that signs in with a code, and all that it prints. */
function loggingIn() {
  const child = spawn(process.execPath, [program, 'login', 'cloud', '--code'], { env: bus.env, stdio: 'pipe' });
  release(() => void child.kill());
  const closed = once(child, 'close') as Promise<[number | null]>;
  let printed = '';
  child.stderr.on('data', (chunk) => (printed += String(chunk)));
  const lines = createInterface(child.stdout).on('line', (line) => (printed += `${line}\n`));
  const invited = async (): Promise<RegExpExecArray> => {
    for (;;) {
      const match = /(http\S+)\s[\s\S]*the code (\S+)/.exec(printed);
      if (match !== null) return match;
      await once(lines, 'line');
    }
  };
  return {
    printed: () => printed,
    invited: () => within(invited(), () => printed),
    ended: async () => (await within(closed, () => printed))[0],
  };
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { beforeEach, describe, expect, it } from 'vitest';
import { program, Running, RunningBroker } from '../../support/broker.ts';
import { PrivateBus } from '../../support/bus.ts';
import { GnomeKeyring } from '../../support/gnomeKeyring.ts';
import { releasing } from '../../support/releases.ts';
import { AnthropicStandIn } from '../../upstreams/anthropic.ts';

const release = releasing();
const password = 'the login password';
const broker1 = 'online.cloudtolocalllm.Broker1';
const brokerPath = '/online/cloudtolocalllm/Broker';

let bus: PrivateBus;
let keyring: GnomeKeyring;
let upstream: AnthropicStandIn;

beforeEach(async () => {
  bus = await PrivateBus.start({ ownServices: true });
  release(() => bus.stop());
  keyring = new GnomeKeyring(bus);
  release(() => keyring.kill());
  upstream = new AnthropicStandIn();
  upstream.token = 'sk-right';
  await upstream.start();
  release(() => upstream.stop());
});

/** A broker whose connection has its token in the keyring. */
async function serving(url = upstream.origin): Promise<RunningBroker> {
  const broker = await RunningBroker.start({
    config: {
      connections: [
        { id: 'cloud', name: 'My provider', kind: 'anthropic', url, token: { keyring: true } },
        { id: 'demo', kind: 'demo' },
      ],
    },
    args: ['--socket', `${bus.env.XDG_RUNTIME_DIR ?? ''}/cloudtolocalllm/broker.sock`],
    env: bus.env,
  });
  release(() => broker.release());
  return broker;
}

/** Waits until the connection is in a state and has a token or not. */
async function until(broker: RunningBroker, state: string, tokenState: string): Promise<string | null> {
  const fits = (one: { readonly state: string; readonly tokenState: string } | undefined): boolean =>
    one?.state === state && one.tokenState === tokenState;
  const { connections } = await broker.until(({ connections: [one] }) => fits(one));
  return connections[0]?.lastError ?? null;
}

/** Runs the command, with what it is to read. */
async function command(
  args: readonly string[],
  input: string,
): Promise<[status: unknown, stdout: string, stderr: string]> {
  const child = spawn(process.execPath, [program, ...args], { env: bus.env, stdio: 'pipe' });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => (stdout += String(chunk)));
  child.stderr.on('data', (chunk) => (stderr += String(chunk)));
  child.stdin.end(input);
  const [status] = (await once(child, 'close')) as [number | null];
  return [status, stdout, stderr];
}

const setToken = (token: string): Promise<string> => bus.call(brokerPath, `${broker1}.SetToken`, 'cloud', token);

describe('a connection whose token is in the keyring', () => {
  it('says that it has none, while the others work', async () => {
    await keyring.start(password);
    const broker = await serving();
    expect(await until(broker, 'refused', 'missing')).toContain('cloudtolocalllm token set cloud');
    expect((await broker.status()).activeConnection).toBe('demo');
  });

  it('works from when it is set, by the bus or the command, until it is taken away', async () => {
    await keyring.start(password);
    const broker = await serving();
    await setToken('sk-right');
    await until(broker, 'connected', 'stored');
    expect(await bus.run('secret-tool', 'lookup', 'connection', 'cloud', 'type', 'token')).toBe('sk-right');
    expect(await command(['token', 'clear', 'cloud'], '')).toEqual([0, expect.stringContaining('cloud') as string, '']);
    await until(broker, 'refused', 'missing');
    expect((await command(['token', 'set', 'cloud'], 'sk-right\n'))[0]).toBe(0);
    await until(broker, 'connected', 'stored');
  });

  it('takes up another token at once, also where the one before was refused', async () => {
    await keyring.start(password);
    const broker = await serving();
    await setToken('sk-wrong');
    expect(await until(broker, 'refused', 'stored')).toContain('does not accept the token');
    await setToken('sk-right');
    await until(broker, 'connected', 'stored');
  });

  it('refuses a token that can be none, and keeps the one before', async () => {
    await keyring.start(password);
    const broker = await serving();
    await setToken('sk-right');
    await until(broker, 'connected', 'stored');
    await expect(setToken('sk\nwrong')).rejects.toThrow(/InvalidArgs.*the token holds characters that no token has/);
    expect((await command(['token', 'set', 'cloud'], '\n'))[0]).toBe(1);
    await until(broker, 'connected', 'stored');
  });

  it('is kept back while the keyring is locked, and is there again when anybody unlocks it', async () => {
    await keyring.start(password);
    const broker = await serving();
    await setToken('sk-right');
    await until(broker, 'connected', 'stored');
    await keyring.lock();
    expect(await until(broker, 'refused', 'locked')).toContain('locked');
    await keyring.unlock(password);
    await until(broker, 'connected', 'stored');
  });

  it('goes on when the keyring’s service ends, and follows the next one', async () => {
    await keyring.start(password);
    const broker = await serving();
    await setToken('sk-right');
    await until(broker, 'connected', 'stored');
    await keyring.kill();
    await until(broker, 'connected', 'stored');
    await keyring.start(password);
    await bus.run('secret-tool', 'clear', 'connection', 'cloud', 'type', 'token');
    await until(broker, 'refused', 'missing');
  });

  it('finds a keyring that appears later', async () => {
    await keyring.start(password);
    const first = await serving();
    await setToken('sk-right');
    await until(first, 'connected', 'stored');
    await first.release();
    await keyring.kill();
    const broker = await serving();
    await until(broker, 'refused', 'missing');
    await keyring.start(password);
    await until(broker, 'connected', 'stored');
  });

  it('never sends it to another server, whatever the connection is called', async () => {
    await keyring.start(password);
    const first = await serving();
    await setToken('sk-right');
    await until(first, 'connected', 'stored');
    await first.release();
    const other = new AnthropicStandIn();
    await other.start();
    release(() => other.stop());
    const broker = await serving(other.origin);
    expect(await until(broker, 'refused', 'missing')).toContain(other.origin);
    await broker.release();
    await until(await serving(), 'connected', 'stored');
  });

  it('isn’t set where another place is named for it, nor for one that there isn’t', async () => {
    await keyring.start(password);
    await serving();
    const asked = (id: string): Promise<string> => bus.call(brokerPath, `${broker1}.SetToken`, id, 'sk-right');
    await expect(asked('demo')).rejects.toThrow(/InvalidArgs.*configuration/);
    await expect(asked('mars')).rejects.toThrow(/there is no connection "mars"/);
  });
});

it('a token on the command line is refused without a word of it', async () => {
  const running = new Running(['token', 'set', 'cloud', 'sk-right'], { env: bus.env });
  release(() => running.release());
  expect([await running.ended(), running.stderr]).toEqual([2, expect.not.stringContaining('sk-right') as string]);
});

import { request } from 'node:http';
import { beforeAll, describe, expect, it } from 'vitest';
import { address, Broker } from './lab/broker.ts';
import { useDesktop } from './lab/desktop.ts';
import { hang } from './lab/hang.ts';
import { untilIt } from './lab/wait.ts';

const desktop = useDesktop({ shell: false });
let key: string;

beforeAll(async () => {
  key = await new Broker(desktop.machine).key();
});

describe('the broker’s life under systemd', () => {
  it('is started by the first request, and by the first word on D-Bus', async () => {
    const broker = new Broker(desktop.machine);
    expect(await broker.pid()).toBe(0);
    expect(await get('/api/version')).toBe(200);
    expect(await broker.pid()).not.toBe(0);

    await broker.systemctl('stop');
    expect(await broker.pid()).toBe(0);
    expect(await broker.property<string>('Address')).toBe(address);
    // It has its name on the bus a moment before it says that it is ready.
    await untilIt(
      'the service to be active',
      () => broker.unitProperty('ActiveState'),
      (state) => state === 'active',
    );
  });

  it('is waited for, never refused, however often it is killed', async () => {
    const broker = new Broker(desktop.machine);
    const clients = Array.from({ length: 10 }, (_, number) => number);
    for (let kills = 1; kills <= 6; kills += 1) {
      await broker.signal('KILL');
      // New clients, that connect while no broker is there.
      const answers = await Promise.all(clients.map(() => get('/api/version')));
      expect(answers, `after kill ${kills}`).toEqual(clients.map(() => 200));
    }
    expect(await broker.unitProperty('ActiveState', 'cloudtolocalllm.socket')).toBe('active');
  });

  it('is ended and started anew by the watchdog when its event loop hangs', async () => {
    const broker = new Broker(desktop.machine);
    const soon = '[Service]\nWatchdogSec=3s\n';
    await desktop.machine.asUser(
      ['systemctl', '--user', 'edit', '--stdin', '--drop-in=test', 'cloudtolocalllm.service'],
      { input: soon },
    );
    await broker.systemctl('restart');
    const pid = await broker.pid();

    await hang(desktop.machine, pid);

    await untilIt(
      'another broker',
      () => broker.pid(),
      (id) => id !== 0 && id !== pid,
      { limit: 40 },
    );
    const journal = ['journalctl', '--user', '--quiet', '--unit=cloudtolocalllm.service', '--grep=Watchdog timeout'];
    expect(await desktop.machine.asUser(journal)).not.toBe('');
    expect(await get('/api/version')).toBe(200);
  });

  it('ends cleanly when it is told to, and stays ended', async () => {
    const broker = new Broker(desktop.machine);
    await broker.systemctl('start');
    await broker.systemctl('stop');
    expect(await broker.unitProperty('Result')).toBe('success');
    expect(await broker.unitProperty('ActiveState')).toBe('inactive');
  });
});

/** Asks on a connection of its own. @returns the status of the answer */
function get(path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const options = { agent: false, headers: { authorization: `Bearer ${key}` }, signal: AbortSignal.timeout(30_000) };
    const asked = request(`${address}${path}`, options, (response) => {
      response.resume().on('end', () => {
        resolve(response.statusCode ?? 0);
      });
    });
    asked.on('error', reject).end();
  });
}

import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { address, Broker } from './lab/broker.ts';
import { useDesktop } from './lab/desktop.ts';
import { hang } from './lab/hang.ts';
import { Settings } from './lab/settings.ts';
import { untilIt } from './lab/wait.ts';

const desktop = useDesktop({ shell: false });
const limit = (seconds: number): RequestInit => ({ signal: AbortSignal.timeout(seconds * 1000) });

describe('the broker’s life under systemd', () => {
  it('is started by the first request, and by the first word on D-Bus', async () => {
    const broker = new Broker(desktop.machine);
    expect(await broker.pid()).toBe(0);
    expect((await fetch(`${address}/api/version`, limit(20))).status).toBe(200);
    expect(await broker.pid()).not.toBe(0);

    await broker.systemctl('stop');
    expect(await broker.pid()).toBe(0);
    expect(await broker.property<string>('Address')).toBe(address);
    expect(await broker.unitProperty('ActiveState')).toBe('active');
  });

  it('is waited for, never refused, however often it is killed', async () => {
    const broker = new Broker(desktop.machine);
    await new Settings(desktop.machine).setConnections([{ id: 'demo', kind: 'demo' }]);
    await untilIt(
      'the demo',
      () => broker.property<string>('State'),
      (state) => state === 'connected',
    );

    let killing = true;
    const kills = (async () => {
      for (let count = 0; count < 6; count += 1) {
        const pid = await untilIt(
          'a broker to kill',
          () => broker.pid(),
          (id) => id !== 0,
        );
        await broker.signal('KILL');
        await untilIt(
          'another broker',
          () => broker.pid(),
          (id) => id !== pid,
        );
      }
      killing = false;
    })();
    // Each request is a new client: kept connections would die with the broker that held them, which is another matter.
    const answers: number[] = [];
    while (killing) {
      const { status } = await fetch(`${address}/api/version`, {
        ...limit(20),
        headers: { connection: 'close' },
      }).catch(cutOff);
      answers.push(status);
      await pause(10);
    }
    await kills;
    expect(answers.length).toBeGreaterThan(6);
    expect((await fetch(`${address}/healthz`, limit(20))).status).toBe(200);
    expect(answers.filter((status) => status !== 200 && status !== 0)).toEqual([]);
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
    expect((await fetch(`${address}/api/version`, limit(20))).status).toBe(200);
  });

  it('ends cleanly when it is told to, and stays ended', async () => {
    const broker = new Broker(desktop.machine);
    await broker.systemctl('start');
    await broker.systemctl('stop');
    expect(await broker.unitProperty('Result')).toBe('success');
    expect(await broker.unitProperty('ActiveState')).toBe('inactive');
  });
});

/** A client whose connection the killed broker had already accepted sees it cut: nobody can wait for that one. */
function cutOff(error: Error): { status: number } {
  const code = (error.cause as NodeJS.ErrnoException | undefined)?.code;
  if (code === 'ECONNRESET' || code === 'UND_ERR_SOCKET') return { status: 0 };
  throw error;
}

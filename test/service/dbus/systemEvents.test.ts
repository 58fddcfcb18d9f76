import { beforeEach, describe, expect, it } from 'vitest';
import { Bus } from '../../../service/dbus/bus.js';
import { watchSystem } from '../../../service/dbus/systemEvents.js';
import { createLog } from '../../../service/telemetry/log.js';
import { within } from '../../support/broker.ts';
import { PrivateBus } from '../../support/bus.ts';
import { releasing } from '../../support/releases.ts';

const release = releasing();

const login1 = ['org.freedesktop.login1', '/org/freedesktop/login1', 'org.freedesktop.login1.Manager'] as const;
const networkManager = [
  'org.freedesktop.NetworkManager',
  '/org/freedesktop/NetworkManager',
  'org.freedesktop.NetworkManager',
] as const;

let bus: PrivateBus;
let told: string[];

beforeEach(async () => {
  bus = await PrivateBus.start();
  release(() => bus.stop());
  told = [];
});

/** Somebody on the bus with a name of the system's. */
async function named(name: string): Promise<Bus> {
  const other = await Bus.connect(bus.address);
  release(() => other.close());
  await other.ownName(name);
  return other;
}

function watched(): { next: Promise<void>; ready: Promise<void> } {
  let resolve: () => void;
  const next = new Promise<void>((done) => {
    resolve = done;
  });
  const ready = watchSystem(
    bus.address,
    () => {
      told.push('changed');
      resolve();
    },
    createLog(() => undefined, false, false),
  );
  return { next, ready };
}

describe('what the system tells', () => {
  it.each<
    [what: string, source: readonly [string, string, string], member: string, signature: string, body: unknown[]]
  >([
    ['that the machine has woken up', login1, 'PrepareForSleep', 'b', [false]],
    ['that the network has changed', networkManager, 'StateChanged', 'u', [70]],
  ])('%s is heard', async (_what, [name, path, interfaceName], member, signature, body) => {
    const { next, ready } = watched();
    await ready;
    const system = await named(name);
    system.send(path, interfaceName, member, signature, body);
    await within(next, () => 'it was not heard');
  });

  it('before the machine sleeps means nothing yet', async () => {
    const { next, ready } = watched();
    await ready;
    const system = await named(login1[0]);
    system.send(login1[1], login1[2], 'PrepareForSleep', 'b', [true]);
    system.send(login1[1], login1[2], 'PrepareForSleep', 'b', [false]);
    await within(next, () => 'it was not heard');
    expect(told).toEqual(['changed']);
  });

  it('is nothing to whom has no such bus', async () => {
    const log: string[] = [];
    await watchSystem(
      'unix:path=/nonexistent/bus',
      () => undefined,
      createLog((line) => log.push(line), false, true),
    );
    expect(log.join('')).toContain('no system bus');
  });
});

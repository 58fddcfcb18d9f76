import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Connection } from '../../../service/connections/connection.js';
import { Bus } from '../../../service/dbus/bus.js';
import { Exporter } from '../../../service/dbus/exporter.js';
import { PullObjects } from '../../../service/dbus/pullObjects.js';
import type { Pull } from '../../../service/routing/pull.js';
import { Pulls } from '../../../service/routing/pulls.js';
import { FixedCredentials } from '../../../service/secrets/fixedCredentials.js';
import { createLog } from '../../../service/telemetry/log.js';
import { PrivateBus } from '../../support/bus.ts';
import { releasing } from '../../support/releases.ts';
import { settingsOf } from '../../support/settings.ts';
import { ManagedOllama } from '../../upstreams/managed.ts';

const release = releasing();
let objects: PullObjects;
let pull: Pull;

beforeEach(async () => {
  const bus = await PrivateBus.start({ ownServices: true });
  release(() => bus.stop());
  const ollama = await new ManagedOllama().start();
  release(() => ollama.stop());
  const nothing = (): void => undefined;
  const settings = settingsOf({ id: 'home', kind: 'ollama', url: ollama.origin });
  const connection = new Connection(settings, new FixedCredentials(undefined, {}), nothing, nothing);
  release(() => {
    connection.close();
  });
  const ours = await Bus.connect(bus.address);
  release(() => ours.close());
  const pulls = new Pulls(createLog(nothing, false, false));
  objects = new PullObjects(new Exporter(ours, '/test'), '/test/pulls', pulls);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  pull = pulls.pull(connection, 'new', { model: 'new' });
  await new Promise<void>((resolve) => {
    pull.on('changed', () => {
      if (pull.state === 'done') resolve();
    });
  });
});

afterEach(() => {
  vi.useRealTimers();
});

it('a pull that has ended stays for a minute, and then goes by itself', () => {
  vi.advanceTimersByTime(59_999);
  expect(objects.pathOf(pull)).toBe('/test/pulls/1');
  vi.advanceTimersByTime(1);
  expect(objects.pathOf(pull)).toBeUndefined();
});

it('nothing waits for that any more once nothing is to be shown', () => {
  const before = vi.getTimerCount();
  objects.close();
  expect(vi.getTimerCount()).toBe(before - 1);
});

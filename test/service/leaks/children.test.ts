import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Running } from '../../support/broker.ts';
import { PrivateBus } from '../../support/bus.ts';
import { releasing } from '../../support/releases.ts';
import { Canaries } from './canaries.ts';
import { Children } from './children.ts';
import { Evidence } from './evidence.ts';
import { noteFiles, noteProcess } from './remains.ts';

const release = releasing();

it('gives no token to gsettings and systemd-notify, whatever its variable is called', async () => {
  const canaries = new Canaries();
  const evidence = new Evidence(canaries);
  const folder = mkdtempSync(join(tmpdir(), 'cloudtolocalllm-children-'));
  release(() => {
    rmSync(folder, { recursive: true });
  });
  const children = new Children(folder, ['gsettings', 'systemd-notify']);
  const bus = await PrivateBus.start();
  release(() => bus.stop());
  const password = canaries.word('the password of the proxy');
  const names = ['OPENAI_API_KEY', 'HOME_TOKEN', 'LC_TOKEN', 'XDG_TOKEN', 'GSETTINGS_TOKEN', 'NODE_TOKEN', 'G_TOKEN'];
  const tokens = Object.fromEntries(names.map((name) => [name, canaries.token(name)]));
  const running = new Running(['serve', '--listen', '127.0.0.1:0'], {
    env: {
      ...bus.env,
      ...tokens,
      ...children.environment,
      DEBUG: '*',
      HTTPS_PROXY: `http://somebody:${password}@127.0.0.1:9`,
      all_proxy: `http://somebody:${password}@127.0.0.1:9`,
      NOTIFY_SOCKET: join(folder, 'nobody-listens'),
      WATCHDOG_USEC: '100000',
    },
  });
  release(() => running.release());
  const started = (what: string): boolean => children.told.some((one) => one.includes(what));
  while (!['gsettings\0', '--ready\0', 'WATCHDOG=1\0', '--status='].every(started)) {
    expect(running.process.exitCode).toBeNull();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect(started('HOME=')).toBe(true);
  noteProcess(evidence, running.process.pid ?? 0);
  running.process.kill('SIGTERM');
  expect(await running.ended()).toBe(0);
  children.note(evidence);
  noteFiles(evidence, folder);
  evidence.note('standard output', running.stdout);
  evidence.note('standard error', running.stderr);
  expect(evidence.report()).toBe('');
});

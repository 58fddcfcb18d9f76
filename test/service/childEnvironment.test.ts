import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { childEnvironment } from '../../service/childEnvironment.js';
import { RunningBroker } from '../support/broker.ts';
import { PrivateBus } from '../support/bus.ts';
import { releasing } from '../support/releases.ts';

const release = releasing();

describe('what a program that the broker starts sees of its environment', () => {
  const needed = {
    ...{ PATH: '/usr/bin', HOME: '/home/user', LANG: 'de_DE.UTF-8', LC_ALL: 'C', XDG_RUNTIME_DIR: '/run/user/1000' },
    ...{ XDG_DATA_DIRS: '/usr/share', XDG_CURRENT_DESKTOP: 'GNOME', DBUS_SESSION_BUS_ADDRESS: 'unix:path=/x' },
    ...{ DCONF_PROFILE: 'user', GSETTINGS_SCHEMA_DIR: '/x', GIO_EXTRA_MODULES: '/x', NOTIFY_SOCKET: '@x' },
  };

  it('is what it needs', () => {
    expect(childEnvironment(needed)).toEqual(needed);
  });

  it.each([
    'OPENAI_API_KEY',
    'TOKEN',
    // Tokens have whatever name their user likes.
    'LC_TOKEN',
    'XDG_TOKEN',
    'GSETTINGS_TOKEN',
    'GIO_TOKEN',
    'HTTPS_PROXY',
    'https_proxy',
    'CREDENTIALS_DIRECTORY',
    'STATE_DIRECTORY',
    'NODE_OPTIONS',
    'LD_PRELOAD',
    'SSH_AUTH_SOCK',
    'MALLOC_ARENA_MAX',
    'LISTEN_FDS',
    'WATCHDOG_PID',
  ])('has no %s', (name) => {
    expect(childEnvironment({ ...needed, [name]: 'sk-secret' })).toEqual(needed);
  });

  it('is that of gsettings and systemd-notify, too', async () => {
    const bus = await PrivateBus.start();
    release(() => bus.stop());
    const folder = join(bus.env.HOME ?? '', 'programs');
    mkdirSync(folder);
    // They tell what they see, and do what they always do; nobody hears systemd-notify.
    for (const [program, then] of [
      ['gsettings', 'exec /usr/bin/gsettings "$@"'],
      ['systemd-notify', 'exit 0'],
    ] as const) {
      const path = join(folder, program);
      writeFileSync(path, `#!/bin/sh\nenv >> ${path}.saw\necho "$@" >> ${path}.saw\n${then}\n`);
      chmodSync(path, 0o755);
    }
    const secret = 'sk-never-to-be-seen';
    const broker = new RunningBroker({
      env: {
        ...{ ...bus.env, PATH: `${folder}:${process.env.PATH ?? ''}`, NOTIFY_SOCKET: join(folder, 'notify') },
        ...{ WATCHDOG_USEC: '60000', OPENAI_API_KEY: secret, XDG_TOKEN: secret },
      },
    });
    release(() => broker.release());
    const saw = (program: string): string => readFileSync(join(folder, `${program}.saw`), 'utf8');
    await expect.poll(() => saw('systemd-notify'), { timeout: 15_000 }).toMatch(/ --ready[\s\S]* WATCHDOG=1/);
    for (const program of ['gsettings', 'systemd-notify']) expect(saw(program)).not.toContain(secret);
    expect(saw('gsettings')).toMatch(/list-recursively/);
    expect(saw('systemd-notify')).toMatch(/^NOTIFY_SOCKET=/m);
  });
});

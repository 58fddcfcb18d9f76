// Debian packages that a script of ours needs.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** They can't be had here. The message says what would help. */
export class NotProvided extends Error {}

/**
 * Installs the Debian packages that are missing when root, and otherwise says how.
 * @param {string[]} wanted
 * @param {string} what needs them, for messages
 * @throws {NotProvided}
 */
export function provide(wanted, what) {
  const release = readFileSync('/etc/os-release', 'utf8');
  if (!/^ID(_LIKE)?=.*debian/m.test(release)) {
    const name = /^PRETTY_NAME="?([^"\n]*)/m.exec(release)?.[1] ?? 'unknown system';
    throw new NotProvided(
      `${what} on Debian 12 or newer; this is ${name}. A Debian container with systemd-nspawn allowed will do.`,
    );
  }
  const missing = absent(wanted);
  if (missing.length === 0) return;
  const install = ['install', '-y', '--no-install-recommends', ...missing];
  if (process.getuid() !== 0) {
    throw new NotProvided(`Debian packages are missing. Install them with\n  sudo apt-get ${install.join(' ')}`);
  }
  console.log(`Installing ${missing.join(', ')} …`);
  apt(['update']);
  apt(install);
}

/** Which of these Debian packages aren't installed. */
export function absent(wanted) {
  const { stdout } = spawnSync('dpkg-query', ['-W', '-f', '${binary:Package} ${db:Status-Status}\n', ...wanted], {
    encoding: 'utf8',
  });
  const installed = new Set(
    stdout
      .split('\n')
      .filter((line) => line.endsWith(' installed'))
      .map((line) => line.split(/[ :]/)[0]),
  );
  return wanted.filter((name) => !installed.has(name));
}

function apt(command) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const { status, stdout, stderr } = spawnSync('apt-get', ['-q', ...command], {
    env,
    encoding: 'utf8',
    timeout: 15 * 60_000,
  });
  if (status !== 0) {
    throw new NotProvided(`${(stdout + stderr).trimEnd()}\n\`apt-get ${command.join(' ')}\` failed, as it says above.`);
  }
}

import { Problem, ask, call } from './programs.mjs';
import { folders } from './folders.mjs';

const systemctl = (...args) => ['systemctl', ['--user', ...args]];

/** The folder that units go to, and whether a user manager is there to read it. */
export function unitFolder() {
  const { ok, printed } = ask(...systemctl('show', '--property=UnitPath', '--value'));
  // The manager's environment, not this one, decides where it looks; ~/.config/systemd/user is always among it.
  const path = ok ? folders.units.find((folder) => printed.split(' ').includes(folder)) : folders.units[0];
  if (!path)
    throw new Problem(`systemd reads user units from none of ${folders.units.join(', ')}; XDG_CONFIG_HOME differs.`);
  return { path, managed: ok };
}

/**
 * Whether this system lets a service of the user be confined by these settings: one that only looks whether it can write
 * to the home folder runs with them. systemd leaves out some of them silently where they are forbidden.
 * @param {string} text of a unit's drop-in
 */
export function canConfine(text) {
  // A transient unit knows no specifiers (%t), and what they are in forbids nothing.
  const settings = text.split('\n').filter((line) => /^[A-Z]\w+=[^%]*$/.test(line) && !line.startsWith('Exec'));
  const properties = [...settings, 'RuntimeMaxSec=10'].map((setting) => `--property=${setting}`);
  const look = ['/bin/sh', '-c', 'test ! -w "$HOME"'];
  return ask('systemd-run', ['--user', '--quiet', '--wait', '--collect', ...properties, ...look]).ok;
}

/**
 * Has the user manager take up new units, listen now and at every login, and exchange a running broker.
 * @param {string} address where the broker will listen, for messages
 * @param {boolean} socketChanged whether a socket unit is another one than before
 */
export function startSocket(address, socketChanged) {
  call(...systemctl('daemon-reload'));
  const runs = ask(...systemctl('is-active', 'cloudtolocalllm.service')).ok;
  // A socket can't be opened anew under a running service; otherwise it stays open, and no client is refused.
  if (socketChanged) ask(...systemctl('stop', 'cloudtolocalllm.service', 'cloudtolocalllm.socket'));
  const enabled = ask(...systemctl('enable', '--now', 'cloudtolocalllm.socket'));
  if (!enabled.ok) {
    throw new Problem(
      `all is installed, but ${address} can't be opened: most likely another program listens there ` +
        '(`ss -ltnp` shows which). Stop that one, then run `systemctl --user start cloudtolocalllm.socket`.',
    );
  }
  if (runs) call(...systemctl(socketChanged ? 'start' : 'try-restart', 'cloudtolocalllm.service'));
}

/**
 * Stops and disables units, if a user manager is there, and has it read its units anew.
 * @returns whether one is there
 */
export function stopUnits(units) {
  if (!ask(...systemctl('show', '--property=UnitPath')).ok) return false;
  if (units.length) ask(...systemctl('disable', '--now', ...units));
  ask(...systemctl('daemon-reload'));
  return true;
}

/** Has the session bus read its service files anew. @returns whether a session bus is there and did */
export function reloadBus() {
  const bus = 'org.freedesktop.DBus';
  return ask('busctl', ['--user', 'call', bus, '/org/freedesktop/DBus', bus, 'ReloadConfig']).ok;
}

import { homedir } from 'node:os';
import { join } from 'node:path';

const home = homedir();
const data = absolute(process.env.XDG_DATA_HOME) ?? join(home, '.local/share');
const runtime = absolute(process.env.XDG_RUNTIME_DIR);
const settings = absolute(process.env.XDG_CONFIG_HOME) ?? join(home, '.config');

/** Where things go in a home folder. */
export const folders = {
  library: join(home, '.local/lib/cloudtolocalllm'),
  commands: join(home, '.local/bin'),
  busServices: join(data, 'dbus-1/services'),
  schemas: join(data, 'glib-2.0/schemas'),
  extensions: join(data, 'gnome-shell/extensions'),
  /** Where user units may be: the place for installed ones, and the one that every systemd reads. */
  units: [join(data, 'systemd/user'), join(settings, 'systemd/user')],
  /** Where a unit is overruled until the session ends, and the confinement is hidden that a system has come to forbid. */
  overruling: runtime === undefined ? [] : [join(runtime, 'systemd/user.control')],
};

/**
 * The places of what is installed in a home folder. zsh looks for completions in none.
 * @param {string} node the program that runs the broker
 * @param {string} userUnits where units are to be
 */
export function homePlaces(node, userUnits) {
  const { library, commands, busServices, schemas } = folders;
  return {
    kind: 'home',
    ...{ node, library, commands, busServices, schemas, userUnits },
    manual: join(data, 'man'),
    bashCompletions: join(data, 'bash-completion/completions'),
    fishCompletions: join(data, 'fish/vendor_completions.d'),
  };
}

/** A path as people write it, with ~ for the home folder. */
export function inHome(path) {
  return path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path;
}

/** The base directory specification has relative paths ignored. */
function absolute(path) {
  return path?.startsWith('/') ? path : undefined;
}

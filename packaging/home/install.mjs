// Installs what `npm run build` made for the current user, or takes it out again with --uninstall. Settings stay.
// Node 20.18 or newer and nothing else; run again, it upgrades in place. The tarball and the AppImage have it, too.
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { filesOf, pathsOf } from '../files.mjs';
import { compileSchemas, put, putFolder, putProgram, remove, removeEmptyFolder, removeFolder } from './files.mjs';
import { folders, homePlaces, inHome } from './folders.mjs';
import { Problem, find } from './programs.mjs';
import { disableExtension, enableExtension } from './shell.mjs';
import { canConfine, reloadBus, startSocket, stopUnits, unitFolder } from './session.mjs';

const checkout = new URL('../../', import.meta.url).pathname;
const address = 'http://127.0.0.1:11435';
const units = ['cloudtolocalllm.socket', 'cloudtolocalllm-unix.socket', 'cloudtolocalllm.service'];
const confinement = 'cloudtolocalllm.service.d/confinement.conf';
const { uuid } = JSON.parse(textOf('metadata.json'));

const say = (line) => console.log(line);

try {
  const args = process.argv.slice(2);
  if (args.length === 0) install();
  else if (args.length === 1 && args[0] === '--uninstall') uninstall();
  else throw new Problem('Usage: node packaging/home/install.mjs [--uninstall]', 2);
} catch (error) {
  // Whatever the file system refuses names itself and the path; anything else unexpected is shown whole.
  if (!(error instanceof Problem) && !error.syscall) throw error;
  console.error(`Not done: ${error.message}`);
  process.exitCode = error.status ?? 1;
}

function install() {
  for (const path of ['dist/service/cloudtolocalllm.mjs', 'dist/extension/metadata.json']) {
    if (!existsSync(join(checkout, path))) throw new Problem(`${path} is not there. Run \`npm run build\` first.`);
  }
  if (!find('glib-compile-schemas')) {
    throw new Problem('glib-compile-schemas is not there; on Debian it is in the package libglib2.0-bin.');
  }

  const unitsIn = unitFolder();
  const changed = installBroker(unitsIn.path);
  confineBroker(unitsIn);
  installExtension();

  if (unitsIn.managed) {
    startSocket(
      address,
      units.some((unit) => unit.endsWith('.socket') && changed.has(unit)),
    );
    say(`The broker listens on ${address} and starts when something asks it. Give applications this address.`);
  } else {
    say('Not started: no systemd user manager answers here. After the next login, run');
    say('  systemctl --user enable --now cloudtolocalllm.socket');
  }
  if (!reloadBus()) say('The session bus did not answer; it knows the broker from the next login on.');
  enableExtension(uuid, say);
  if (!(process.env.PATH ?? '').split(':').includes(folders.commands)) {
    say(`${inHome(folders.commands)} is not in your PATH; until it is, call the command with its folder.`);
  }
}

/**
 * Puts the broker, its command, units, bus name, settings' schema, man page and completions in place.
 * @returns the names of the files that changed
 */
function installBroker(unitsIn) {
  const changed = new Set();
  for (const { path, content, mode } of filesOf(checkout, homePlaces(runtime(), unitsIn), 'service')) {
    if (put(path, content.toString(), mode)) changed.add(basename(path));
  }
  // The broker and `gsettings` read the settings, too, not only the extension.
  compileSchemas(folders.schemas);
  say(
    `Installed the broker in ${inHome(folders.library)}, its command as ${inHome(folders.commands)}/cloudtolocalllm,`,
  );
  say(`its units in ${inHome(unitsIn)}, its bus name in ${inHome(folders.busServices)},`);
  say(`and the settings' schema in ${inHome(folders.schemas)}.`);
  return changed;
}

/** The program that runs the broker: what runs this, unless Node was brought along (an AppImage isn't there for ever). */
function runtime() {
  const brought = join(checkout, 'runtime/node');
  return existsSync(brought) ? putProgram(brought, join(folders.library, 'node')) : process.execPath;
}

/** Has the broker run with the file system read-only, and more, where this system allows that to services of a user. */
function confineBroker({ path, managed }) {
  removeConfinement();
  const text = textOf('packaging/systemd/confinement.conf');
  if (!managed) {
    say('Not confined yet: that is tried out by a systemd user manager. Install again once one is there.');
  } else if (canConfine(text)) {
    put(join(path, confinement), text, 0o644);
    say('Confined the broker: it can write to its own state and nothing else.');
  } else {
    say('The broker runs without a file system of its own: this system forbids user namespaces to services of a user.');
  }
}

/** Also where it was hidden after it had once failed. */
function removeConfinement() {
  for (const folder of [...folders.units, ...folders.overruling]) {
    remove(join(folder, confinement));
    removeEmptyFolder(join(folder, dirname(confinement)));
  }
}

/** Puts the extension where `gnome-extensions install` would, with its schemas compiled as that does. */
function installExtension() {
  const folder = join(folders.extensions, uuid);
  putFolder(join(checkout, 'dist/extension'), folder, (copy) => {
    if (existsSync(join(copy, 'schemas'))) compileSchemas(join(copy, 'schemas'));
  });
  say(`Installed the extension in ${inHome(folder)}.`);
}

function uninstall() {
  disableExtension(uuid);
  const managed = stopUnits(units);
  for (const folder of folders.units) {
    for (const path of pathsOf(homePlaces(process.execPath, folder), 'service')) remove(path);
    remove(join(folder, 'sockets.target.wants/cloudtolocalllm.socket'));
    remove(join(folder, 'graphical-session.target.wants/cloudtolocalllm.service'));
  }
  removeConfinement();
  removeFolder(folders.library);
  removeFolder(join(folders.extensions, uuid));
  if (find('glib-compile-schemas')) compileSchemas(folders.schemas);
  if (managed) stopUnits([]);
  reloadBus();
  say('Took out the broker, its units and the extension. The settings are kept; to remove them as well:');
  say('  dconf reset -f /org/gnome/shell/extensions/cloudtolocalllm/');
}

/** The text of a file of the checkout. */
function textOf(path) {
  return readFileSync(join(checkout, path), 'utf8');
}

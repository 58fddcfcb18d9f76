import metadata from '../../../metadata.json';
import type { Facts, ShellFact } from '../facts.js';
import { type Finding, note, right, wrong } from '../finding.js';
import { installing } from '../installing.js';

const supported = metadata['shell-version'];

/** States of extensions, as GNOME Shell counts them. */
const active = 1;
const error = 3;
const outOfDate = 4;

/** Whether GNOME Shell is one that the extension is made for. */
export function checkGnome({ shell, installation }: Facts): Finding[] {
  if (shell === undefined) return [right('GNOME', 'GNOME Shell doesn’t run here; the broker works without')];
  const { version } = shell;
  if (supported.includes(version.replace(/\..*/, ''))) return [right('GNOME', `GNOME ${version}`)];
  const install = installing('extension', installation);
  return [wrong('GNOME', 'gnome-unsupported', { version, supported: supported.join(', '), install })];
}

/** Whether the extension shows the broker. */
export function checkExtension({ shell, installation }: Facts): Finding[] {
  if (shell === undefined) return [];
  const { extension, extensionsOn, files } = shell;
  if (extension === undefined) {
    const install = installing('extension', installation);
    return [files ? wrong('extension', 'extension-unseen') : wrong('extension', 'extension-missing', { install })];
  }
  if (!extensionsOn) return [wrong('extension', 'extensions-off')];
  return [stateOf(extension)];
}

function stateOf({ state, enabled, error: reason, version }: NonNullable<ShellFact['extension']>): Finding {
  switch (state) {
    case active:
      return right('extension', `It is on${version === '' ? '' : `, version ${version}`}`);
    case error:
      return wrong('extension', 'extension-failed', { reason });
    case outOfDate:
      // Told of GNOME.
      return right('extension', 'It waits for a GNOME Shell that it is made for');
    default:
      // Behind the lock screen it is off, and on again after that.
      return enabled ? right('extension', 'It is switched on') : wrong('extension', 'extension-off');
  }
}

/** Whether all that runs is of one version. */
export function checkVersions({ version: command, node, broker, shell }: Facts): Finding[] {
  const running = 'status' in broker ? broker.status.version : command;
  const extension = shell?.extension?.version ?? '';
  const others = [
    ...(running === command ? [] : [wrong('versions', 'broker-other-version', { broker: running, command })]),
    ...(extension === '' || extension === command
      ? []
      : [note('versions', 'extension-other-version', { extension, command })]),
  ];
  return others.length > 0 ? others : [right('versions', `All that was found is ${command}, on Node.js ${node}`)];
}

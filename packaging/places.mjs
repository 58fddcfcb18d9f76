import { packageNames } from './contents.mjs';

/** Where a system has what packages install, except for what distributions do each in their own way. */
const system = {
  kind: 'system',
  node: '/usr/bin/node',
  library: '/usr/share/cloudtolocalllm',
  commands: '/usr/bin',
  administration: '/usr/sbin',
  userUnits: '/usr/lib/systemd/user',
  // As it is: where a system forbids it, the file itself sees to it that the broker starts without.
  confinement: '/usr/lib/systemd/user',
  systemUnits: '/usr/lib/systemd/system',
  busServices: '/usr/share/dbus-1/services',
  schemas: '/usr/share/glib-2.0/schemas',
  manual: '/usr/share/man',
  bashCompletions: '/usr/share/bash-completion/completions',
  zshCompletions: '/usr/share/zsh/site-functions',
  fishCompletions: '/usr/share/fish/vendor_completions.d',
  extensions: '/usr/share/gnome-shell/extensions',
};

/**
 * The places of a distribution's packages. A place that is missing has no use there: Debian's documents carry the licences
 * in one file, `copyright`.
 * @param {'debian' | 'fedora' | 'arch'} family
 * @param {'service' | 'extension'} of the package
 */
export function systemPlaces(family, of) {
  const documents = `/usr/share/doc/${packageNames[of]}`;
  const licences = `/usr/share/licenses/${packageNames[of]}`;
  switch (family) {
    case 'debian':
      return { ...system, documents, zshCompletions: '/usr/share/zsh/vendor-completions' };
    case 'fedora':
      return { ...system, documents, licences };
    case 'arch':
      // /usr/sbin is a link there.
      return { ...system, documents, licences, administration: '/usr/bin' };
    default:
      throw new Error(`There are no places for ${family}.`);
  }
}

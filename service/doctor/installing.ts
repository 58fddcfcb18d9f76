import type { Installation } from './facts.js';

/** Something that can be installed. */
export type Part = 'service' | 'extension' | 'keyring' | 'gsettings';

/** What each is called where it is packaged, and by Debian where that differs. */
const packages: Readonly<Record<Part, string>> = {
  service: 'cloudtolocalllm',
  extension: 'gnome-shell-extension-cloudtolocalllm',
  keyring: 'gnome-keyring',
  gsettings: 'glib2',
};

/** The command that installs a part, or installs it again: by the way in which the program itself came. */
export function installing(part: Part, { way, distribution }: Installation): string {
  const ours = part === 'service' || part === 'extension';
  if (ours && way === 'home') return 'npm run install:home';
  if (ours && way === 'appimage') return '"$APPIMAGE" install';
  switch (distribution) {
    case 'debian':
      return `sudo apt install --reinstall ${part === 'gsettings' ? 'libglib2.0-bin' : packages[part]}`;
    case 'fedora':
      return `sudo dnf install ${packages[part]}`;
    case 'arch':
      return `sudo pacman -S ${packages[part]}`;
    case undefined:
      // PackageKit knows every distribution's own way.
      return `pkcon install ${packages[part]}`;
  }
}

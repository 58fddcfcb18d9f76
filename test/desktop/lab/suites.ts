/** A Debian suite that brings the GNOME Shell a test runs on. */
export interface Suite {
  /** Debian's name for it, as mirrors spell it. */
  readonly name: string;
  /** What people call it, for messages. */
  readonly title: string;
  /** The major version of GNOME Shell it carries. */
  readonly gnome: number;
  /** debootstrap's script: an older host has none for a suite that didn't exist yet, and sid's serves for all. */
  readonly script: string;
  /** Debian packages beyond those every desktop gets. */
  readonly packages: readonly string[];
}

/** What every desktop gets, beside the base system. Without recommended packages: those would double its size. */
export const desktopPackages: readonly string[] = [
  'adwaita-icon-theme',
  'at-spi2-core',
  'curl',
  'dconf-cli',
  'fonts-cantarell',
  'gir1.2-atspi-2.0',
  'gjs',
  'gnome-keyring',
  'gnome-shell',
  'gsettings-desktop-schemas',
  'libgl1-mesa-dri',
  'libglib2.0-bin',
  'libsecret-tools',
  'nodejs',
  'polkitd',
  'procps',
  'xwayland',
];

/** The suite that also has llama.cpp, and so serves the model for the desktops of all suites. */
export const modelSuite: Suite = {
  name: 'forky',
  title: 'Debian forky',
  gnome: 50,
  script: 'sid',
  packages: ['llama.cpp-tools', 'python3-gguf'],
};

/** Every suite the desktop tests run on. */
export const suites: readonly Suite[] = [
  { name: 'trixie', title: 'Debian 13', gnome: 48, script: 'sid', packages: [] },
  modelSuite,
  { name: 'sid', title: 'Debian sid', gnome: 51, script: 'sid', packages: [] },
];

/**
 * Finds a suite by Debian's name for it.
 * @throws Error when the desktop tests know no such suite
 */
export function suiteNamed(name: string): Suite {
  const suite = suites.find((candidate) => candidate.name === name);
  if (!suite)
    throw new Error(`There is no desktop “${name}”; there are ${suites.map((each) => each.name).join(', ')}.`);
  return suite;
}

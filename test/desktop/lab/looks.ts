import type { Desktop } from './desktop.ts';
import { Preferences } from './preferences.ts';

/** A way of looking at the desktop that people choose in GNOME's settings. */
export interface Look {
  readonly name: string;
  /** Keys of GNOME's settings, with values in GVariant's text form. */
  readonly settings: Readonly<Record<string, string>>;
}

const scheme = 'org.gnome.desktop.interface color-scheme';
const contrast = 'org.gnome.desktop.a11y.interface high-contrast';
const scaling = 'org.gnome.desktop.interface text-scaling-factor';

const plain = {
  [scheme]: "'prefer-dark'",
  [contrast]: 'false',
  [scaling]: '1.0',
  // Else this comes into the panel with a look that needs it, and everything there moves.
  'org.gnome.desktop.a11y always-show-universal-access-status': 'true',
};

/** Every look that the panel and the preferences have to be right in. */
export const looks = {
  dark: { name: 'dark', settings: plain },
  light: { name: 'light', settings: { ...plain, [scheme]: "'prefer-light'" } },
  contrast: { name: 'contrast', settings: { ...plain, [contrast]: 'true' } },
  large: { name: 'large', settings: { ...plain, [scaling]: '2.0' } },
} as const satisfies Record<string, Look>;

/** Has the desktop look so from now on; windows that are opened afterwards do, too. */
export async function wear(desktop: Desktop, { settings }: Look): Promise<void> {
  const commands = Object.entries(settings).map(([key, value]) => `gsettings set ${key} "${value}"`);
  await desktop.machine.asUser(['sh', '-c', commands.join(' && ')]);
  await desktop.shell.drawn();
}

/**
 * Has windows follow the settings. Applications are told of them by a portal, which these desktops don't have: libadwaita can
 * be told to read them itself, and GTK reads the size of text from a file.
 */
export async function dress(desktop: Desktop, { settings }: Look): Promise<void> {
  const dpi = 96 * 1024 * Number(settings[scaling] ?? 1);
  const file = `[Settings]\ngtk-xft-dpi=${dpi}\ngtk-font-name=Cantarell 11\n`;
  await desktop.machine.asUser(['sh', '-c', 'mkdir -p .config/gtk-4.0 && cat >.config/gtk-4.0/settings.ini'], {
    input: file,
  });
  await new Preferences(desktop).inEnvironment('ADW_DISABLE_PORTAL=1');
}

import { compiled } from '../../../scripts/translations/catalogues.mjs';
import { type Desktop, uuid } from './desktop.ts';
import type { Machine } from './machine.ts';
import { Preferences } from './preferences.ts';
import { user } from './root.ts';

/** Where the extension was installed, as GNOME finds it. */
const extension = `${user.home}/.local/share/gnome-shell/extensions/${uuid}`;

/**
 * Logs the desktop's user out and in again in another language. No window of theirs may be open.
 * @param locale a language and a country, for instance `de_DE`
 */
export async function speak(desktop: Desktop, locale: string): Promise<void> {
  const { machine, shell } = desktop;
  // The locale that Debian always brings, under another name: gettext and the direction of text go by the name. (C.UTF-8
  // itself won't do, in which glibc translates nothing.)
  await machine.asRoot(['cp', '-rT', '/usr/lib/locale/C.utf8', `/usr/lib/locale/${locale}.utf8`]);
  // These desktops come without GNOME's own translations, and GLib translates nothing in a language that a program itself
  // doesn't know. So the shell gets to know it, without a word of it.
  const header = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n';
  await write(machine, `/usr/share/locale/${languageOf(locale)}/LC_MESSAGES/gnome-shell.mo`, compiled(header));
  const language = `LANG=${locale}.UTF-8`;
  await machine.asUser(['systemctl', '--user', 'set-environment', language]);
  await new Preferences(desktop).inEnvironment(language);
  await shell.restart();
}

/**
 * Gives the installed extension a translation, in the place of any that it has.
 * @param locale as for speak()
 * @param translation what gettext reads
 */
export async function translate({ machine }: Desktop, locale: string, translation: Buffer): Promise<void> {
  await write(machine, `${extension}/locale/${languageOf(locale)}/LC_MESSAGES/cloudtolocalllm.mo`, translation);
}

/** The folder that gettext looks into for a locale, among others. */
function languageOf(locale: string): string {
  return locale.replace(/_.*/, '');
}

async function write(machine: Machine, file: string, content: Buffer): Promise<void> {
  const script = 'mkdir -p "$(dirname "$1")" && base64 -d >"$1"';
  await machine.asRoot(['sh', '-c', script, 'write', file], { input: content.toString('base64') });
}

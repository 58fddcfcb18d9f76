import type { BrokerSnapshot } from '../../broker/contract.js';
import { type Translator } from '../../broker/translator.js';
import { presenceInWords } from '../../broker/words.js';

/** What belongs together and has a version each. */
export interface Versions {
  /** "" while the service doesn't run. */
  readonly broker: string;
  /** "" if the extension's metadata doesn't tell. */
  readonly extension: string;
  readonly shell: string;
}

/** Whether service and extension are of different versions, as far as that is known. */
export function versionsDiffer({ broker, extension }: Versions): boolean {
  return broker !== '' && extension !== '' && broker !== extension;
}

/**
 * A text for a report of a problem. In English, because whoever mends it reads it.
 *
 * @param service - what the service says of itself, "" if it didn't
 * @param failure - why it didn't, else ""
 */
export function reportText(broker: BrokerSnapshot, versions: Versions, service: string, failure: string): string {
  const heading = [`Extension: ${versions.extension || 'of no known version'}`, `GNOME Shell: ${versions.shell}`];
  if (service !== '') return [...heading, '', service.trimEnd(), ''].join('\n');
  const english: Translator = { gettext: (text) => text, ngettext: (one, many, count) => (count === 1 ? one : many) };
  const state = presenceInWords(broker.presence, english) || 'The broker runs';
  return [...heading, `${state}${failure === '' ? '.' : `: ${failure}`}`, ''].join('\n');
}

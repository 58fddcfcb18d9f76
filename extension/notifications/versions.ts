import { fill, type Translator } from '../broker/translator.js';
import type { Notice } from './notice.js';

/** Two versions that don’t fit, as they are remembered; "" if they do, or one isn’t known. */
export function mismatch(broker: string, extension: string): string {
  return broker === '' || extension === '' || broker === extension ? '' : `${broker} ${extension}`;
}

/** That service and extension are of different versions, and what mends that. */
export function versionsNotice(broker: string, extension: string, { gettext: _ }: Translator): Notice {
  const older = isOlder(broker, extension);
  return {
    key: `versions/${broker}/${extension}`,
    kind: 'versions',
    title: _('Broker and panel are of different versions'),
    body: fill(
      older
        ? _(
            'The broker is {broker}, the panel’s extension {extension}. Restart the broker; if that doesn’t help, update the package “cloudtolocalllm”.',
          )
        : _(
            'The broker is {broker}, the panel’s extension {extension}. Log out and in again; if that doesn’t help, update the extension.',
          ),
      { broker, extension },
    ),
    action: older ? { label: _('Restart the Broker'), intent: { act: 'restart' } } : null,
  };
}

/** Whether a version comes before another, number by number. */
function isOlder(version: string, other: string): boolean {
  const [mine, others] = [numbersOf(version), numbersOf(other)];
  const different = mine.findIndex((number, position) => number !== others[position]);
  return different >= 0 && (mine[different] ?? 0) < (others[different] ?? 0);
}

function numbersOf(version: string): number[] {
  return version.split('.').map((part) => Number.parseInt(part, 10));
}

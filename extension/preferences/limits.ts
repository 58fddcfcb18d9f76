import { fill, type Translator } from '../broker/translator.js';

/** What limits the requests of a connection most. */
export interface Limits {
  readonly busy: 'wait' | 'spill';
  /** As the settings have it. */
  readonly concurrency: number;
  /** Seconds, 0 for no limit. */
  readonly firstByte: number;
}

/** A connection's limits in a line. */
export function limitsInWords({ busy, concurrency, firstByte }: Limits, { gettext: _, ngettext }: Translator): string {
  const wait = ngettext(
    'an answer begins within {number} second',
    'an answer begins within {number} seconds',
    firstByte,
  );
  return [
    busy === 'wait' ? _('Waits while busy') : _('Spills over while busy'),
    concurrency > 0 ? atATimeInWords(concurrency, ngettext) : '',
    firstByte > 0 ? fill(wait, { number: String(firstByte) }) : _('an answer may begin at any time'),
  ]
    .filter(Boolean)
    .join(' · ');
}

function atATimeInWords(number: number, ngettext: Translator['ngettext']): string {
  const text = ngettext('{number} request at a time', '{number} requests at a time', number);
  return fill(text, { number: String(number) });
}

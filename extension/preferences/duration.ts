import type { Translator } from '../broker/translator.js';

/** As Ollama writes times (Go's durations); 0 unloads at once, and what is negative never. */
const DURATION = /^(0|-?(\d+(\.\d+)?(ns|us|ms|s|m|h))+)$/;

/** What a duration should be like instead of a text, "" if it is right. */
export function expectedDuration(text: string, { gettext: _ }: Translator): string {
  return text === '' || DURATION.test(text) ? '' : _('A time such as 30s, 10m or 2h; -1m keeps it for ever');
}

import type { Translator } from '../../extension/broker/translator.ts';

/** The language that the texts are written in. */
export const untranslated: Translator = {
  gettext: (text) => text,
  ngettext: (singular, plural, count) => {
    // As GLib’s own in GJS does.
    if (count < 0) throw new RangeError(`${count} is no count.`);
    return count === 1 ? singular : plural;
  },
};

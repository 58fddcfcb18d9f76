import type { Translator } from '../../extension/broker/translator.ts';

/** The language that the texts are written in. */
export const untranslated: Translator = {
  gettext: (text) => text,
  ngettext: (singular, plural, count) => (count === 1 ? singular : plural),
};

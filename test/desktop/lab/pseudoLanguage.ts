import { readFileSync } from 'node:fs';
import { compiled, entriesOf } from '../../../scripts/translations/catalogues.mjs';

/** A language that nobody speaks, into which everything is translated by a rule: what isn't translated stands out. */
export interface PseudoLanguage {
  /** Whose locale it takes, with the direction of its script. */
  readonly locale: string;
  /** What a text reads in it. */
  readonly of: (text: string) => string;
  /** Finds what is in English instead. */
  readonly english: RegExp;
}

/** A third longer than English, as many languages are. */
export const longLanguage: PseudoLanguage = {
  locale: 'de_DE',
  english: /[aeiou](?![äéïöü])/i,
  of: spelled((letters) =>
    letters.replace(
      /[aeiou]/gi,
      (vowel) => vowel + ({ a: 'ä', e: 'é', i: 'ï', o: 'ö', u: 'ü' }[vowel.toLowerCase()] ?? ''),
    ),
  ),
};

const hebrew = 'אבגדהוזחטיכלמנסעפצקרשתךםןף';

/** In Hebrew letters, and so from right to left. */
export const rightToLeftLanguage: PseudoLanguage = {
  locale: 'he_IL',
  english: /[a-z]/i,
  of: spelled((letters) =>
    letters.toLowerCase().replace(/[a-z]/g, (letter) => hebrew[letter.charCodeAt(0) - 'a'.charCodeAt(0)] ?? ''),
  ),
};

/** The translation of all that the extension can say into such a language, as gettext reads it. */
export function translationInto({ of }: PseudoLanguage): Buffer {
  const template = readFileSync(new URL('../../../extension/po/cloudtolocalllm.pot', import.meta.url), 'utf8');
  const header = 'Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=n != 1;\n';
  const entries = entriesOf(template).map(({ context, id, plural }) => [
    ...(context ? [`msgctxt ${JSON.stringify(context)}`] : []),
    `msgid ${JSON.stringify(id)}`,
    ...(plural ? [`msgid_plural ${JSON.stringify(plural)}`] : []),
    ...(plural
      ? [`msgstr[0] ${JSON.stringify(of(id))}`, `msgstr[1] ${JSON.stringify(of(plural))}`]
      : [`msgstr ${JSON.stringify(of(id))}`]),
  ]);
  return compiled(
    [['msgid ""', `msgstr ${JSON.stringify(header)}`], ...entries].map((lines) => lines.join('\n')).join('\n\n'),
  );
}

/** Spells a text otherwise, but for the {placeholders} in it. */
function spelled(spell: (letters: string) => string): (text: string) => string {
  return (text) =>
    text
      .split(/(\{\w+\})/)
      .map((part, index) => (index % 2 ? part : spell(part)))
      .join('');
}

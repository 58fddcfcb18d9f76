// What can be told to be wrong with translations without knowing the language.
import { entriesOf } from './catalogues.mjs';
import { pluralRule } from './plurals.mjs';

/**
 * What is wrong with a language's catalogue, a line each.
 * @param {string} language
 * @param {string} text the catalogue
 * @returns {string[]}
 */
export function flawsOf(language, text) {
  return entriesOf(text).flatMap((entry) =>
    flawsOfEntry(language, entry).map((flaw) => `${language}: “${entry.id}” ${flaw}`),
  );
}

function flawsOfEntry(language, { id, plural, translations, fuzzy }) {
  if (translations.some((translation) => translation === '')) return ['isn’t translated'];
  const flaws = fuzzy ? ['is marked as fuzzy'] : [];
  for (const [form, translation] of translations.entries()) {
    const sources = sourcesOf(language, id, plural, form);
    flaws.push(...flawsOfTranslation(sources, translation));
  }
  return [...new Set(flaws)];
}

/** The texts of which a plural form may be the translation: the singular only if the form is one number's alone. */
function sourcesOf(language, id, plural, form) {
  if (!plural) return [id];
  const { formOf } = pluralRule(language);
  const numbers = Array.from({ length: 1000 }, (_, number) => number).filter((number) => formOf(number) === form);
  return numbers.length === 1 ? [id, plural] : [plural];
}

function flawsOfTranslation(sources, translation) {
  /** Whether the translation differs in this from all that it may be a translation of. */
  const differs = (trait) => sources.every((source) => trait(source) !== trait(translation));
  return traits
    .filter(({ of }) => differs(of))
    .map(({ flaw, of }) => `${flaw}: ${of(sources[0]) || 'none'} there, ${of(translation) || 'none'} here`);
}

/** What a text and its translation have to have in common. */
const traits = [
  { flaw: 'has other placeholders', of: (text) => [...new Set(text.match(/\{\w+\}/g))].sort().join(' ') },
  { flaw: 'begins with other spaces', of: (text) => JSON.stringify(/^\s*/.exec(text)[0]) },
  { flaw: 'ends with other spaces', of: (text) => JSON.stringify(/\s*$/.exec(text)[0]) },
  // Chinese and Japanese have a wider colon of their own.
  { flaw: 'ends with another mark', of: (text) => /[…:：]?$/.exec(text.trim())[0].replace('：', ':') },
  // Labels with markup would read these as its beginning, or not show the text at all.
  { flaw: 'has other markup', of: (text) => (text.match(/[<>&]/g) ?? []).sort().join('') },
];

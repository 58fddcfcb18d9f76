// The plural forms of languages, in the way gettext has them told.
import { TranslationError } from './errors.mjs';

/** Every way of choosing a plural form that some language here has: how many forms, and in C which one a number takes. */
const rules = [
  [1, '0'],
  [2, 'n != 1'],
  [2, 'n > 1'],
  [3, 'n == 1 ? 0 : n == 2 ? 1 : 2'],
  [3, 'n == 1 ? 0 : n >= 2 && n <= 4 ? 1 : 2'],
  [3, 'n == 1 ? 0 : n % 10 >= 2 && n % 10 <= 4 && (n % 100 < 12 || n % 100 > 14) ? 1 : 2'],
  [3, 'n == 1 ? 0 : n == 0 || n % 100 >= 1 && n % 100 <= 19 ? 1 : 2'],
  [3, 'n % 10 == 1 && n % 100 != 11 ? 0 : n % 10 >= 2 && n % 10 <= 4 && (n % 100 < 12 || n % 100 > 14) ? 1 : 2'],
  [3, 'n % 10 == 1 && (n % 100 < 11 || n % 100 > 19) ? 0 : n % 10 >= 2 && (n % 100 < 11 || n % 100 > 19) ? 1 : 2'],
  [4, 'n % 100 == 1 ? 0 : n % 100 == 2 ? 1 : n % 100 == 3 || n % 100 == 4 ? 2 : 3'],
  [6, 'n == 0 ? 0 : n == 1 ? 1 : n == 2 ? 2 : n % 100 >= 3 && n % 100 <= 10 ? 3 : n % 100 >= 11 ? 4 : 5'],
].map(([count, expression]) => ({
  count,
  expression,
  // C and JavaScript read such an expression alike.
  formOf: new Function('n', `return Number(${expression});`),
}));

/** Numbers enough to tell all languages' rules from each other. */
const numbers = Array.from({ length: 1000 }, (_, number) => number);

/**
 * How a language chooses among its plural forms, by the Unicode consortium's word for whole numbers.
 * @param {string} language as gettext spells it, for instance `pt_BR`
 * @returns {{count: number, expression: string, formOf: (number: number) => number}}
 * @throws {TranslationError} when no such way is known here yet
 */
export function pluralRule(language) {
  const tag = language.replace(/@.*/, '').replaceAll('_', '-');
  if (Intl.PluralRules.supportedLocalesOf(tag).length === 0)
    throw new TranslationError(`“${language}” isn’t a language’s code.`);
  const unicode = new Intl.PluralRules(tag);
  const categories = numbers.map((number) => unicode.select(number));
  const rule = rules.find(({ count, formOf }) => {
    const pairs = new Set(categories.map((category, number) => `${formOf(number)} ${category}`));
    // Each form is one category's and each category's is one form.
    return new Set(categories).size === count && pairs.size === count;
  });
  if (!rule) {
    throw new TranslationError(`How “${language}” makes plurals has to be told in scripts/translations/plurals.mjs.`);
  }
  return rule;
}

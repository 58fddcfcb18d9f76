import { expect, it } from 'vitest';
import { flawsOf } from '../../../scripts/translations/flaws.mjs';

/** A catalogue with one text. */
function catalogue(id: string, ...translations: string[]): string {
  const [singular = '', plural] = id.split('|');
  const forms = translations.map((text, form) => `msgstr${plural === undefined ? '' : `[${form}]`} "${text}"`);
  return [`msgid "${singular}"`, ...(plural === undefined ? [] : [`msgid_plural "${plural}"`]), ...forms, ''].join(
    '\n',
  );
}

it.each([
  ['a translation', 'de', 'Off', ['Aus']],
  ['placeholders in another order', 'de', '{state}, in {number} s', ['In {number} s: {state}']],
  ['a wide colon', 'ja', 'Name:', ['名前：']],
  ['an ellipsis', 'de', 'Looking…', ['Suche …']],
  ['plural forms', 'de', '{n} model|{n} models', ['{n} Modell', '{n} Modelle']],
  ['a singular that names no number', 'de', 'One model|{n} models', ['Ein Modell', '{n} Modelle']],
])('finds no fault with %s', (_case, language, id, translations) => {
  expect(flawsOf(language, catalogue(id, ...translations))).toEqual([]);
});

it.each([
  ['a missing translation', 'de', 'Off', [''], 'isn’t translated'],
  ['a missing plural form', 'de', 'a|b', ['c', ''], 'isn’t translated'],
  ['a missing placeholder', 'de', '{state} now', ['Jetzt'], 'placeholders: {state} there, none here'],
  ['a translated placeholder', 'de', '{state} now', ['{zustand} jetzt'], 'placeholders'],
  ['an invented placeholder', 'de', 'Now', ['{now}'], 'placeholders'],
  ['a space before', 'de', 'Now', [' Jetzt'], 'begins with other spaces'],
  ['a space after', 'de', 'Now', ['Jetzt '], 'ends with other spaces'],
  ['an ellipsis of dots', 'de', 'Looking…', ['Suche...'], 'mark: … there, none here'],
  ['an invented colon', 'de', 'Name', ['Name:'], 'mark: none there, : here'],
  ['an invented ampersand', 'de', 'Up and Down', ['Auf & Ab'], 'has other markup'],
  // In Russian, the first form is for 1, 21, 31 …
  [
    'a singular without a number, where it is for many numbers',
    'ru',
    'One model|{n} models',
    ['Одна модель', '{n} модели', '{n} моделей'],
    'placeholders',
  ],
])('finds %s', (_case, language, id, translations, flaw) => {
  const flaws = flawsOf(language, catalogue(id, ...translations));
  expect(flaws).toHaveLength(1);
  expect(flaws[0]).toMatch(new RegExp(`^${language}: “`));
  expect(flaws[0]).toContain(flaw);
});

it('finds what is marked as uncertain', () => {
  expect(flawsOf('de', `#, fuzzy\n${catalogue('Off', 'Aus')}`)).toEqual(['de: “Off” is marked as fuzzy']);
});

import { expect, it } from 'vitest';
import { TranslationError } from '../../../scripts/translations/errors.mjs';
import { pluralRule } from '../../../scripts/translations/plurals.mjs';

it.each([
  ['ja', { 0: 0, 1: 0, 2: 0 }],
  ['de', { 0: 1, 1: 0, 2: 1 }],
  ['fr', { 0: 0, 1: 0, 2: 1 }],
  ['pt_BR', { 0: 0, 1: 0, 2: 1 }],
  ['ru', { 1: 0, 2: 1, 5: 2, 11: 2, 12: 2, 21: 0, 22: 1 }],
  ['pl', { 1: 0, 2: 1, 5: 2, 12: 2, 21: 2, 22: 1 }],
  ['cs', { 1: 0, 2: 1, 5: 2, 22: 2 }],
  ['sr@latin', { 1: 0, 2: 1, 5: 2, 21: 0 }],
  ['ro', { 0: 1, 1: 0, 19: 1, 20: 2, 101: 1 }],
  ['sl', { 1: 0, 2: 1, 3: 2, 5: 3, 101: 0 }],
  ['lt', { 1: 0, 2: 1, 11: 2, 21: 0 }],
  ['he', { 1: 0, 2: 1, 3: 2 }],
  ['ar', { 0: 0, 1: 1, 2: 2, 3: 3, 11: 4, 100: 5 }],
])('chooses the plural forms of “%s” as the language does', (language, forms) => {
  const { formOf, count } = pluralRule(language);
  expect(Object.fromEntries(Object.keys(forms).map((number) => [number, formOf(Number(number))]))).toEqual(forms);
  expect(Math.max(...Array.from({ length: 200 }, (_, number) => formOf(number)))).toBe(count - 1);
});

it.each(['xx', 'gv'])('says so where it knows no plural forms: %s', (language) => {
  expect(() => pluralRule(language)).toThrow(TranslationError);
});

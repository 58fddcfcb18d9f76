import { describe, expect, it } from 'vitest';
import schema from '../../schemas/configuration.schema.json' with { type: 'json' };
import { settingsFrom } from '../../service/config/settingsFile.ts';
import { validated } from '../../service/config/validate.ts';
import { blocksOf, pages } from './pages.ts';

/** What the JSON blocks of the pages are, with the page that each is on. */
const examples = pages.flatMap((page) =>
  blocksOf(page)
    .filter(({ language }) => language === 'json')
    .map(({ text }) => {
      // A single key of a file is shown without the braces around it.
      const whole = /^\s*[[{]/.test(text) ? text : `{${text}}`;
      return { page, begins: text.slice(0, 60).replace(/\s+/g, ' '), whole };
    }),
);

const kinds = [
  { is: 'settings', has: (key: string): boolean => key === 'cloudtolocalllm', parse: settingsOf },
  { is: 'configuration', has: (key: string): boolean => Object.hasOwn(schema.properties, key), parse: configurationOf },
];

function settingsOf(text: string): void {
  settingsFrom(text, 'the example');
}

function configurationOf(text: string): void {
  validated(JSON.parse(text), 'the example');
}

describe.each(examples)('$page: $begins', ({ whole }) => {
  it('is JSON, and one that can be used if it is a file of ours', () => {
    const value = JSON.parse(whole) as object;
    const names = Array.isArray(value) ? [] : Object.keys(value);
    // Of neither kind: it is the file of an application.
    kinds.find(({ has }) => names.some(has))?.parse(whole);
  });
});

it.each(kinds)('finds examples of $is', ({ has }) => {
  const found = examples.filter(({ whole }) => Object.keys(JSON.parse(whole) as object).some(has));
  expect(found).not.toEqual([]);
});

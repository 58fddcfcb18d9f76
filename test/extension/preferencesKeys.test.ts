import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { schemaKeys } from './settingsShapes.ts';

/** Keys that are no choice of a person’s, or not made in the preferences. */
const elsewhere = ['ask-model', 'told-versions'];

const folder = new URL('../../extension/preferences/', import.meta.url);
/** The sources that make what a person sees. */
const widgets = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => readFileSync(new URL(name, folder), 'utf8'))
  .filter((source) => /from 'gi:\/\/(Adw|Gtk)'/.test(source));

it.each(schemaKeys.flat().filter((key) => !elsewhere.includes(key)))('the preferences have a place for “%s”', (key) => {
  expect(widgets.some((source) => source.includes(`'${key}'`) || source.includes(`::${key}`))).toBe(true);
});

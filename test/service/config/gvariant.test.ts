import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseGVariant, type Value } from '../../../service/config/gvariant.js';

describe('GVariant text, as gsettings prints it', () => {
  it.each<[text: string, expected: Value]>([
    ["'automatic'", 'automatic'],
    [`"it's"`, "it's"],
    [String.raw`'it\'s \"so\" \\ \n'`, `it's "so" \\ \n`],
    [String.raw`'\u00fc \U0001f44b'`, 'ü 👋'],
    ['uint32 600', 600],
    ['-5', -5],
    ['0.5', 0.5],
    ['true', true],
    ['false', false],
    ['@as []', []],
    ["['a', 'b']", ['a', 'b']],
    ['@a{ss} {}', {}],
    ["{'llama3.2': 'vendor/llama', 'b': 'c'}", { 'llama3.2': 'vendor/llama', b: 'c' }],
    ["[['a'], @as []]", [['a'], []]],
  ])('%s', (text, expected) => {
    expect(parseGVariant(text)).toEqual(expected);
  });

  it.each(["'open", '[1', '{1}', "{'a' 'b'}", 'word', '1 2', '', String.raw`'\U00110000'`])('refuses %s', (text) => {
    expect(() => parseGVariant(text)).toThrow(SyntaxError);
  });

  it('refuses what is nested deeper than GLib allows', () => {
    const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
    expect(JSON.stringify(parseGVariant(nested(128)))).toBe(nested(128));
    expect(() => parseGVariant(nested(129))).toThrow(SyntaxError);
    expect(() => parseGVariant("{'a': ".repeat(100_000))).toThrow(SyntaxError);
  });

  it('gives back any string that GLib would print', () => {
    const printed = (text: string): string => `'${text.replace(/[\\']/g, '\\$&').replace(/\n/g, '\\n')}'`;
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), (strings) => {
        expect(parseGVariant(`[${strings.map(printed).join(', ')}]`)).toEqual(strings);
      }),
      { seed: 20 },
    );
  });
});

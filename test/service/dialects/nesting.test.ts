import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { objectFrom } from '../../../service/dialects/fields.js';
import { deepest, isTooDeep } from '../../../service/dialects/nesting.js';

const arrays = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
const objects = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

describe('JSON', () => {
  it.each<[what: string, text: string, tooDeep: boolean]>([
    ['lists as deep as may be', arrays(deepest), false],
    ['lists that are deeper', arrays(deepest + 1), true],
    ['objects as deep as may be', objects(deepest), false],
    ['objects that are deeper', objects(deepest + 1), true],
    ['many beside each other', `[${'[],'.repeat(5000)}[]]`, false],
    ['brackets in a string', JSON.stringify({ a: '['.repeat(5000) }), false],
    ['brackets behind a quote in a string', JSON.stringify({ a: `"${'['.repeat(5000)}` }), false],
    ['brackets behind a backslash in a string', JSON.stringify({ a: `\\"\\${'['.repeat(5000)}` }), false],
    ['brackets behind a string that ends in a backslash', `["\\\\",${arrays(deepest)}]`, true],
    ['brackets without end', '['.repeat(100_000), true],
    ['a string without end', `"${'['.repeat(5000)}`, false],
  ])('%s: too deep is %s', (_what, text, tooDeep) => {
    expect(isTooDeep(text)).toBe(tooDeep);
  });

  it('is measured as it is', () => {
    const blank = ' '.repeat(deepest + 1);
    fc.assert(
      fc.property(
        fc.jsonValue({ maxDepth: 6 }),
        fc.integer({ min: deepest - 8, max: deepest + 1 }),
        (value, around) => {
          const text = `${'['.repeat(around)}${JSON.stringify(value)}${']'.repeat(around)}${blank}`;
          expect(isTooDeep(text)).toBe(depthOf(JSON.parse(text)) > deepest);
        },
      ),
      { seed: 20 },
    );
  });

  it('that is too deep is no object of a server’s answer', () => {
    expect(objectFrom(objects(deepest))).toBeDefined();
    expect(objectFrom(objects(deepest + 1))).toBeUndefined();
  });
});

import fc from 'fast-check';

const nested = (depth: number, open: string, close: string): string => `${open.repeat(depth)}1${close.repeat(depth)}`;

/** JSON that programs fall over, and ordinary values in the place of others. */
export const oddities: readonly string[] = [
  ...['null', 'true', 'false', '[]', '{}', '""', '[null]', '[[]]', '[{}]', '{"":null}'],
  ...['0', '-0', '-1', '1', '0.5', '1e3', '1e308', '1e999', '-1e999', '1e-400', '9007199254740993'],
  '123456789012345678901234567890',
  ...['"a"', '"1"', '"\\u0000"', '"\\ud800"', '"\\udc00\\ud800"', '"\\u2028"', '"👋"', '"\\n\\n"', '"data: x\\n\\n"'],
  ...['"data:image/png;base64,AA=="', '"data:;base64,"', '"https://example.org/a.png"', '"{\\"a\\":1}"', '"[1]"'],
  ...['"__proto__"', '"constructor"', '"toString"', '"hasOwnProperty"', '"demo"', '"model:latest"'],
  '{"__proto__":{"polluted":1}}',
  '{"__proto__":null}',
  '{"constructor":{"prototype":{"polluted":1}}}',
  '{"a":1,"a":[2]}',
  '{"toString":1,"valueOf":2,"toJSON":3}',
  '{"length":-1}',
  '{"type":"text","text":"a"}',
  '[{"type":"text","text":"a"}]',
  nested(40, '[', ']'),
  nested(40, '{"a":', '}'),
  nested(3000, '[', ']'),
  nested(3000, '{"a":', '}'),
  JSON.stringify('x'.repeat(5000)),
  `[${'0,'.repeat(2000)}0]`,
];

const keys = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'toJSON',
  '',
  'a',
  '\ud800',
  '\0',
  'type',
  'role',
  'then',
];

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Where a value stands in another. */
type Path = readonly (string | number)[];

/** A change to a value; `raw` gives a string that stands for JSON that no value has. */
type Change = (value: Json, raw: (json: string) => Json) => Json;

function pathsIn(value: Json, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const entries: [string | number, Json][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [path, ...entries.flatMap(([key, inner]) => pathsIn(inner, [...path, key]))];
}

function entriesOf(value: Json): [string, Json][] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}

function changedAt(value: Json, path: Path, change: (inner: Json) => Json | undefined): Json {
  const [first, ...rest] = path;
  if (first === undefined) return change(value) ?? null;
  const entries = entriesOf(value).flatMap(([key, inner]): [string, Json][] => {
    if (key !== String(first)) return [[key, inner]];
    if (rest.length > 0) return [[key, changedAt(inner, rest, change)]];
    const changed = change(inner);
    return changed === undefined ? [] : [[key, changed]];
  });
  return Array.isArray(value) ? entries.map(([, inner]) => inner) : Object.fromEntries(entries);
}

const valueAt = (value: Json, path: Path): Json =>
  path.reduce((inner: Json, key) => new Map(entriesOf(inner)).get(String(key)) ?? null, value);

const number = fc.nat(1_000_000);
const chosen = (value: Json, which: number): Path => {
  const paths = pathsIn(value);
  return paths[which % paths.length] ?? [];
};

const change: fc.Arbitrary<Change> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(number, fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...oddities) }, fc.json())).map(
      ([which, json]): Change =>
        (value, raw) =>
          changedAt(value, chosen(value, which), () => raw(json)),
    ),
  },
  number.map(
    (which): Change =>
      (value) =>
        changedAt(value, chosen(value, which), () => undefined),
  ),
  fc.tuple(number, number).map(
    ([which, other]): Change =>
      (value) =>
        changedAt(value, chosen(value, which), () => valueAt(value, chosen(value, other))),
  ),
  fc.tuple(number, fc.constantFrom(...keys), fc.constantFrom(...oddities)).map(
    ([which, key, json]): Change =>
      (value, raw) =>
        changedAt(value, chosen(value, which), (inner) =>
          Array.isArray(inner)
            ? [...inner, ...inner, raw(json)]
            : Object.fromEntries([...entriesOf(inner), [key, raw(json)]]),
        ),
  ),
);

/** The texts of JSON values like these, with a few changes, some of which no value has: keys that come twice, 1e999. */
export function mutatedJson(originals: fc.Arbitrary<unknown>): fc.Arbitrary<string> {
  return fc.tuple(originals, fc.array(change, { maxLength: 3 }), fc.nat(9)).map(([original, changes, twice]) => {
    const stand: string[] = [];
    const raw = (json: string): Json => `\uE000${stand.push(json) - 1}\uE001`;
    const value = changes.reduce((before, one) => one(before, raw), original as Json);
    const text = JSON.stringify(value).replace(
      /"\uE000(\d+)\uE001"/g,
      (_whole, index: string) => stand[Number(index)] ?? 'null',
    );
    // All keys twice: the last one counts.
    return twice === 0 && /^{.+}$/s.test(text) ? `{${text.slice(1, -1)},${text.slice(1)}` : text;
  });
}

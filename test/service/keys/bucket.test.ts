import { expect, it } from 'vitest';
import { Bucket } from '../../../service/keys/bucket.js';

it.each<[what: string, rate: number, at: readonly number[], pauses: readonly number[]]>([
  ['as many at once as it has a minute', 3, [0, 0, 0, 0], [0, 0, 0, 20_000]],
  ['another one when its time has come', 3, [0, 0, 0, 19_999, 20_000, 20_000], [0, 0, 0, 1, 0, 20_000]],
  ['no more than a minute’s after a long rest', 2, [0, 600_000, 600_000, 600_000], [0, 0, 0, 30_000]],
  ['a rate that divides no minute', 7, Array<number>(8).fill(0), [0, 0, 0, 0, 0, 0, 0, 8572]],
  ['a refusal costs nothing', 1, [0, 30_000, 59_000, 60_000], [0, 30_000, 1000, 0]],
])('%s', (_what, rate, at, pauses) => {
  const bucket = new Bucket(rate);
  expect(at.map((now) => bucket.take(now))).toEqual(pauses);
});

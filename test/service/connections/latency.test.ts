import { expect, it } from 'vitest';
import { steadyLatency } from '../../../service/connections/latency.js';

it.each([
  ['the first is shown', 0, 12.34, 12.3],
  ['much the same is not', 12.3, 13, 12.3],
  ['a little of very little is not', 0.4, 1.5, 0.4],
  ['a quarter more is', 100, 130, 130],
  ['much less is', 100, 12, 12],
])('latency: %s', (_what, shown, measured, expected) => {
  expect(steadyLatency(shown, measured)).toBe(expected);
});

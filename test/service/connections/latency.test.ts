import { expect, it } from 'vitest';
import { secondsToNextCheck } from '../../../service/connections/monitor.js';
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

it.each([
  ['local', 0, 10],
  ['cloud', 0, 60],
  ['local', 1, 1],
  ['cloud', 2, 2],
  ['local', 4, 8],
  ['cloud', 100, 10],
] as const)('the next check of a %s connection after %d failures is in %d s', (place, failures, expected) => {
  expect(secondsToNextCheck(place, failures, () => 1)).toBe(expected);
});

it.each([
  ['local', 1, 0.75],
  ['cloud', 2, 1.5],
  ['local', 100, 7.5],
  ['local', 0, 10],
] as const)(
  'the next check of a %s connection after %d failures is at the soonest in %d s',
  (place, failures, expected) => {
    expect(secondsToNextCheck(place, failures, () => 0)).toBe(expected);
  },
);

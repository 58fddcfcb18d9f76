import { expect, it } from 'vitest';
import { secondsToNextCheck } from '../../../service/connections/monitor.js';

it.each([
  ['a local connection that is used', 'local', true, 0, 10, 10],
  ['a provider that is used', 'cloud', true, 0, 10, 10],
  ['a local connection at rest', 'local', false, 0, 30, 30],
  ['a provider at rest', 'cloud', false, 0, 300, 300],
  ['one that has just gone', 'local', true, 1, 0.75, 1],
  ['one that failed twice', 'cloud', true, 2, 1.5, 2],
  ['one that failed four times', 'local', false, 4, 6, 8],
  ['one that is gone for long', 'cloud', false, 100, 7.5, 10],
] as const)('%s is checked again after a while that fits', (_what, place, attended, failures, soonest, latest) => {
  expect(secondsToNextCheck(place, attended, failures, () => 0)).toBe(soonest);
  expect(secondsToNextCheck(place, attended, failures, () => 1)).toBe(latest);
});

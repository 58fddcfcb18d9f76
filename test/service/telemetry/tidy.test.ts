import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Tidier } from '../../../service/telemetry/tidy.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it.each<[what: string, counts: number[], collected: boolean]>([
  ['the last request', [1, 2, 1, 0], true],
  ['no request at all', [0, 0], false],
  ['a request that still runs', [1, 0, 1], false],
])('collects a while after %s: %j -> %s', (_what, counts, collected) => {
  const collect = vi.fn();
  const tidier = new Tidier(collect);
  for (const count of counts) tidier.requestsInFlight(count);
  expect(collect).not.toHaveBeenCalled();
  vi.advanceTimersByTime(60_000);
  expect(collect.mock.calls.length > 0).toBe(collected);
});

import { describe, expect, it } from 'vitest';
import { Life } from '../../../service/signIn/clock.ts';
import { TurnedClock } from './person.ts';

describe('what is left of a token that is valid for an hour', () => {
  it.each<[what: string, happens: (clock: TurnedClock) => void, minutes: number]>([
    ['at first', () => undefined, 60],
    [
      'when time passes',
      (clock) => {
        clock.pass(1200);
      },
      40,
    ],
    [
      'when the machine slept',
      (clock) => {
        clock.set(1200);
      },
      40,
    ],
    [
      'when the clock was set back',
      (clock) => {
        clock.pass(1200);
        clock.set(-7200);
      },
      40,
    ],
    [
      'when it is over',
      (clock) => {
        clock.pass(7200);
      },
      -60,
    ],
  ])('%s', (_what, happens, minutes) => {
    const clock = new TurnedClock();
    const life = new Life(clock, 3600, clock.wall());
    happens(clock);
    expect(life.left).toBe(minutes * 60_000);
  });

  it('counts what passed before it was loaded', () => {
    const clock = new TurnedClock();
    expect(new Life(clock, 3600, clock.wall() - 600_000).left).toBe(3_000_000);
  });

  it('is nothing where it was got in the future: nobody knows how long ago that is', () => {
    const clock = new TurnedClock();
    expect(new Life(clock, 3600, clock.wall() + 1).left).toBe(-Infinity);
  });

  it('is endless where nobody said how long', () => {
    const clock = new TurnedClock();
    const life = new Life(clock, undefined, clock.wall());
    clock.pass(1e9);
    expect([life.left, life.ending]).toEqual([Infinity, false]);
  });
});

it.each([
  [3600, 3539, false],
  [3600, 3541, true],
  [10, 8, false],
  [10, 9.5, true],
])('of %i s, after %d s, it is ending: %s', (seconds, passed, ending) => {
  const clock = new TurnedClock();
  const life = new Life(clock, seconds, clock.wall());
  clock.pass(passed);
  expect(life.ending).toBe(ending);
});

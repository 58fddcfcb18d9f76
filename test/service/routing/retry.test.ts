import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Failure } from '../../../service/connections/failure.js';
import { deadline, decide, type Decision, mostAttempts, type Situation } from '../../../service/routing/retry.js';

/** The first attempt of a request has failed, and nobody else is there. */
const first: Omit<Situation, 'failure'> = {
  tries: 1,
  retryAfter: undefined,
  others: false,
  waited: 0,
  queueLimit: 60_000,
  patience: 5000,
  busy: 'wait',
  attempts: 1,
  remaining: deadline,
};

const failures: readonly Failure[] = [
  'client',
  'policy',
  'context',
  'missing',
  'credentials',
  'quota',
  'busy',
  'loading',
  'transient',
  'silence',
  'broken',
];

const next: Decision = { do: 'next' };
const stop: Decision = { do: 'stop' };
const again = (after: number): Decision => ({ do: 'again', after });
/** In the middle of what chance allows. */
const middling = (): number => 0.5;

describe('after a failed attempt', () => {
  it.each<[failure: Failure, alone: Decision, withOthers: Decision]>([
    ['client', stop, stop],
    ['policy', stop, stop],
    ['context', next, next],
    ['missing', next, next],
    ['credentials', next, next],
    ['quota', again(750), again(750)],
    ['busy', again(250), again(250)],
    ['loading', { do: 'await' }, { do: 'await' }],
    ['transient', again(200), again(2)],
    ['silence', next, next],
    ['broken', next, next],
  ])('that is %s: %o; if another could take over: %o', (failure, alone, withOthers) => {
    expect(decide({ ...first, failure }, middling)).toEqual(alone);
    expect(decide({ ...first, failure, others: true }, middling)).toEqual(withOthers);
  });

  it.each<[what: string, failure: Failure, more: Partial<Situation>, expected: Decision]>([
    ['what failed in passing is tried twice', 'transient', { tries: 2 }, next],
    ['what failed in passing is tried when the server says', 'transient', { retryAfter: 3000 }, again(3000)],
    ['… and at once if it says so', 'transient', { retryAfter: 0 }, again(0)],
    ['… but not if that takes more than the patience', 'transient', { retryAfter: 5001 }, next],
    ['… nor a third time', 'transient', { retryAfter: 3000, tries: 2 }, next],
    ['a quota is waited for when the server says', 'quota', { retryAfter: 5000 }, again(5000)],
    ['… but not if that takes more than the patience', 'quota', { retryAfter: 5001 }, next],
    ['… nor for ever', 'quota', { retryAfter: 1000, tries: 3 }, next],
    ['a quota of no word is tried twice', 'quota', { tries: 2 }, next],
    ['a quota of no word is waited for no longer than the patience', 'quota', { patience: 100 }, again(100)],
    ['a queue is waited for the longer the longer it was', 'busy', { waited: 3000 }, again(1000)],
    ['… but never for much more than 2 s at once', 'busy', { waited: 50_000 }, again(2000)],
    ['… however often', 'busy', { tries: 9, waited: 50_000 }, again(2000)],
    ['… until its limit', 'busy', { waited: 60_000 }, next],
    ['… for ever where there is no limit', 'busy', { waited: 800_000, queueLimit: 0 }, again(2000)],
    ['who is full hands over to another where the user wants that', 'busy', { busy: 'spill', others: true }, next],
    ['… but not to nobody', 'busy', { busy: 'spill' }, again(250)],
    ['the last attempt is the last', 'transient', { attempts: mostAttempts }, stop],
    ['… also where another could take over', 'silence', { attempts: mostAttempts, others: true }, stop],
    ['… also of a model that loads', 'loading', { attempts: mostAttempts }, stop],
    ['the last but one is not', 'transient', { attempts: mostAttempts - 1 }, again(200)],
    ['nothing is tried once the time is over', 'busy', { remaining: 0 }, stop],
    ['nothing is waited for that comes too late', 'quota', { retryAfter: 4000, remaining: 4000 }, next],
    ['what comes just in time is waited for', 'quota', { retryAfter: 4000, remaining: 4001 }, again(4000)],
  ])('%s (%s)', (_what, failure, more, expected) => {
    expect(decide({ ...first, failure, ...more }, middling)).toEqual(expected);
  });

  it.each<[failure: Failure, more: Partial<Situation>, shortest: number, longest: number]>([
    ['transient', {}, 100, 300],
    ['transient', { others: true }, 1, 3],
    ['quota', {}, 500, 1000],
    ['busy', {}, 187.5, 312.5],
    ['busy', { waited: 50_000 }, 1500, 2500],
  ])('%s %o comes back at a time that chance chooses', (failure, more, shortest, longest) => {
    expect(decide({ ...first, failure, ...more }, () => 0)).toEqual(again(shortest));
    expect(decide({ ...first, failure, ...more }, () => 1)).toEqual(again(longest));
  });
});

describe('whatever fails', () => {
  const chance = fc.double({ min: 0, max: 1, noNaN: true });
  const milliseconds = fc.oneof(fc.nat(10_000), fc.nat(2 * deadline));
  const situations: fc.Arbitrary<Situation> = fc.record({
    failure: fc.constantFrom(...failures),
    tries: fc.integer({ min: 1, max: 2 * mostAttempts }),
    retryAfter: fc.option(milliseconds, { nil: undefined }),
    others: fc.boolean(),
    waited: milliseconds,
    queueLimit: milliseconds,
    patience: fc.nat(30_000),
    busy: fc.constantFrom('wait', 'spill'),
    attempts: fc.integer({ min: 1, max: 2 * mostAttempts }),
    remaining: fc.integer({ min: -10_000, max: deadline }),
  });
  const always = (holds: (situation: Situation, decision: Decision) => void): void => {
    fc.assert(
      fc.property(situations, chance, (situation, luck) => {
        holds(
          situation,
          decide(situation, () => luck),
        );
      }),
      { seed: 20, numRuns: 2000 },
    );
  };

  it('only what may be better the next time is tried again', () => {
    always(({ failure }, decision) => {
      if (['transient', 'quota', 'busy'].includes(failure)) return;
      expect(decision.do).not.toBe('again');
    });
  });

  it('no pause is longer than the patience, but for the queue’s, which has its own limit', () => {
    always(({ failure, patience, retryAfter = 0 }, decision) => {
      if (decision.do !== 'again') return;
      expect(decision.after).toBeGreaterThanOrEqual(0);
      expect(decision.after).toBeLessThanOrEqual(2500 + Math.max(patience, failure === 'busy' ? retryAfter : 0));
    });
  });

  it('no pause is kept that the server wants longer than the patience', () => {
    always(({ failure, retryAfter = 0, patience }, decision) => {
      if (failure === 'busy' || retryAfter <= patience) return;
      expect(decision.do).not.toBe('again');
    });
  });

  it('nobody is asked again before it wants to be', () => {
    always(({ retryAfter = 0 }, decision) => {
      if (decision.do !== 'again') return;
      expect(decision.after).toBeGreaterThanOrEqual(retryAfter);
    });
  });

  it('no pause outlasts the time that is left', () => {
    always(({ remaining }, decision) => {
      if (decision.do === 'again') expect(decision.after).toBeLessThan(remaining);
      else if (remaining <= 0) expect(decision.do).toBe('stop');
    });
  });

  it('a request ends, at the latest with its last attempt, or with its time while it waits', () => {
    const one = fc.record({
      failure: fc.constantFrom(...failures),
      retryAfter: fc.option(milliseconds, { nil: undefined }),
      others: fc.boolean(),
      busy: fc.constantFrom<Situation['busy']>('wait', 'spill'),
      luck: chance,
    });
    const settings = fc.record({ queueLimit: fc.oneof(fc.constant(0), milliseconds), patience: fc.nat(30_000) });
    fc.assert(
      fc.property(fc.array(one, { minLength: 1, maxLength: 40 }), settings, (round, { queueLimit, patience }) => {
        let [now, begun, tries, attempts, decisions] = [0, 0, 0, 0, 0];
        for (;;) {
          const { luck, ...failed } = round[decisions % round.length] ?? { luck: 0, ...first, failure: 'broken' };
          decisions += 1;
          const told = { tries: tries + 1, attempts: attempts + 1, waited: now - begun, remaining: deadline - now };
          const decision = decide({ ...failed, ...told, queueLimit, patience }, () => luck);
          // Who only waits has not been tried.
          if (failed.failure !== 'busy' && decision.do !== 'await') [tries, attempts] = [tries + 1, attempts + 1];
          if (decision.do === 'stop') break;
          if (decision.do === 'again') now += decision.after;
          if (decision.do === 'await') now += 500;
          // There is always another one: nothing but the decisions makes an end.
          if (decision.do === 'next') {
            if (failed.failure === 'busy') attempts += 1;
            [begun, tries] = [now, 0];
          }
        }
        expect(attempts).toBeLessThanOrEqual(mostAttempts);
        expect(now).toBeLessThan(deadline + 500);
      }),
      { seed: 20 },
    );
  });
});

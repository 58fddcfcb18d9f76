import { describe, expect, it } from 'vitest';
import { Breaker, type Rest } from '../../../service/connections/breaker.js';
import type { Failure } from '../../../service/connections/failure.js';

/** A breaker whose time passes when the test says so. */
class Timed extends Breaker {
  readonly #clock: { now: number };

  constructor() {
    // Not 0, so that what is reckoned from the start of the clock shows.
    const clock = { now: 1_000_000 };
    super(() => clock.now);
    this.#clock = clock;
  }

  get state(): Pick<Breaker, 'rest' | 'wait' | 'ready'> {
    return { rest: this.rest, wait: this.wait, ready: this.ready };
  }

  pass(milliseconds: number): this {
    this.#clock.now += milliseconds;
    return this;
  }

  fail(times: number, failure: Failure = 'transient', retryAfter?: number): this {
    for (let failures = 0; failures < times; failures += 1) this.failed(failure, retryAfter);
    return this;
  }

  serve(): this {
    this.begin();
    this.began();
    this.completed();
    return this;
  }
}

const breaker = (): Timed => new Timed();
const open = (): Timed => breaker().fail(3);

describe('a breaker', () => {
  it('lets requests through at first', () => {
    expect(breaker().state).toMatchObject({ rest: undefined, wait: 0, ready: true });
  });

  it.each<[failure: Failure, expected: Rest | undefined]>([
    ['transient', 'cooling'],
    ['silence', 'cooling'],
    ['broken', 'cooling'],
    ['quota', 'limited'],
    ['credentials', 'refused'],
    ['busy', undefined],
    ['loading', undefined],
    ['client', undefined],
    ['policy', undefined],
    ['context', undefined],
    ['missing', undefined],
  ])('after three failures that are %s: %s', (failure, expected) => {
    expect(breaker().fail(3, failure).rest).toBe(expected);
  });

  it('stays closed after two failures', () => {
    expect(breaker().fail(2).state).toMatchObject({ rest: undefined, ready: true });
  });

  it('counts failures of different kinds together', () => {
    expect(breaker().fail(1, 'silence').fail(1, 'broken').fail(1).rest).toBe('cooling');
  });

  it('counts only failures in a row', () => {
    expect(breaker().fail(2).serve().fail(2).rest).toBeUndefined();
  });

  it.each<[failure: Failure]>([['quota'], ['busy'], ['loading']])('doesn’t count %s', (failure) => {
    expect(breaker().fail(1).fail(2, failure, 0).fail(1).rest).toBeUndefined();
  });

  it('leaves it alone for 5 s', () => {
    expect(open().state).toMatchObject({ wait: 5000, ready: false });
    expect(open().pass(4999).state).toMatchObject({ wait: 1, ready: false });
    expect(open().pass(5000).state).toMatchObject({ wait: 0, ready: true });
  });

  it('isn’t closed by time alone', () => {
    expect(open().pass(600_000).rest).toBe('cooling');
  });

  it('opens at the first failure when the server says for how long', () => {
    expect(breaker().fail(1, 'transient', 30_000).state).toMatchObject({ rest: 'cooling', wait: 30_000 });
  });

  it('leaves it alone for its own time when the server names a shorter one', () => {
    expect(breaker().fail(1, 'transient', 100).wait).toBe(5000);
  });

  it('isn’t kept open longer by requests that were sent before it opened', () => {
    expect(open().pass(3000).fail(5).wait).toBe(2000);
  });
});

describe('a breaker’s trial', () => {
  it('is one request at a time', () => {
    const tried = open().pass(5000);
    tried.begin();
    expect(tried.ready).toBe(false);
  });

  it('closes it as soon as an answer begins', () => {
    const tried = open().pass(5000);
    tried.begin();
    tried.began();
    expect(tried.state).toMatchObject({ rest: undefined, wait: 0, ready: true });
  });

  it.each([
    ['opens it again if its answer breaks off', (tried: Timed) => tried.fail(1), 'cooling'],
    ['makes all forgotten if its answer is complete', (tried: Timed) => tried.serve().fail(2), undefined],
  ])('%s', (_what, follows, expected) => {
    const tried = open().pass(5000);
    tried.begin();
    tried.began();
    expect(follows(tried).rest).toBe(expected);
  });

  /** litellm#40130: there a failure while it is tried does not extend the pause. */
  it('that fails leaves it alone for longer, but never for more than 10 s', () => {
    const tried = open();
    const waits = [0, 1, 2, 3].map(() => {
      tried.pass(tried.wait).begin();
      return tried.fail(1).wait;
    });
    expect(waits).toEqual([10_000, 10_000, 10_000, 10_000]);
  });

  it('that fails after a success starts again with 5 s', () => {
    expect(open().pass(5000).fail(1).pass(10_000).serve().fail(3).wait).toBe(5000);
  });

  it.each<[failure: Failure]>([['client'], ['policy'], ['context'], ['missing']])(
    'closes it when the server answers that it is at fault itself (%s)',
    (failure) => {
      const tried = open().pass(5000);
      tried.begin();
      expect(tried.fail(1, failure).state).toMatchObject({ rest: undefined, ready: true });
    },
  );

  it.each<[failure: Failure]>([['busy'], ['loading']])('leaves the next one to try when it is %s', (failure) => {
    const tried = open().pass(5000);
    tried.begin();
    expect(tried.fail(1, failure).state).toMatchObject({ rest: 'cooling', wait: 0, ready: true });
  });

  it('that went away leaves the next one to try', () => {
    const tried = open().pass(5000);
    const away = tried.begin();
    away();
    expect(tried.state).toMatchObject({ rest: 'cooling', ready: true });
  });

  it('isn’t ended by another request that goes away', () => {
    const tried = open().pass(5000);
    tried.begin();
    const away = tried.begin();
    away();
    expect(tried.ready).toBe(false);
  });

  it('isn’t ended by the one before it, whose answer somebody leaves', () => {
    const tried = open().pass(5000);
    const away = tried.begin();
    tried.began();
    tried.fail(3);
    tried.pass(tried.wait).begin();
    away();
    expect(tried.ready).toBe(false);
  });
});

describe('a limit', () => {
  it.each<[what: string, failure: Failure, retryAfter: number | undefined, expected: number]>([
    ['a quota holds as long as the server says', 'quota', 60_000, 60_000],
    ['a quota of no word holds for 10 s', 'quota', undefined, 10_000],
    ['a refused token holds for 5 min', 'credentials', undefined, 300_000],
    ['a refused token holds for 5 min, whatever the server says', 'credentials', 1000, 300_000],
  ])('%s', (_what, failure, retryAfter, expected) => {
    expect(breaker().fail(1, failure, retryAfter).state).toMatchObject({ wait: expected, ready: false });
  });

  it('ends by itself', () => {
    expect(breaker().fail(1, 'quota', 60_000).pass(60_000).state).toMatchObject({
      rest: undefined,
      wait: 0,
      ready: true,
    });
  });

  it('isn’t shortened by failures', () => {
    expect(breaker().fail(1, 'quota', 60_000).fail(3).state).toMatchObject({ rest: 'limited', wait: 60_000 });
  });

  it('takes the place of cooling', () => {
    expect(open().fail(1, 'quota', 60_000).state).toMatchObject({ rest: 'limited', wait: 60_000 });
  });

  it('holds when an answer begins that was asked for before', () => {
    expect(breaker().fail(1, 'quota', 60_000).serve().state).toMatchObject({ rest: 'limited', ready: false });
  });
});

describe('a server that can be reached again', () => {
  const recovered = (given: Timed): Timed => {
    given.recovered();
    return given;
  };

  it('may be tried at once', () => {
    expect(recovered(open()).state).toMatchObject({ rest: 'cooling', wait: 0, ready: true });
  });

  it('is left alone again after one failure', () => {
    expect(recovered(open()).fail(1).state).toMatchObject({ rest: 'cooling', wait: 10_000 });
  });

  it('keeps its limit', () => {
    expect(recovered(breaker().fail(1, 'quota', 60_000)).state).toMatchObject({ rest: 'limited', wait: 60_000 });
  });
});

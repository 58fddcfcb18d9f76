import { describe, expect, it } from 'vitest';
import {
  BrokenAnswer,
  Declined,
  TimedOut,
  Unreachable,
  type UpstreamError,
} from '../../../service/connections/errors.js';
import type { Failure } from '../../../service/connections/failure.js';
import { AllFailed, ModelMissing, UnknownRoute } from '../../../service/routing/errors.js';

const failed = (...failures: [connection: string, error: UpstreamError][]): AllFailed =>
  new AllFailed(failures.map(([connection, error]) => ({ connection, error })));
const declined = (failure: Failure, status: number, retryAfter?: number): Declined =>
  new Declined(`answered with status ${status}`, failure, status, '', retryAfter);

describe('when all have failed', () => {
  it('tells who failed how, in the order of the attempts', () => {
    const { message } = failed(['Home', new Unreachable('nothing is there')], ['Provider', declined('quota', 429)]);
    expect(message).toBe('Home: nothing is there; Provider: answered with status 429');
  });

  it('tells once what failed alike on the same connection', () => {
    const error = (): Unreachable => new Unreachable('nothing is there');
    const { message } = failed(
      ['Home', error()],
      ['Home', error()],
      ['Work', error()],
      ['Home', new BrokenAnswer('?')],
    );
    expect(message).toBe('Home: nothing is there; Work: nothing is there; Home: ?');
  });

  it.each<[what: string, errors: UpstreamError[], expected: Failure | undefined]>([
    ['one', [new Unreachable('')], 'transient'],
    ['several of one class', [declined('quota', 429), declined('quota', 402)], 'quota'],
    ['several ways of one class', [new Unreachable(''), declined('transient', 502)], 'transient'],
    ['several classes', [new Unreachable(''), new TimedOut('', 'firstByte')], undefined],
    ['none', [], undefined],
  ])('has the class that they have in common: %s', (_what, errors, expected) => {
    expect(failed(...errors.map((error): [string, UpstreamError] => ['Home', error])).failure).toBe(expected);
  });

  it.each<[what: string, errors: UpstreamError[], expected: number | undefined]>([
    ['the soonest', [declined('quota', 429, 60_000), declined('transient', 503, 2000)], 2000],
    ['that of the only one that says so', [new Unreachable(''), declined('quota', 429, 60_000)], 60_000],
    ['at once, if a server says that', [declined('quota', 429, 0), declined('quota', 429, 9000)], 0],
    ['unknown, if none says so', [new Unreachable(''), declined('quota', 429)], undefined],
  ])('knows when to ask again: %s', (_what, errors, expected) => {
    expect(failed(...errors.map((error): [string, UpstreamError] => ['Home', error])).retryAfter).toBe(expected);
  });
});

describe('a model that isn’t there', () => {
  it.each<[what: string, known: string[], expected: string]>([
    ['nor any other', [], "model 'lama3' not found: no connection has any model"],
    ['but others', ['phi4', 'llama3'], "model 'lama3' not found; there are llama3, phi4"],
    [
      'but many others',
      ['llama3', ...Array.from({ length: 11 }, () => 'phi4')],
      `model 'lama3' not found; there are llama3, ${'phi4, '.repeat(9)}and 2 more`,
    ],
  ])('%s', (_what, known, expected) => {
    expect(new ModelMissing('lama3', known).message).toBe(expected);
  });
});

it('a route that isn’t there is told with those that are', () => {
  expect(new UnknownRoute('hme', ['home', 'provider']).message).toBe(
    'there is no route "hme"; there are automatic, local, cloud, home, provider',
  );
});

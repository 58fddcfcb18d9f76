import { describe, expect, it } from 'vitest';
import type { ConnectionState } from '../../../service/connections/connection.js';
import type { Dialect } from '../../../service/dialects/dialect.js';
import { able, type Candidate, usable } from '../../../service/routing/choose.js';

interface Given {
  readonly state?: ConnectionState;
  readonly place?: string;
  readonly has?: 'yes' | 'no' | 'unknown';
  readonly dialects?: readonly Dialect[];
}

function candidate(id: string, { state = 'connected', place = 'local', has = 'yes', dialects }: Given = {}): Candidate {
  return {
    settings: { id, place },
    state,
    speaks: (dialect) => (dialects ?? ['ollama', 'openai']).includes(dialect),
    has: () => has,
  };
}

const ids = (candidates: readonly Candidate[]): string[] => candidates.map(({ settings }) => settings.id);

describe('usable', () => {
  const three = [candidate('a'), candidate('b', { place: 'cloud' }), candidate('c')];

  it.each<[what: string, route: string, given: Candidate[], expected: string[]]>([
    ['all, in the user’s order', 'automatic', three, ['a', 'b', 'c']],
    ['those of the place', 'local', three, ['a', 'c']],
    ['those of the place', 'cloud', three, ['b']],
    ['the one that is named', 'c', three, ['c']],
    ['the place, where an id is the same word', 'cloud', [candidate('cloud'), ...three], ['b']],
    ['none, where the route leads to none', 'd', three, []],
    ['not what is switched off', 'automatic', [candidate('a', { state: 'disabled' }), candidate('b')], ['b']],
    [
      'the ones that work before the ones that don’t',
      'automatic',
      [candidate('a', { state: 'unreachable' }), candidate('b', { state: 'connecting' }), candidate('c')],
      ['c', 'a', 'b'],
    ],
    [
      'those that don’t work all the same when nothing else is left',
      'automatic',
      [candidate('a', { state: 'unreachable' }), candidate('b', { state: 'refused' })],
      ['a', 'b'],
    ],
  ])('%s (%s)', (_what, route, given, expected) => {
    expect(ids(usable(given, route))).toEqual(expected);
  });
});

describe('able', () => {
  it.each<[what: string, given: Candidate[], expected: string[]]>([
    ['keeps the order of those that have the model', [candidate('a'), candidate('b')], ['a', 'b']],
    ['leaves out one that doesn’t have it', [candidate('a', { has: 'no' }), candidate('b')], ['b']],
    [
      'leaves out one that doesn’t speak the dialect',
      [candidate('a', { dialects: ['ollama'] }), candidate('b')],
      ['b'],
    ],
    [
      'puts one that may have it after one that has it',
      [candidate('a', { has: 'unknown' }), candidate('b')],
      ['b', 'a'],
    ],
    [
      'puts one that doesn’t work last, even if it has it',
      [candidate('a', { state: 'unreachable' }), candidate('b', { has: 'unknown' })],
      ['b', 'a'],
    ],
    ['is empty where none has it', [candidate('a', { has: 'no' })], []],
  ])('%s', (_what, given, expected) => {
    expect(ids(able(given, 'openai', 'm'))).toEqual(expected);
  });
});

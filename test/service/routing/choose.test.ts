import { describe, expect, it } from 'vitest';
import type { ConnectionState } from '../../../service/connections/connection.js';
import type { Needs } from '../../../service/dialects/needs.js';
import { able, alike, type Candidate, type EmbeddingCandidate, usable } from '../../../service/routing/choose.js';

interface Given {
  readonly state?: ConnectionState;
  readonly place?: string;
  readonly has?: 'yes' | 'no' | 'unknown';
  /** Whether it may be tried; unless told, as its state is. */
  readonly ready?: boolean;
  readonly wait?: number;
  /** What its model is known not to do. */
  readonly without?: keyof Needs;
}

function candidate(id: string, given: Given = {}): Candidate {
  const { state = 'connected', place = 'local', has = 'yes', without } = given;
  return {
    settings: { id, place, models: {} },
    state,
    ready: given.ready ?? state === 'connected',
    wait: given.wait ?? 0,
    has: () => has,
    lacks: (_model, needs) => without !== undefined && needs[without],
  };
}

const cooling = (id: string, wait: number, more: Given = {}): Candidate =>
  candidate(id, { state: 'cooling', wait, ...more });
const limited = (id: string, wait: number): Candidate => candidate(id, { state: 'limited', wait });

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
    [
      'last the ones that are left alone, the soonest first',
      'automatic',
      [limited('a', 60_000), cooling('b', 5000), cooling('c', 1000), candidate('d')],
      ['d', 'c', 'b', 'a'],
    ],
    [
      'the ones that are left alone after the ones that are down, since those may be up again',
      'automatic',
      [cooling('a', 5000), limited('b', 1000), candidate('c', { state: 'unreachable' })],
      ['c', 'b', 'a'],
    ],
    [
      'one that may be tried again in the user’s order',
      'automatic',
      [cooling('a', 0, { ready: true }), candidate('b')],
      ['a', 'b'],
    ],
    [
      'one that is being tried after the ones that work',
      'automatic',
      [cooling('a', 0), candidate('b'), cooling('c', 1000)],
      ['b', 'a', 'c'],
    ],
    ['one that is left alone all the same when nothing else is left', 'automatic', [limited('a', 60_000)], ['a']],
  ])('%s (%s)', (_what, route, given, expected) => {
    expect(ids(usable(given, route))).toEqual(expected);
  });
});

describe('able', () => {
  const nothing: Needs = { tools: false, vision: false };

  it.each<[what: string, given: Candidate[], expected: string[]]>([
    ['keeps the order of those that have the model', [candidate('a'), candidate('b')], ['a', 'b']],
    ['leaves out one that doesn’t have it', [candidate('a', { has: 'no' }), candidate('b')], ['b']],
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
    [
      'puts one that is left alone last, even if it has it',
      [cooling('a', 5000), candidate('b', { has: 'unknown' })],
      ['b', 'a'],
    ],
    ['keeps the place of one that may be tried again', [cooling('a', 0, { ready: true }), candidate('b')], ['a', 'b']],
    ['is empty where none has it', [candidate('a', { has: 'no' })], []],
  ])('%s', (_what, given, expected) => {
    expect(ids(able(given, 'm', nothing))).toEqual(expected);
  });

  const blind = candidate('a', { without: 'vision' });
  const clumsy = candidate('b', { without: 'tools' });
  const down = candidate('d', { state: 'unreachable' });

  it.each<[what: string, needs: Partial<Needs>, given: Candidate[], expected: string[]]>([
    ['leaves out one whose model can’t see', { vision: true }, [blind, clumsy], ['b']],
    ['leaves out one whose model has no use for tools', { tools: true }, [blind, clumsy], ['a']],
    ['keeps what can’t do what isn’t needed', {}, [blind, clumsy], ['a', 'b']],
    ['leaves it out even if the other doesn’t work', { vision: true }, [blind, down], ['d']],
    ['keeps them when there is no other', { tools: true, vision: true }, [blind, clumsy], ['a', 'b']],
    ['keeps it when the other hasn’t the model', { vision: true }, [blind, candidate('c', { has: 'no' })], ['a']],
  ])('%s', (_what, needs, given, expected) => {
    expect(ids(able(given, 'm', { ...nothing, ...needs }))).toEqual(expected);
  });
});

describe('alike: whose vectors can stand beside each other', () => {
  const of = (id: string, digest?: string, given: Given & { models?: Record<string, string> } = {}) => ({
    ...candidate(id, given),
    settings: { id, place: 'local', models: given.models ?? {} },
    digest: () => digest,
  });

  it.each<[what: string, given: EmbeddingCandidate[], expected: string[]]>([
    ['the first that has the model', [of('a'), of('b')], ['a']],
    ['others with the very same file', [of('a', '12'), of('b', '34'), of('c', '12')], ['a', 'c']],
    ['others that the user maps to it', [of('a', '12'), of('b', undefined, { models: { m: 'n' } })], ['a', 'b']],
    ['the first even while it doesn’t work', [of('a', '12', { state: 'unreachable' }), of('b', '34')], ['a']],
    ['none that may have it beside one that has it', [of('a', undefined, { has: 'unknown' }), of('b')], ['b']],
    ['one that may have it where none is known to', [of('a', undefined, { has: 'unknown' })], ['a']],
    ['never two of which nothing is known', ['a', 'b'].map((id) => of(id, undefined, { has: 'unknown' })), ['a']],
  ])('%s', (_what, given, expected) => {
    expect(ids(alike(given, 'm'))).toEqual(expected);
  });
});

import { describe, expect, it } from 'vitest';
import { duration, shown } from '../../../service/signIn/words.ts';

describe('what a provider says is shown', () => {
  it.each<[what: string, said: unknown, told: string]>([
    ['as it is', 'The user said no.', 'The user said no.'],
    ['in one line', ' one\r\ntwo\t three ', 'one two three'],
    ['without what a terminal obeys', 'a\u001b[31mred\u0007\u009b', 'a [31mred'],
    ['without what turns the direction', 'abc\u202edef\u2066', 'abc def'],
    ['without secrets', 'code s3cret is used; s3cret', 'code … is used; …'],
    ['in no more than 200 characters', '𝒳'.repeat(500), `${'𝒳'.repeat(199)}…`],
    ['not at all where it is no text', { html: '<b>' }, ''],
  ])('%s', (_what, said, told) => {
    expect(shown(said, ['s3cret', ''])).toBe(told);
  });
});

describe('a time is told in one unit', () => {
  it.each([
    [60_000, '1 minute'],
    [3_600_000, '60 minutes'],
    [7_200_000, '2 hours'],
    [3 * 86_400_000, '3 days'],
  ])('%i ms: %s', (milliseconds, told) => {
    expect(duration(milliseconds)).toBe(told);
  });
});

import { expect, it } from 'vitest';
import { createLog } from '../../../service/telemetry/log.js';

it.each([
  ['for the journal, with levels', true, true, undefined, ['<3>a\n', '<4>b\n', '<6>c\n', '<7>d\n']],
  ['for people', false, true, undefined, ['a\n', 'b\n', 'c\n', 'd\n']],
  ['without what only debugging needs', true, false, undefined, ['<3>a\n', '<4>b\n', '<6>c\n']],
  ['as grave as chosen', false, false, 'error', ['a\n']],
  ['as grave as chosen', false, false, 'warn', ['a\n', 'b\n']],
  ['as grave as chosen', false, false, 'debug', ['a\n', 'b\n', 'c\n', 'd\n']],
  ['all that there are, whatever is chosen', false, true, 'error', ['a\n', 'b\n', 'c\n', 'd\n']],
] as const)('writes lines %s', (_what, forJournal, all, level, expected) => {
  const lines: string[] = [];
  const log = createLog((line) => lines.push(line), forJournal, all);
  if (level !== undefined) log.least(level);
  log.error('a');
  log.warn('b');
  log.info('c');
  log.debug('d');
  expect(lines).toEqual(expected);
});

it('keeps a message in one line, so that it stays one entry of the journal', () => {
  const lines: string[] = [];
  createLog((line) => lines.push(line), true, false).warn('one\n  two');
  expect(lines).toEqual(['<4>one two\n']);
});

import { expect, it } from 'vitest';
import { createLog } from '../../../service/telemetry/log.js';

it.each([
  ['for the journal, with levels', true, true, ['<3>a\n', '<4>b\n', '<6>c\n', '<7>d\n']],
  ['for people', false, true, ['a\n', 'b\n', 'c\n', 'd\n']],
  ['without what only debugging needs', true, false, ['<3>a\n', '<4>b\n', '<6>c\n']],
])('writes lines %s', (_what, forJournal, debug, expected) => {
  const lines: string[] = [];
  const log = createLog((line) => lines.push(line), forJournal, debug);
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

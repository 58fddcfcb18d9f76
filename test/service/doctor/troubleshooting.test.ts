import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Problem, problems } from '../../../service/doctor/problems.js';

const page = readFileSync(new URL('../../../docs/troubleshooting.md', import.meta.url), 'utf8');

/** What is filled in is in capitals on the page. */
const shown = (text: string): string => text.replace(/\{(\w+)\}/g, (_whole, name: string) => name.toUpperCase());

/** What doctor says, in a quotation, and the command below it, as the page has them. */
const explained = [...page.matchAll(/((?:^> .*\n)+)\n```sh\n(.*)\n```/gm)].map(([, quoted = '', mend]) => ({
  says: quoted.replace(/^> /gm, '').trim().replace(/\n/g, ' '),
  mend,
}));

describe('the page on troubleshooting', () => {
  it.each<[name: string, problem: Problem]>(Object.entries(problems))(
    'explains %s in doctor’s words',
    (_name, { says, mend }) => {
      expect(explained).toContainEqual({ says: shown(says), mend: shown(mend) });
    },
  );

  it('explains nothing that doctor doesn’t say', () => {
    const said = Object.values<Problem>(problems).map(({ says }) => shown(says));
    expect(explained.map(({ says }) => says).filter((says) => !said.includes(says))).toEqual([]);
  });
});

import { afterAll, describe, it, type TestContext } from 'vitest';
import type { Dialect } from '../../../service/dialects/dialect.js';
import { RunningBroker } from '../../support/broker.ts';
import { askAs, type ClientName, type Seen } from '../../support/clients.ts';
import { type FaultName, faultOf, words } from '../../upstreams/faults.ts';
import { tokens } from '../../upstreams/said.ts';
import { standInOf } from './serving.ts';

/**
 * What an application sees that asks while a fault is at the first connection, whichever of the pairs below they are:
 *
 * - `whole`: the first connection's answer, as if nothing had been
 * - `other`: the other connection's answer
 * - `continued`: one answer without a seam, begun by the first connection and ended by the other
 * - `broken`: the beginning of an answer, then an error in its dialect and a connection that is cut
 * - `error STATUS`: an error in its dialect; what is 503 elsewhere is 529 in Anthropic's
 * - `-`: there is no such fault
 */
type Outcome = 'whole' | 'other' | 'continued' | 'broken' | `error ${number}` | '-';

// Where a comment names a thread (owner-project#number), its users complain of another program that does otherwise.

/** The fault, how often the first connection is asked, and what comes of it. */
type Row = readonly [
  fault: FaultName | 'nothing listens' | 'no TLS there',
  asked: number | 'any',
  alone: { readonly streamed: Outcome; readonly whole: Outcome },
  withAnother: { readonly streamed: Outcome; readonly whole: Outcome },
];

/** The same for a streamed answer and a whole one. */
const both = (outcome: Outcome) => ({ streamed: outcome, whole: outcome });
const each = (streamed: Outcome, whole: Outcome) => ({ streamed, whole });

const table: readonly Row[] = [
  // In passing: once more, then the next.
  ['nothing listens', 'any', both('error 502'), both('other')],
  ['no TLS there', 'any', both('error 502'), both('other')],
  ['reset before its head', 2, both('error 502'), both('other')],
  ['web page, 502', 2, both('error 502'), both('other')],
  ['500 once', 2, both('whole'), both('whole')],
  ['503 once', 2, both('whole'), both('whole')],
  ['500', 2, both('error 502'), both('other')],
  ['503', 2, both('error 502'), both('other')],

  // No answer, or none that can be used: the next. Who is silent is given up in time (bifrost#7104) and isn't
  // asked again, which would multiply the wait; a status of 200 settles nothing (llm-gateway#1656).
  ['silence', 1, both('error 504'), both('other')],
  ['silence after its head', 1, both('error 504'), both('other')],
  ['reset after its head', 1, both('error 502'), both('other')],
  ['clean end before the first token', 1, both('error 502'), both('other')],
  ['web page, 200', 1, both('error 502'), both('other')],
  ['nothing that can be read', 1, both('error 502'), both('other')],
  ['line without end', 1, each('error 502', '-'), each('other', '-')],
  ['error as its answer', 1, both('error 502'), both('other')],
  ['JSON of something else', 1, both('error 502'), both('other')],
  ['error behind the role', 1, each('error 502', '-'), each('other', '-')],

  // In the middle: what was told stays, and another connection tells the rest (litellm#40404). A cut is not reported as a
  // success (Portkey#1797), a stall is not waited out for ever (new-api#6141), an error is not swallowed (OmniRoute#8210).
  ['cut in the middle', 1, each('broken', 'error 502'), each('continued', 'other')],
  ['clean end in the middle', 1, each('broken', 'error 502'), each('continued', 'other')],
  ['silence in the middle', 1, each('broken', 'error 504'), each('continued', 'other')],
  ['error in the middle', 1, each('broken', '-'), each('continued', '-')],
  ['nothing that can be read from the middle on', 1, each('broken', 'error 502'), each('continued', 'other')],
  ['no finish and no end mark', 1, each('broken', '-'), each('continued', '-')],

  // Nothing to speak of. One line that can't be read doesn't kill an answer (litellm#40404), and no character is spoilt
  // that comes in two pieces (claude-code-router#1672).
  ['no end mark', 1, each('whole', '-'), each('whole', '-')],
  ['cut behind its finish', 1, each('whole', '-'), each('whole', '-')],
  ['silence behind its finish', 1, each('whole', '-'), each('whole', '-')],
  ['one line that can’t be read', 1, each('whole', '-'), each('whole', '-')],
  ['characters cut in two', 1, both('whole'), both('whole')],
  ['byte by byte', 1, both('whole'), both('whole')],

  // The request is at fault: nobody else is asked, least of all for what one has refused to say (Portkey#855).
  ['400', 1, both('error 400'), both('error 400')],
  ['400, content policy', 1, both('error 400'), both('error 400')],
  ['413', 1, both('error 413'), both('error 413')],
  ['422', 1, both('error 422'), both('error 422')],

  // It may be right elsewhere.
  ['400, too long for the window', 1, both('error 400'), both('other')],
  ['404, no such model', 1, both('error 404'), both('other')],
  ['401', 1, both('error 502'), both('other')],
  ['403', 1, both('error 502'), both('other')],

  // Not now.
  ['402', 'any', both('error 429'), both('other')],
  ['429', 2, both('error 429'), both('other')],
  ['429 once, wait 1 s', 2, both('whole'), both('whole')],
  ['429, wait 60 s', 1, both('error 429'), both('other')],
  ['503, queue full', 'any', both('error 503'), both('other')],
];

/** Who asks, what the first connection speaks, and what the other does. Where the first two differ all is translated. */
const pairs: readonly (readonly [client: ClientName, first: Dialect, other: Dialect])[] = [
  ['ollama', 'ollama', 'ollama'],
  ['openai', 'openai', 'ollama'],
  ['anthropic', 'anthropic', 'openai'],
  ['ollama', 'anthropic', 'openai'],
  ['openai', 'ollama', 'anthropic'],
  ['responses', 'openai', 'ollama'],
  ['anthropic', 'openai', 'ollama'],
  ['anthropic', 'ollama', 'anthropic'],
];

/** What only some servers' dialects have. */
const only: Partial<Record<Row[0], readonly Dialect[]>> = {
  'no end mark': ['openai', 'anthropic'],
  'error behind the role': ['openai', 'anthropic'],
};

/** Seconds that the first connection has where its silence is the fault, and where it asks to be asked again and again. */
const timeouts: Partial<Record<Row[0], object>> = {
  silence: { firstByte: 1, handOver: 1 },
  'silence after its head': { firstByte: 1, handOver: 1, idle: 1 },
  'silence in the middle': { idle: 1 },
  '503, queue full': { queue: 1 },
};

/** One request. */
interface Case {
  readonly client: ClientName;
  readonly first: Dialect;
  readonly other: Dialect | undefined;
  readonly streamed: boolean;
  readonly expected: Outcome;
}

const titled = ({ client, first, other }: Pick<Case, 'client' | 'first' | 'other'>): string =>
  `${client} from ${first}${other === undefined ? '' : `, ${other}`}`;

const columns = [false, true].flatMap((another) => [true, false].map((streamed) => ({ another, streamed })));

const column = (streamed: boolean, another: boolean): string =>
  `${streamed ? 'streamed' : 'whole'} ${another ? '+1' : 'alone'}`;

function casesOf([fault, , alone, withAnother]: Row): readonly Case[] {
  return columns.flatMap(({ another, streamed }) => {
    const told = (another ? withAnother : alone)[streamed ? 'streamed' : 'whole'];
    const there = pairs.filter(([, first]) => told !== '-' && (only[fault]?.includes(first) ?? true));
    return there.map(([client, first, other]) => ({
      ...{ client, first, streamed, other: another ? other : undefined },
      expected: client === 'anthropic' && told === 'error 503' ? 'error 529' : told,
    }));
  });
}

const text = tokens.join('');
const seen = new Map<Row, readonly (readonly [one: Case, outcome: string])[]>();

describe.concurrent('an application sees of a fault at the first connection:', () => {
  for (const row of table) {
    const [fault, times] = row;
    it(fault, async ({ expect, onTestFinished }) => {
      const cases = await Promise.all(casesOf(row).map((one, index) => prepared(one, fault, index, onTestFinished)));
      const broker = await RunningBroker.start({
        config: { connections: cases.flatMap(({ configured }) => configured) },
        env: { KEY: 'sk-connection' },
      });
      onTestFinished(() => broker.release());
      // It goes wrong behind the broker's back, whose check found it well.
      for (const { one, first } of cases) {
        if (fault === 'nothing listens') await first.stop();
        else if (fault !== 'no TLS there') first.fault = faultOf(fault, { dialect: one.first, streamed: one.streamed });
      }

      const outcomes: string[] = [];
      for (let at = 0; at < cases.length; at += pairs.length) {
        const together = cases.slice(at, at + pairs.length);
        outcomes.push(...(await Promise.all(together.map(({ one, model }) => outcomeOf(broker, one, fault, model)))));
      }
      seen.set(
        row,
        cases.map(({ one }, index) => [one, outcomes[index] ?? '']),
      );
      const shown = ({ one }: (typeof cases)[number], outcome: unknown): readonly unknown[] => [
        ...[column(one.streamed, one.other !== undefined), titled(one), outcome],
      ];
      expect(cases.map((each, index) => shown(each, outcomes[index]))).toEqual(
        cases.map((each) => shown(each, each.one.expected)),
      );
      await broker.until(({ requestsInFlight }) => requestsInFlight === 0);
      if (times === 'any') return;
      expect(cases.map((each) => shown(each, each.first.received.length))).toEqual(
        cases.map((each) => shown(each, times)),
      );
    });
  }
});

afterAll(() => {
  console.log(matrix());
});

/** The servers of a case. Nobody else has their model. */
async function prepared(one: Case, fault: Row[0], index: number, onTestFinished: TestContext['onTestFinished']) {
  const model = `model${index}:latest`;
  const started = async (dialect: Dialect) => {
    const standIn = standInOf(dialect);
    standIn.models = [model];
    await standIn.start();
    onTestFinished(() => standIn.stop());
    return standIn;
  };
  const first = await started(one.first);
  const url = fault === 'no TLS there' ? first.origin.replace('http:', 'https:') : first.origin;
  const token = { env: 'KEY' };
  const configured: object[] = [{ id: `first${index}`, kind: one.first, url, token, timeouts: timeouts[fault] ?? {} }];
  if (one.other !== undefined) {
    const other = await started(one.other);
    configured.push({ id: `other${index}`, kind: one.other, url: other.origin, token });
  }
  return { one, first, model, configured };
}

/** Asks as an application does. @returns what it sees, an outcome or what is wrong with it */
async function outcomeOf(
  broker: RunningBroker,
  { client, streamed }: Case,
  fault: Row[0],
  model: string,
): Promise<string> {
  let answer: Seen;
  try {
    answer = await askAs(client, broker.address, { model, streamed });
  } catch (error) {
    return (error as Error).message;
  }
  const { status, error, cut, ended, body } = answer;
  if (status !== 200) {
    if (cut) return 'an error that is cut';
    // In the words of a server that gave some.
    const told = !/^[45]\d\d/.test(fault) || error?.includes(words) === true;
    return told ? `error ${status}` : `an error without the server’s words: ${body}`;
  }
  if (cut) {
    const begun = answer.text !== '' && text.startsWith(answer.text);
    return begun && error !== undefined && !ended ? 'broken' : `cut: ${body}`;
  }
  if (error !== undefined || !ended || answer.text !== text) return `a clean end of what is not whole: ${body}`;
  const who = answer.by.map((id) => id.replace(/\d+$/, '')).join(', then ');
  return named[who] ?? `answered by ${who}: ${body}`;
}

const named: Partial<Record<string, Outcome>> = {
  first: 'whole',
  other: 'other',
  'first, then other': 'continued',
};

/** What was seen, as a table: in a cell what all pairs saw, or who saw what. */
function matrix(): string {
  const cell = (row: Row, streamed: boolean, another: boolean): string => {
    const there = (seen.get(row) ?? []).filter(
      ([one]) => one.streamed === streamed && (one.other !== undefined) === another,
    );
    const outcomes = there.map(([, outcome]) => outcome.slice(0, 60));
    const [usual = '-', ...others] = new Set(outcomes);
    const otherwise = others.map((outcome) => {
      const who = there.filter((_one, index) => outcomes[index] === outcome).map(([one]) => titled(one));
      return `${outcome}: ${who.join('; ')}`;
    });
    return [usual, ...otherwise].join(' | ');
  };
  const rows = table.map((row) => [row[0], ...columns.map(({ another, streamed }) => cell(row, streamed, another))]);
  const lines = [['fault', ...columns.map(({ another, streamed }) => column(streamed, another))], ...rows];
  const widths = lines[0]?.map((_, index) => Math.max(...lines.map((line) => line[index]?.length ?? 0))) ?? [];
  const shown = lines.map((line) =>
    line
      .map((text, index) => text.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return [...shown, '', ...pairs.map(([client, first, other]) => titled({ client, first, other }))].join('\n');
}

import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { afterAll, describe, it, type TestContext } from 'vitest';
import { RunningBroker, within } from '../../support/broker.ts';
import { type Asked, type FaultName, faultOf, words } from '../../upstreams/faults.ts';
import { OllamaStandIn, tokens } from '../../upstreams/ollama.ts';
import { OpenaiStandIn } from '../../upstreams/openai.ts';

/**
 * What an application sees that asks while a fault is at the first connection:
 *
 * - `whole`: the first connection's answer, as if nothing had been
 * - `other`: the other connection's answer
 * - `continued`: one answer without a seam, begun by the first connection and ended by the other
 * - `broken`: the beginning of an answer, then an error in its dialect and a connection that is cut
 * - `error STATUS`: an error in its dialect
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

/** What only one of the dialects has. */
const only: Partial<Record<Row[0], Asked['dialect']>> = {
  'no end mark': 'openai',
  'error behind the role': 'openai',
};

/** Seconds that the first connection has where its silence is the fault, and where it asks to be asked again and again. */
const timeouts: Partial<Record<Row[0], object>> = {
  silence: { firstByte: 1 },
  'silence after its head': { firstByte: 1, idle: 1 },
  'silence in the middle': { idle: 1 },
  '503, queue full': { queue: 1 },
};

/** One cell of the table. */
interface Case extends Asked {
  readonly another: boolean;
  readonly expected: Outcome;
}

const columns = [false, true].flatMap((another) =>
  (['ollama', 'openai'] as const).flatMap((dialect) =>
    [true, false].map((streamed) => ({ another, dialect, streamed })),
  ),
);

const titled = ({ another, dialect, streamed }: Omit<Case, 'expected'>): string =>
  `${dialect} ${streamed ? 'streamed' : 'whole'} ${another ? '+1' : 'alone'}`;

function casesOf([fault, , alone, withAnother]: Row): readonly Case[] {
  return columns.flatMap((column) => {
    const outcomes = column.another ? withAnother : alone;
    const expected = outcomes[column.streamed ? 'streamed' : 'whole'];
    return expected === '-' || (only[fault] ?? column.dialect) !== column.dialect ? [] : [{ ...column, expected }];
  });
}

const text = tokens.join('');
const seen = new Map<Row, Readonly<Record<string, string>>>();

describe.concurrent('an application sees of a fault at the first connection:', () => {
  for (const row of table) {
    const [fault, times] = row;
    it(fault, async ({ expect, onTestFinished }) => {
      const cases = await Promise.all(casesOf(row).map((one, index) => prepared(one, fault, index, onTestFinished)));
      const broker = await RunningBroker.start({
        config: { connections: cases.flatMap(({ configured }) => configured) },
      });
      onTestFinished(() => broker.release());

      const outcomes: Record<string, string> = {};
      seen.set(row, outcomes);
      for (const { one, first, model } of cases) {
        // It goes wrong behind the broker's back, whose check found it well.
        if (fault === 'nothing listens') await first.stop();
        else if (fault !== 'no TLS there') first.fault = faultOf(fault, one);
        outcomes[titled(one)] = await outcomeOf(broker, one, fault, model);
        await broker.until(({ requestsInFlight }) => requestsInFlight === 0);
      }
      expect(outcomes).toEqual(Object.fromEntries(cases.map(({ one }) => [titled(one), one.expected])));
      if (times === 'any') return;
      expect(cases.map(({ one, first }) => [titled(one), first.received.length])).toEqual(
        cases.map(({ one }) => [titled(one), times]),
      );
    });
  }
});

afterAll(() => {
  console.log(matrix());
});

/** The servers of a case: the first of the dialect's own kind, the other an Ollama. Nobody else has their model. */
async function prepared(one: Case, fault: Row[0], index: number, onTestFinished: TestContext['onTestFinished']) {
  const model = `model${index}:latest`;
  const first = one.dialect === 'ollama' ? new OllamaStandIn() : new OpenaiStandIn();
  if (first instanceof OpenaiStandIn) first.texts = tokens;
  const other = new OllamaStandIn();
  for (const standIn of [first, other]) {
    standIn.models = [model];
    await standIn.start();
    onTestFinished(() => standIn.stop());
  }
  const url = fault === 'no TLS there' ? first.origin.replace('http:', 'https:') : first.origin;
  const configured = [
    { id: `first${index}`, kind: one.dialect, url, timeouts: timeouts[fault] ?? {} },
    ...(one.another ? [{ id: `other${index}`, kind: 'ollama', url: other.origin }] : []),
  ];
  return { one, first, model, configured };
}

/** Asks as an application does. @returns what it sees, an outcome or what is wrong with it */
async function outcomeOf(
  broker: RunningBroker,
  { dialect, streamed }: Asked,
  fault: Row[0],
  model: string,
): Promise<string> {
  const path = dialect === 'ollama' ? '/api/chat' : '/v1/chat/completions';
  const sent = request(`${broker.address}${path}`, { method: 'POST', agent: false });
  sent.end(JSON.stringify({ model, stream: streamed, messages: [{ role: 'user', content: 'Hello!' }] }));
  const reply = await within(
    once(sent, 'response').then(([response]) => response as IncomingMessage),
    () => 'there is no answer',
  );
  const { body, cut } = await within(received(reply), () => 'the answer does not end');
  const status = reply.statusCode ?? 0;
  if (status !== 200) return cut ? 'an error that is cut' : errorIn(dialect, JSON.parse(body), status, fault);

  const answer = (streamed ? streamIn : wholeIn)[dialect](body);
  if (answer.problem !== undefined) return answer.problem;
  if (cut) {
    const begun = answer.text !== '' && text.startsWith(answer.text);
    return begun && answer.error && !answer.ended ? 'broken' : `cut: ${body}`;
  }
  if (answer.error || !answer.ended || answer.text !== text) return `a clean end of what is not whole: ${body}`;
  const by = String(reply.headers['x-cloudtolocalllm-connection']);
  const then = reply.trailers['x-cloudtolocalllm-continued'];
  const who = [by, ...(then === undefined ? [] : [then])].map((id) => id.replace(/\d+$/, '')).join(', then ');
  return named[who] ?? `answered by ${who}`;
}

const named: Partial<Record<string, Outcome>> = {
  first: 'whole',
  other: 'other',
  'first, then other': 'continued',
};

/** A body to its end, and whether that is a clean one. */
async function received(reply: IncomingMessage): Promise<{ body: string; cut: boolean }> {
  const chunks: Buffer[] = [];
  reply.on('data', (chunk: Buffer) => chunks.push(chunk));
  reply.on('error', () => undefined);
  await new Promise((resolve) => reply.once('close', resolve));
  return { body: Buffer.concat(chunks).toString('utf8'), cut: !reply.complete };
}

/** What an error says, if it has the dialect's shape. */
const messageOf = {
  ollama: (error: unknown) => (typeof error === 'string' && error !== '' ? error : undefined),
  openai(error: unknown): string | undefined {
    const { message, type } = (error ?? {}) as { message?: unknown; type?: unknown };
    return typeof message === 'string' && message !== '' && typeof type === 'string' ? message : undefined;
  },
};

/** An error's outcome, if it has the dialect's shape and hands on the words of a server that gave some. */
function errorIn(dialect: Asked['dialect'], body: unknown, status: number, fault: string): string {
  const { error } = body as { error: unknown };
  const message = messageOf[dialect](error);
  if (message === undefined) return `an error of another shape: ${JSON.stringify(body)}`;
  if (/^[45]\d\d/.test(fault) && !message.includes(words)) return `an error without the server’s words: ${message}`;
  return `error ${status}`;
}

/** What is in an answer: its text, whether it says that it is whole, and whether it says that it isn't. */
interface Answer {
  readonly text: string;
  readonly ended: boolean;
  readonly error: boolean;
  readonly problem?: string;
}

interface OllamaPart {
  readonly message?: { readonly content: string };
  readonly done?: boolean;
  readonly error?: unknown;
}

interface OpenaiPart {
  readonly choices?: readonly {
    readonly delta?: { readonly content?: string };
    readonly message?: { readonly content: string };
    readonly finish_reason: string | null;
  }[];
  readonly error?: unknown;
}

const wholeIn = {
  ollama: (body: string): Answer => ofOllama([JSON.parse(body) as OllamaPart]),
  openai: (body: string): Answer => ofOpenai([JSON.parse(body) as OpenaiPart]),
};

const streamIn = {
  ollama(body: string): Answer {
    const lines = body.split('\n');
    if (lines.pop() !== '') return { ...nothing, problem: `the last line has no end: ${body}` };
    return ofOllama(lines.map((line) => JSON.parse(line) as OllamaPart));
  },

  openai(body: string): Answer {
    const events = body.split(/\n{2,}/);
    if (events.pop() !== '') return { ...nothing, problem: `the last event has no end: ${body}` };
    const data = events.map((event) => event.replace(/^data: /, ''));
    const parts = data.filter((one) => one !== '[DONE]').map((one) => JSON.parse(one) as OpenaiPart);
    const answer = ofOpenai(parts);
    return { ...answer, ended: answer.ended && data.indexOf('[DONE]') === data.length - 1 };
  },
};

const nothing: Answer = { text: '', ended: false, error: false };

function ofOllama(parts: readonly OllamaPart[]): Answer {
  return {
    text: parts.map(({ message }) => message?.content ?? '').join(''),
    ended: parts.findIndex(({ done }) => done === true) === parts.length - 1,
    error: messageOf.ollama(parts.at(-1)?.error) !== undefined,
  };
}

function ofOpenai(parts: readonly OpenaiPart[]): Answer {
  const choices = parts.flatMap((part) => part.choices ?? []);
  return {
    text: choices.map(({ delta, message }) => (delta ?? message)?.content ?? '').join(''),
    ended: choices.filter(({ finish_reason }) => finish_reason !== null).length === 1,
    error: messageOf.openai(parts.at(-1)?.error) !== undefined,
  };
}

/** What was seen, as a table. */
function matrix(): string {
  const rows = table.map((row) => [row[0], ...columns.map((column) => seen.get(row)?.[titled(column)] ?? '-')]);
  const lines = [['fault', ...columns.map(titled)], ...rows].map((line) => line.map((cell) => cell.slice(0, 50)));
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => line[index + 1]?.length ?? 0)));
  const first = Math.max(...lines.map(([name = '']) => name.length));
  return lines
    .map((line) => line.map((cell, index) => cell.padEnd(index === 0 ? first : (widths[index - 1] ?? 0))))
    .map((cells) => cells.join('  ').trimEnd())
    .join('\n');
}

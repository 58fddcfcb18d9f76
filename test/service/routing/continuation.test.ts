import { describe, expect, it } from 'vitest';
import type { Dialect } from '../../../service/dialects/dialect.js';
import { askAs, type ClientName, type Question, type Seen } from '../../support/clients.ts';
import { AnthropicStandIn } from '../../upstreams/anthropic.ts';
import { OpenaiStandIn } from '../../upstreams/openai.ts';
import { tokens } from '../../upstreams/said.ts';
import { type Place, type Release, serving } from './serving.ts';

type Body = Readonly<Record<string, unknown>>;

const clientNames = ['ollama', 'openai', 'responses', 'anthropic'] as const;
const dialects = ['ollama', 'openai', 'anthropic'] as const;
const text = tokens.join('');
const thoughts = 'Let me see…';
const schema = { type: 'object', properties: { city: { type: 'string' } } };

/** What a server sends before its first token. */
const head: Readonly<Record<Dialect, number>> = { ollama: 0, openai: 1, anthropic: 3 };
/** What it sends of thoughts, before the text behind them. */
const thinking: Readonly<Record<Dialect, number>> = { ollama: 4, openai: 4, anthropic: 4 + 3 };

/** One answer: who asks, and who breaks off behind how many pieces, but for the last. */
interface Case {
  readonly client: ClientName;
  readonly from: readonly Dialect[];
  readonly cuts: readonly number[];
  readonly question?: Partial<Question>;
}

/** A case, what the application has of the answer or what is wrong with it, and where it came from. */
interface Answered {
  readonly one: Case;
  readonly seen: Seen | string;
  readonly place: Place;
}

/** Asks for all the answers at once. */
async function answersTo(
  cases: readonly Case[],
  onTestFinished: Release,
  alter: (place: Place) => void = () => undefined,
): Promise<readonly Answered[]> {
  const { broker, places } = await serving(
    cases.map(({ from }) => from),
    onTestFinished,
  );
  return Promise.all(
    cases.map(async (one, index) => {
      const { client, cuts, question } = one;
      const place = places[index] ?? { model: '', servers: [], ids: [] };
      for (const [at, cutAfter] of cuts.entries()) {
        const server = place.servers[at];
        if (server !== undefined) server.fault = { cutAfter };
      }
      alter(place);
      const { model } = place;
      const asked = askAs(client, broker.address, { model, streamed: true, ...question });
      // One that can't be read is told beside the others.
      return { one, place, seen: await asked.catch((error: unknown) => String(error)) };
    }),
  );
}

/** An answer in short: what it says, whether it is whole, and which servers told it, by their places. */
function inShort({ seen, place: { ids } }: Answered): object | string {
  if (typeof seen === 'string') return seen;
  const { text: said, ended, cut, error, by } = seen;
  return { said, by: by.map((id) => ids.indexOf(id)), ...(ended && !cut && error === undefined ? {} : { error, cut }) };
}

const titled = ({ client, from, cuts }: Case): string => `${client} from ${from.join(', ')} cut at ${cuts.join(', ')}`;

/** Shows that each answer comes to the same. */
async function expectAll(
  cases: readonly Case[],
  expected: object,
  onTestFinished: Release,
  alter?: (place: Place) => void,
): Promise<readonly Answered[]> {
  const answers = await answersTo(cases, onTestFinished, alter);
  expect(answers.map((answer) => [titled(answer.one), inShort(answer)])).toEqual(
    cases.map((one) => [titled(one), expected]),
  );
  return answers;
}

/** Where a server breaks off, so that the client has this many tokens. @param before what it had already */
function cutBehind(dialect: Dialect, count: number, before: number): number {
  // A server of OpenAI's API that isn't known to go on begins anew.
  return head[dialect] + (dialect === 'openai' ? count : count - before);
}

const orders: readonly (readonly Dialect[])[] = dialects.flatMap((first) =>
  dialects.flatMap((second) =>
    dialects.flatMap((third) => (new Set([first, second, third]).size === 3 ? [[first, second, third]] : [])),
  ),
);

describe.concurrent('an answer that breaks off', () => {
  it('is gone on with twice, whatever the servers speak and whoever asks', async ({ onTestFinished }) => {
    const cases = clientNames.flatMap((client) =>
      orders.map((from) => ({
        client,
        from,
        cuts: from.slice(0, 2).map((dialect, at) => cutBehind(dialect, 2 + 2 * at, 2 * at)),
      })),
    );
    const answers = await expectAll(cases, { said: text, by: [0, 1, 2] }, onTestFinished);
    const asked = answers.map(({ place: { servers } }) => servers.map(({ received }) => received.length));
    expect(asked).toEqual(cases.map(() => [1, 1, 1]));
  });

  it('is gone on with by its own dialect and by others in turn', async ({ onTestFinished }) => {
    const cases = dialects.flatMap((client) =>
      dialects
        .filter((other) => other !== client)
        .flatMap((other) => [
          [client, client, other, client],
          [other, client, client, other],
        ])
        .map((from) => ({
          client,
          from,
          cuts: from.slice(0, 3).map((dialect, at) => cutBehind(dialect, 2 + 2 * at, 2 * at)),
        })),
    );
    await expectAll(cases, { said: text, by: [0, 1, 2, 3] }, onTestFinished);
  });

  it('goes on wherever it was cut, between its thoughts and its end', async ({ onTestFinished }) => {
    const cases = (
      [
        ['ollama', 'ollama'],
        ['openai', 'openai'],
        ['anthropic', 'anthropic'],
        ['responses', 'ollama'],
      ] as const
    )
      .flatMap(([client, first]) => dialects.map((second) => ({ client, from: [first, second] })))
      .flatMap(({ client, from }) => {
        const [first = 'ollama'] = from;
        const begins = head[first] + 1;
        const ends = head[first] + thinking[first] + tokens.length;
        return Array.from({ length: ends - begins + 1 }, (_, at) => ({
          ...{ client, from, cuts: [begins + at], question: { thinks: true } },
        }));
      });
    const answers = await expectAll(cases, { said: text, by: [0, 1] }, onTestFinished);
    // What was thought stays, and is thought again only where there is no answer yet.
    const thought = answers.map(({ seen }) => (typeof seen === 'string' ? seen : seen.thoughts));
    const possible = Array.from({ length: thoughts.length + 1 }, (_, length) => thoughts.slice(0, length) + thoughts);
    expect(thought.filter((told) => !possible.includes(told))).toEqual([]);
  });
});

describe.concurrent('whoever goes on with an answer', () => {
  /** What a server is asked that goes on with an answer, for each kind of client. */
  async function asked(second: Dialect, question: Partial<Question>, said: string, onTestFinished: Release) {
    const cases = clientNames.map((client): Case => {
      const first = second === 'ollama' ? 'openai' : 'ollama';
      const cuts = [head[first] + (question.schema === undefined ? 2 : 1)];
      return { client, from: [first, second], cuts, question };
    });
    const answers = await expectAll(cases, { said, by: [0, 1] }, onTestFinished);
    return answers.map(({ place: { servers } }) => servers[1]?.received[0]?.body ?? {});
  }

  const turns = (body: Body): unknown => (body.messages as { role: string }[]).map(({ role }) => role);

  it.for<[server: Dialect, limit: (body: Body) => unknown, left: number, roles: readonly string[]]>([
    ['ollama', ({ options }) => (options as Body).num_predict, 98, ['user', 'assistant']],
    ['anthropic', ({ max_tokens }) => max_tokens, 98, ['user', 'assistant']],
    // It isn't known to go on from text.
    ['openai', ({ max_tokens, max_completion_tokens: most }) => most ?? max_tokens, 100, ['user']],
  ])('may say what is left of a limit, unless it begins anew: %s', async (row, { onTestFinished }) => {
    const [server, limit, left, roles] = row;
    const bodies = await asked(server, { limit: 100 }, text, onTestFinished);
    expect(bodies.map((body) => [limit(body), turns(body)])).toEqual(bodies.map(() => [left, roles]));
  });

  it.for(dialects)('begins anew where the answer must have a format: %s', async (server, { onTestFinished }) => {
    const bodies = await asked(server, { schema, limit: 100 }, '{"city":"Köln"}', onTestFinished);
    expect(bodies.map(turns)).toEqual(bodies.map(() => ['user']));
  });

  it('may only at its end turn out to have told something new', async ({ onTestFinished }) => {
    // It is what the answer begins with, and might be followed by all the rest of it.
    const again = tokens.slice(0, 1);
    const cases = clientNames.flatMap((client) =>
      dialects.map((first) => ({ client, from: [first, 'anthropic' as const], cuts: [cutBehind(first, 2, 0)] })),
    );
    const said = [...tokens.slice(0, 2), ...again].join('');
    await expectAll(cases, { said, by: [0, 1] }, onTestFinished, ({ servers: [, second] }) => {
      if (second instanceof AnthropicStandIn) second.texts = [...again];
    });
  });

  it('may be the next but one where the next tells another answer', async ({ onTestFinished }) => {
    const cases = clientNames.flatMap((client) =>
      dialects.map((first): Case => {
        return { client, from: [first, 'openai', 'ollama'], cuts: [cutBehind(first, 2, 0)] };
      }),
    );
    await expectAll(cases, { said: text, by: [0, 2] }, onTestFinished, ({ servers: [, second] }) => {
      if (second instanceof OpenaiStandIn) second.texts = ['Good', ' day', '.'];
    });
  });

  it('is named also where it has told but the end', async ({ onTestFinished }) => {
    const cases = clientNames.map((client): Case => {
      return { client, from: ['ollama', 'openai'], cuts: [tokens.length] };
    });
    await expectAll(cases, { said: text, by: [0, 1] }, onTestFinished, ({ servers: [, second] }) => {
      // It tells neither figures nor an end mark.
      if (second !== undefined) second.fault = { missing: 2 };
    });
  });

  it('is the next but one where the next can’t be asked', async ({ onTestFinished }) => {
    // Ollama doesn't fetch pictures.
    const image_url = { url: 'https://example.com/a.png' };
    const content = [{ type: 'image_url', image_url }];
    const cases = [
      { client: 'openai', from: ['openai', 'ollama', 'anthropic'], cuts: [cutBehind('openai', 2, 0)] },
    ] as const;
    const question = { messages: [{ role: 'user', content }] };
    await expectAll(
      cases.map((one) => ({ ...one, question })),
      { said: text, by: [0, 2] },
      onTestFinished,
    );
  });
});

describe.concurrent('a tool call', () => {
  /** Pieces up to the middle of its arguments; Ollama's is whole, and the end is missing. */
  const within: Readonly<Record<Dialect, number>> = { ollama: 1, openai: 3, anthropic: 5 };

  it('is never gone on with, but ends with an error', async ({ onTestFinished }) => {
    const cases = clientNames.flatMap((client) =>
      dialects.map((first): Case => {
        return { client, from: [first, 'ollama'], cuts: [within[first]], question: { tools: true } };
      }),
    );
    const answers = await answersTo(cases, onTestFinished);
    const ends = answers.map(({ one, seen, place: { servers } }) => {
      if (typeof seen === 'string') return seen;
      const { error, ended, cut, status } = seen;
      return [titled(one), servers[1]?.received.length, { told: error !== undefined, ended, cut }, status];
    });
    expect(ends).toEqual(
      cases.map((one) => {
        // To Ollama's clients calls are told whole: nothing has been said yet.
        const silent = one.client === 'ollama' && one.from[0] !== 'ollama';
        return [titled(one), 0, { told: true, ended: false, cut: !silent }, silent ? 502 : 200];
      }),
    );
  });
});

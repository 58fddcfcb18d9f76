import { describe, it } from 'vitest';
import { askAs, type ClientName } from '../../support/clients.ts';
import { tokens } from '../../upstreams/said.ts';
import type { Fault } from '../../upstreams/server.ts';
import { serving } from './serving.ts';

/** A call whose arguments are no JSON object, as small models write them. */
const called = { name: 'weather', arguments: '{"city": Köln}' };

/** An answer of OpenAI's API that makes it: whole, or streamed behind the role. */
const calls: Readonly<Record<'whole' | 'streamed', Fault>> = {
  whole: {
    status: 200,
    body: {
      ...{ id: 'chatcmpl-1', object: 'chat.completion', created: 1, model: 'm' },
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: null, tool_calls: [{ id: 'a', type: 'function', function: called }] },
          finish_reason: 'tool_calls',
        },
      ],
    },
  },
  streamed: {
    after: 1,
    piece: [{ tool_calls: [{ index: 0, id: 'a', type: 'function', function: called }] }, {}]
      .map((delta, index) => {
        const choices = [{ index: 0, delta, finish_reason: index === 0 ? null : 'tool_calls' }];
        const head = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1_760_000_000, model: 'm' };
        return `data: ${JSON.stringify({ ...head, choices })}\n\n`;
      })
      .concat('data: [DONE]\n\n')
      .join(''),
    then: 'ends',
  },
};

/**
 * What an application sees: the answer of the first connection, or of the other; an error with a status; or an error
 * behind what it has been told, and a connection that is cut.
 */
type Outcome = 'first' | 'other' | 502 | 'broken';

describe.concurrent('a call whose arguments are no JSON object', () => {
  it.for<[client: ClientName, how: 'whole' | 'streamed', alone: Outcome, withAnother: Outcome]>([
    // They are an object to these.
    ['ollama', 'whole', 502, 'other'],
    ['anthropic', 'whole', 502, 'other'],
    ['anthropic', 'streamed', 'broken', 'broken'],
    // Nothing is told of a call before it is whole.
    ['ollama', 'streamed', 502, 502],
    // They are a string to these.
    ['openai', 'whole', 'first', 'first'],
    ['openai', 'streamed', 'first', 'first'],
    ['responses', 'whole', 'first', 'first'],
    ['responses', 'streamed', 'first', 'first'],
  ])(
    'is to a client of %s, %s: %s alone, and %s beside another connection',
    async (row, { expect, onTestFinished }) => {
      const [client, how, ...expected] = row;
      const { broker, places } = await serving([['openai'], ['openai', 'ollama']], onTestFinished);
      const outcomes: Outcome[] = [];
      for (const { model, servers, ids } of places) {
        const [first] = servers;
        if (first !== undefined) first.fault = calls[how];
        const { status, error, cut, by, text } = await askAs(client, broker.address, {
          model,
          streamed: how === 'streamed',
        });
        if (error !== undefined) expect(error).toMatch(/"weather".*arguments that are no JSON object/);
        const outcome = status === 502 ? 502 : error !== undefined ? 'broken' : by[0] === ids[0] ? 'first' : 'other';
        expect([cut, text]).toEqual([outcome === 'broken', outcome === 'other' ? tokens.join('') : '']);
        outcomes.push(outcome);
      }
      expect(outcomes).toEqual(expected);
    },
  );
});

describe.concurrent('a request that a connection can’t be told', () => {
  // Ollama doesn't fetch pictures; who speaks of what they are tells this in its own words.
  const url = 'https://example.com/a.png';
  const pictures = {
    openai: [{ type: 'image_url', image_url: { url } }],
    responses: [{ type: 'input_image', image_url: url }],
    anthropic: [{ type: 'image', source: { type: 'url', url } }],
  };

  it.for(['openai', 'responses', 'anthropic'] as const)('of %s', async (client, { expect, onTestFinished }) => {
    const { broker, places } = await serving(
      [['ollama'], ['ollama', 'anthropic'], ['ollama', 'openai'], ['ollama', 'openai']],
      onTestFinished,
    );
    const last = places[3]?.servers[1];
    if (last !== undefined) last.fault = { status: 500, body: {} };
    const outcomes = [];
    for (const { model, servers, ids } of places) {
      const messages = [{ role: 'user', content: pictures[client] }];
      const { status, error, by } = await askAs(client, broker.address, { model, streamed: true, messages });
      outcomes.push([
        servers[0]?.received.length,
        status,
        by.map((id) => ids.indexOf(id)),
        (error ?? '').includes('picture'),
      ]);
    }
    expect(outcomes).toEqual([
      // Says why, since nobody else is left.
      [0, 400, [], true],
      [0, 200, [1], false],
      [0, 200, [1], false],
      // Says what happened to whom.
      [0, 502, [], true],
    ]);
  });
});

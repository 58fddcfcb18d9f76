import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChatRequest, Message, Part } from '../../../../service/dialects/chat.js';
import { type Fields, isObject } from '../../../../service/dialects/fields.js';
import { ollamaChat, ollamaServer } from '../../../../service/dialects/ollama/api.js';
import { answersWith, byKind, counted, object, perhaps, word } from '../arbitraries.js';
import { eventsOf, joined, replyOptions, writtenBy } from '../vectors.js';

const answers = answersWith({ reasons: ['stop', 'length'], usage: perhaps(counted) });

const text = word.map((some): readonly Part[] => [{ type: 'text', text: some }]);

/** Any turn of a conversation, with the results of the calls in it. */
const turn = fc
  .record({
    system: fc.option(text, { nil: undefined }),
    user: text,
    reply: text,
    thought: fc.option(word, { nil: undefined }),
    calls: fc.uniqueArray(fc.record({ id: word, name: word, arguments: object }), {
      maxLength: 3,
      selector: ({ id }) => id,
    }),
  })
  .map(({ system, user, reply, thought, calls }): readonly Message[] => [
    ...(system === undefined ? [] : [{ role: 'system', content: system } as const]),
    { role: 'user', content: user },
    { role: 'assistant', content: reply, thinking: thought === undefined ? undefined : { text: thought }, calls },
    ...calls.map(({ id, name }) => ({ role: 'tool', callId: id, name, content: reply, failed: false }) as const),
  ]);

const number = fc.option(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
  { nil: undefined },
);
const whole = fc.option(fc.integer({ min: 1 }), { nil: undefined });

/** Any request that Ollama has words for. */
const request: fc.Arbitrary<ChatRequest> = fc.record({
  model: word.filter((name) => name.trim() !== ''),
  messages: fc.array(turn, { minLength: 1, maxLength: 3 }).map((turns) => turns.flat()),
  stream: fc.boolean(),
  limit: whole,
  contextLength: whole,
  sampling: fc.record({
    temperature: number,
    topP: number,
    topK: whole,
    minP: number,
    seed: whole,
    frequencyPenalty: number,
    presencePenalty: number,
    repeatPenalty: number,
    stop: fc.option(fc.array(word, { minLength: 1, maxLength: 2 }), { nil: undefined }),
  }),
  tools: fc.array(fc.record({ name: word, description: fc.option(word, { nil: undefined }), parameters: object }), {
    maxLength: 2,
  }),
  format: fc.option(
    fc.oneof(
      fc.constant({ type: 'json' as const }),
      object.map((schema) => ({ type: 'schema' as const, schema })),
    ),
    { nil: undefined },
  ),
  thinking: fc.option(
    fc.constantFrom(
      { wanted: false },
      { wanted: true },
      { wanted: true, effort: 'low' as const },
      { wanted: true, effort: 'max' as const },
    ),
    { nil: undefined },
  ),
  logprobs: fc.option(fc.nat(20), { nil: undefined }),
  keepAlive: fc.option(fc.oneof(word, fc.integer()), { nil: undefined }),
});

/** As it is after it was written as JSON: the order of keys that are numbers, and -0. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

function isFields(value: unknown): Fields {
  if (!isObject(value)) throw new Error('no JSON object was written');
  return value;
}

describe('what goes to Ollama’s dialect and back is the same', () => {
  it('as an answer that is streamed', () => {
    fc.assert(
      fc.property(answers, (events) => {
        const stream = writtenBy(ollamaChat.encoder(replyOptions(true)), events);
        expect(joined(eventsOf(ollamaServer, [Buffer.from(stream)]))).toEqual(joined(events));
      }),
      { seed: 41 },
    );
  });

  it('as an answer that is told whole, but for the order of text, thoughts and calls', () => {
    fc.assert(
      fc.property(answers, (events) => {
        const whole: unknown = JSON.parse(writtenBy(ollamaChat.encoder(replyOptions(false)), events));
        expect(joined(ollamaServer.whole(isFields(whole)))).toEqual(joined(byKind(events)));
      }),
      { seed: 42 },
    );
  });

  it('as a request', () => {
    fc.assert(
      fc.property(request, (asked) => {
        const { fields, dropped } = ollamaServer.encode(asked);
        expect(dropped).toEqual([]);
        const read = ollamaChat.decode(isFields(plain(fields)));
        expect(read.dropped).toEqual([]);
        expect(read.request).toEqual(isFields(plain(asked)));
      }),
      { seed: 43 },
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ClientApi } from '../../../../service/dialects/codec.js';
import { type ErrorKind, statusOf } from '../../../../service/dialects/dialect.js';
import { openaiEmbeddings } from '../../../../service/dialects/embeddings.js';
import type { ChatEvent } from '../../../../service/dialects/events.js';
import type { Fields } from '../../../../service/dialects/fields.js';
import { ollamaServer } from '../../../../service/dialects/ollama/api.js';
import { openaiChat, openaiCompletions } from '../../../../service/dialects/openai/api.js';
import { openaiError } from '../../../../service/dialects/openai/errors.js';
import { openaiFraming } from '../../../../service/dialects/openai/frames.js';
import { openaiModels } from '../../../../service/dialects/openai/listings.js';
import { openaiResponses } from '../../../../service/dialects/openai/responses/api.js';
import { streamedFailure } from '../../../../service/dialects/openai/responses/errors.js';
import { type Before, nativeRendering, Translator } from '../../../../service/dialects/rendering.js';
import { answersWith, countedInDetail, perhaps } from '../arbitraries.js';
import { framesOf } from '../cuts.js';
import { answersIn, type Language, replyOptions, requestsIn, writtenBy } from '../vectors.js';
import type { Published } from './published.js';
import { faultsIn } from './schema.js';

/** What a request is answered with. */
interface Reply {
  readonly what: string;
  readonly api: ClientApi;
  readonly request: Fields;
  readonly whole: keyof Published;
  readonly piece: keyof Published;
}

const chat = { api: openaiChat, whole: 'chatCompletion', piece: 'chatCompletionChunk' } as const;
const completion = { api: openaiCompletions, whole: 'completion', piece: 'completionChunk' } as const;
const response = { api: openaiResponses, whole: 'response', piece: 'responseEvent' } as const;
const withUsage = { stream_options: { include_usage: true } };

/** Those that servers stream, too, so that one may go on with another's. */
const resumable: readonly Reply[] = [
  { what: 'a chat completion', ...chat, request: withUsage },
  { what: 'a text completion', ...completion, request: withUsage },
];
const replies: readonly Reply[] = [
  ...resumable,
  { what: 'a chat completion without usage', ...chat, request: {} },
  { what: 'a chat completion for functions', ...chat, request: { functions: [{ name: 'now' }] } },
  { what: 'a text completion without usage', ...completion, request: {} },
  { what: 'a response', ...response, request: { model: 'm', input: 'Hi' } },
];

const errorKinds = Object.keys(statusOf) as ErrorKind[];

const start: ChatEvent = { type: 'start', model: 'm' };
const finish: ChatEvent = { type: 'finish', reason: 'stop', usage: { prompt: 9, answer: 3 } };

/** The objects in what is written: the data of server-sent events, or the one that it is. */
function objectsIn(written: string): readonly Fields[] {
  return written
    .split('\n')
    .map((line) => line.replace(/^data: /, ''))
    .filter((line) => line.startsWith('{'))
    .map((json) => JSON.parse(json) as Fields);
}

/** What isn't as published of what is written. What says neither its type nor its object must be an error. */
function faultsOf(name: keyof Published, written: string): readonly string[] {
  const objects = objectsIn(written);
  if (objects.length === 0) return ['nothing is written'];
  return objects.flatMap((object) => faultsIn('object' in object || 'type' in object ? name : 'error', object));
}

/** The same of an answer, streamed and whole. */
function faults({ api, request, whole, piece }: Reply, events: readonly ChatEvent[]): readonly string[] {
  const written = (streamed: boolean): string =>
    writtenBy(api.encoder(replyOptions(streamed, { fields: request })), events);
  return [...faultsOf(piece, written(true)), ...faultsOf(whole, written(false))];
}

/** Answers of all that a server can say. */
const answers = answersWith({
  signatures: true,
  probabilities: true,
  stopSequences: true,
  turns: true,
  reasons: ['stop', 'length', 'filter'],
  usage: perhaps(countedInDetail),
});
/** The same of servers that give calls no ids, as Ollama's API has none. */
const withoutIds = answers.map((events) =>
  events.map((event): ChatEvent => (event.type === 'toolCall' ? { ...event, id: '' } : event)),
);
/** Where an answer breaks off, behind its start. */
const brokenOff = fc
  .tuple(answers, fc.nat())
  .map(([events, place]) => [1 + (place % (events.length - 1)), events] as const);
const failed = fc
  .tuple(brokenOff, fc.constantFrom(...errorKinds))
  .map(([[place, events], kind]): readonly ChatEvent[] => [
    ...events.slice(0, place),
    { type: 'error', kind, message: 'gone' },
  ]);
const goneOnWith = brokenOff.map(([place, events]): readonly ChatEvent[] => [
  ...events.slice(0, place),
  { type: 'start', model: 'other' },
  ...events.slice(place),
]);

describe.each(replies)('$what is as OpenAI publishes it', (reply) => {
  it.each(answersIn('openai'))('in the words of the vectors: $what', ({ events }) => {
    expect(faults(reply, events)).toEqual([]);
  });

  it.each([
    ['says', answers],
    ['says, without ids of calls', withoutIds],
    ['says until it fails', failed],
    ['and another say together', goneOnWith],
  ])('whatever a server %s', (_what, said) => {
    fc.assert(
      fc.property(said, (events) => {
        expect(faults(reply, events)).toEqual([]);
      }),
      { seed: 20 },
    );
  });
});

describe.each(resumable)('$what that goes on from another server’s is as OpenAI publishes it', (reply) => {
  const first = { id: 'first', created: 7 };
  const before: Before = { first, last: first, thought: true, text: 'One' };
  const encoder = () => reply.api.encoder(replyOptions(true, { fields: reply.request }));
  const calls = ({ events }: { readonly events: readonly ChatEvent[] }) =>
    events.some(({ type }) => type === 'toolCall');
  /** Text completions have no calls. */
  const vectors = (language: Language) => answersIn(language).filter((one) => reply.api === openaiChat || !calls(one));

  it.each(vectors('ollama'))('translated: $what', ({ stream }) => {
    const frames = framesOf(ollamaServer.framing, [Buffer.from(stream)]).filter(({ error }) => !error);
    const rendering = new Translator(encoder()).rendering(ollamaServer.decoder(), before);
    const written = frames.map((frame) => String(rendering.part(frame, frame.text)));
    expect(faultsOf(reply.piece, written.join(''))).toEqual([]);
  });

  it.each(vectors('openai'))('as it comes: $what', ({ events }) => {
    const stream = writtenBy(encoder(), events);
    const frames = framesOf(openaiFraming, [Buffer.from(stream)]).filter(({ error, last }) => !error && !last);
    const rendering = nativeRendering(openaiFraming, before);
    const written = frames.map((frame) => String(rendering.part(frame, frame.text)));
    expect(faultsOf(reply.piece, written.join(''))).toEqual([]);
  });
});

describe('what a response says again of its request is as OpenAI publishes it', () => {
  const tool = { type: 'function', name: 'now' };
  const schema = { type: 'object', properties: {} };

  it.each<[what: string, request: Fields]>([
    ...requestsIn('responses').map(({ what, fields }): [string, Fields] => [what, fields]),
    ['a tool that says all', { tools: [{ ...tool, description: 'Time.', parameters: schema, strict: true }] }],
    ['a tool of nothing but its name', { tools: [{ name: 'now' }] }],
    ['a tool that OpenAI runs', { tools: [tool, { type: 'web_search' }] }],
    ['a tool of several that must be called', { tools: [tool], tool_choice: { type: 'function', name: 'now' } }],
    [
      'tools of which some are allowed',
      { tools: [tool], tool_choice: { type: 'allowed_tools', mode: 'auto', tools: [tool] } },
    ],
    ['JSON', { text: { format: { type: 'json_object' }, verbosity: 'medium' } }],
    ['a schema with a name', { text: { format: { type: 'json_schema', name: 'p', schema, strict: true } } }],
    ['a schema without a name', { text: { format: { type: 'json_schema', schema } } }],
    [
      'everything else',
      {
        instructions: 'Be.',
        max_output_tokens: 9,
        metadata: { a: 'b' },
        reasoning: { effort: 'xhigh', summary: 'auto' },
        temperature: 0.5,
        tool_choice: 'none',
        top_logprobs: 2,
        top_p: 0.9,
        user: 'me',
        safety_identifier: 'me',
      },
    ],
    [
      'null, which says nothing',
      {
        instructions: null,
        max_output_tokens: null,
        metadata: null,
        parallel_tool_calls: null,
        reasoning: { effort: null, summary: null },
        temperature: null,
        text: { format: null },
        tool_choice: null,
        tools: null,
        top_logprobs: null,
        top_p: null,
        user: null,
        safety_identifier: null,
      },
    ],
    ['null for what may have parts', { reasoning: null, text: null }],
  ])('%s', (_what, request) => {
    const asked = { model: 'm', input: 'Hi', ...request };
    expect(() => openaiResponses.decode(asked)).not.toThrow();
    expect(faults({ what: 'a response', ...response, request: asked }, [start, finish])).toEqual([]);
  });
});

describe('what isn’t said by a model is as OpenAI publishes it', () => {
  it.each<[what: string, name: keyof Published, value: Fields]>([
    ['embeddings', 'embeddings', openaiEmbeddings.reply({ model: 'm', vectors: [[0.5, -1]], tokens: 3 }, {}, 1)],
    [
      'embeddings of unknown length',
      'embeddings',
      openaiEmbeddings.reply({ model: 'm', vectors: [], tokens: undefined }, { encoding_format: 'float' }, 1),
    ],
    [
      'embeddings in base64',
      'embeddingsInBase64',
      openaiEmbeddings.reply({ model: 'm', vectors: [[0.5, -1]], tokens: 3 }, { encoding_format: 'base64' }, 1),
    ],
    ['no models', 'models', openaiModels([])],
  ])('%s', (_what, name, value) => {
    expect(faultsIn(name, value)).toEqual([]);
  });

  it.each<[what: string, listing: Fields]>([
    ['Ollama', { name: 'm', model: 'm', modified_at: '2026-01-02T03:04:05.678+01:00', size: 1, digest: 'd' }],
    ['Anthropic', { type: 'model', id: 'm', display_name: 'M', created_at: '2026-02-03T00:00:00Z' }],
    ['OpenAI', { id: 'm', object: 'model', created: 1_700_000_000, owned_by: 'openai' }],
    ['DeepSeek', { id: 'm', object: 'model', owned_by: 'deepseek' }],
    ['a server that says no more than it must', { id: 'm' }],
  ])('a model as %s lists it', (_what, listing) => {
    const list = openaiModels([{ name: 'm', listing, connection: 'a' }]);
    expect([
      ...faultsIn('models', list),
      ...(list.data as Fields[]).flatMap((model) => faultsIn('model', model)),
    ]).toEqual([]);
  });

  it.each(errorKinds)('an error: %s', (kind) => {
    expect(faultsIn('error', openaiError(kind, 'No.'))).toEqual([]);
    expect(faultsOf('responseEvent', streamedFailure(kind, 'No.', 4))).toEqual([]);
  });
});

describe('what OpenAI doesn’t publish is a fault', () => {
  const events: readonly ChatEvent[] = [start, { type: 'text', text: 'Hi' }, finish];
  const written = ({ api }: Pick<Reply, 'api'>, streamed: boolean): readonly Fields[] =>
    objectsIn(writtenBy(api.encoder(replyOptions(streamed)), events));
  const [[whole = {}], [chunk = {}]] = [written(chat, false), written(chat, true)];
  const [[answer = {}], deltas] = [written(response, false), written(response, true)];
  const delta = deltas.find(({ type }) => type === 'response.output_text.delta') ?? {};
  const { error } = openaiError('invalid', 'No.');
  /** Without a field. */
  const less = (fields: Fields, name: string): Fields =>
    Object.fromEntries(Object.entries(fields).filter(([one]) => one !== name));
  const missing = (name: string): string => `must have required property '${name}'`;
  const unknown = 'must NOT have additional properties';

  it.each<[what: string, name: keyof Published, value: Fields, fault: string]>([
    ['a chat completion without its id', 'chatCompletion', less(whole, 'id'), ` ${missing('id')}`],
    ['a chunk without its choices', 'chatCompletionChunk', less(chunk, 'choices'), ` ${missing('choices')}`],
    ['a response without its tools', 'response', less(answer, 'tools'), ` ${missing('tools')}`],
    ['an event without its number', 'responseEvent', less(delta, 'sequence_number'), ` ${missing('sequence_number')}`],
    ['an error without its code', 'error', { error: less(error as Fields, 'code') }, `/error ${missing('code')}`],
    ['a time that is a text', 'chatCompletion', { ...whole, created: '1' }, '/created must be number'],
    ['another object', 'chatCompletionChunk', { ...chunk, object: 'chunk' }, '/object must be equal to constant'],
    ['a text that is a number', 'responseEvent', { ...delta, delta: 1 }, '/delta must be string'],
    ['an event of an unknown type', 'responseEvent', { ...delta, type: 'x' }, ' value of tag "type" must be in oneOf'],
    ['an unknown field', 'chatCompletion', { ...whole, x: 1 }, ` ${unknown} {"additionalProperty":"x"}`],
    ['an unknown field of an event', 'responseEvent', { ...delta, x: 1 }, ` ${unknown} {"additionalProperty":"x"}`],
    [
      'an unknown field of an item',
      'response',
      { ...answer, output: (answer.output as Fields[]).map((item) => ({ ...item, x: 1 })) },
      `/output/0 ${unknown} {"additionalProperty":"x"}`,
    ],
    [
      'an unknown field of a delta',
      'chatCompletionChunk',
      { ...chunk, choices: (chunk.choices as Fields[]).map((choice) => ({ ...choice, delta: { x: 1 } })) },
      `/choices/0/delta ${unknown} {"additionalProperty":"x"}`,
    ],
    ['what the client adds', 'response', { ...answer, output_text: 'Hi' }, '/output_text must NOT be valid'],
    [
      'what only a piece may say',
      'completion',
      { ...whole, object: 'text_completion', choices: [{ text: '', index: 0, logprobs: null, finish_reason: null }] },
      '/choices/0/finish_reason must be string',
    ],
  ])('%s', (_what, name, value, fault) => {
    expect(faultsIn(name, value)).toContainEqual(expect.stringContaining(fault));
  });

  it('and what is written for the same is none', () => {
    expect([...faultsIn('chatCompletion', whole), ...faultsIn('responseEvent', delta)]).toEqual([]);
  });
});

import fc from 'fast-check';
import OpenAI from 'openai';
import { accumulateResponse } from 'openai/lib/responses/ResponseAccumulator';
import type { Response as Answer, ResponseStreamEvent } from 'openai/resources/responses/responses';
import { describe, expect, it } from 'vitest';
import { type statusOf } from '../../../../../service/dialects/dialect.js';
import type { ChatEvent, TokenProbability } from '../../../../../service/dialects/events.js';
import type { Fields } from '../../../../../service/dialects/fields.js';
import { openaiResponses } from '../../../../../service/dialects/openai/responses/api.js';
import { streamedFailure } from '../../../../../service/dialects/openai/responses/errors.js';
import { decodeResponse } from '../../../../../service/dialects/openai/responses/request.js';
import { answersWith, counted, perhaps } from '../../arbitraries.js';
import { answersIn, replyOptions, writtenBy } from '../../vectors.js';

const encoded = (events: readonly ChatEvent[], streamed: boolean, fields: Fields = {}): string => {
  const options = { fields: { model: 'm', input: 'Hi', ...fields } };
  return writtenBy(openaiResponses.encoder(replyOptions(streamed, options)), events);
};

/** The events of a stream, whose names must be those of their data. */
const eventsIn = (stream: string): ResponseStreamEvent[] =>
  stream
    .split('\n\n')
    .filter(Boolean)
    .map((event) => {
      const [, name, data = ''] = /^event: (.*)\ndata: (.*)$/.exec(event) ?? [];
      const told = JSON.parse(data) as ResponseStreamEvent;
      expect(told.type).toBe(name);
      return told;
    });

const typesOf = (events: readonly ChatEvent[]): string[] =>
  eventsIn(encoded(events, true)).map(({ type }) => type.replace(/^response\./, ''));

const whole = (events: readonly ChatEvent[], fields: Fields = {}): Answer =>
  JSON.parse(encoded(events, false, fields)) as Answer;

const start: ChatEvent = { type: 'start', model: 'demo' };
const finish: ChatEvent = { type: 'finish', reason: 'stop', usage: { prompt: 3, answer: 2 } };
const called: ChatEvent = { ...finish, reason: 'tools' };
const failed: ChatEvent = { type: 'error', kind: 'upstream', message: 'gone' };
const text = (said: string): ChatEvent => ({ type: 'text', text: said });
const thinking = (said: string): ChatEvent => ({ type: 'thinking', text: said });
const call = (index: number): ChatEvent => ({ type: 'toolCall', index, id: `call_${index}`, name: `tool${index}` });
const args = (index: number, json: string): ChatEvent => ({ type: 'toolArguments', index, json });

const begun = ['created', 'in_progress'];
const message = ['output_item.added', 'content_part.added', 'output_text.delta'];
const messageEnd = ['output_text.done', 'content_part.done', 'output_item.done'];
const thought = ['output_item.added', 'reasoning_summary_part.added', 'reasoning_summary_text.delta'];
const thoughtEnd = ['reasoning_summary_text.done', 'reasoning_summary_part.done', 'output_item.done'];
const callEnd = ['function_call_arguments.done', 'output_item.done'];

describe('an answer of the Responses API is the same as in every dialect', () => {
  const recorded = answersIn('responses');

  it.each(recorded)('streamed: $what', ({ events, stream }) => {
    expect(encoded(events, true)).toBe(stream);
  });

  it.each(recorded)('whole: $what', ({ events, whole: told }) => {
    expect(JSON.parse(encoded(events, false))).toEqual(told);
  });
});

describe('a streamed response', () => {
  it.each<[what: string, events: readonly ChatEvent[], expected: readonly string[]]>([
    ['an empty answer', [start, finish], [...begun, 'completed']],
    ['nothing for empty pieces', [start, text(''), thinking(''), finish], [...begun, 'completed']],
    [
      'text after a call as a message of its own',
      [start, text('a'), call(0), args(0, '{}'), text('b'), called],
      [
        ...begun,
        ...[...message, ...messageEnd],
        ...['output_item.added', 'function_call_arguments.delta', ...callEnd],
        ...[...message, ...messageEnd, 'completed'],
      ],
    ],
    [
      'thoughts between',
      [start, text('a'), thinking('b'), text('c'), finish],
      [...begun, ...message, ...messageEnd, ...thought, ...thoughtEnd, ...message, ...messageEnd, 'completed'],
    ],
    [
      'calls whose arguments come by turns',
      [start, call(0), args(0, '{"a'), call(1), args(1, '{'), args(0, '":1}'), args(1, '}'), called],
      [
        ...begun,
        ...['output_item.added', 'function_call_arguments.delta'],
        ...['output_item.added', 'function_call_arguments.delta'],
        ...['function_call_arguments.delta', 'function_call_arguments.delta'],
        ...[...callEnd, ...callEnd, 'completed'],
      ],
    ],
    [
      'one start, though another server goes on',
      [start, text('a'), { ...start, model: 'other' }, text('b'), finish],
      [...begun, ...message, 'output_text.delta', ...messageEnd, 'completed'],
    ],
    [
      'no end of what broke off',
      [start, text('a'), call(0), args(0, '{'), failed],
      [...begun, ...message, ...messageEnd, 'output_item.added', 'function_call_arguments.delta', 'error', 'failed'],
    ],
    ['an error before all', [failed], [...begun, 'error', 'failed']],
    ['nothing behind its end', [start, finish, text('a'), finish, failed], [...begun, 'completed']],
  ])('tells %s', (_what, events, expected) => {
    expect(typesOf(events)).toEqual(expected);
  });

  it('counts its events, and gives each item its place', () => {
    const events = eventsIn(
      encoded([start, thinking('a'), call(0), args(0, '{'), call(1), args(0, '}'), called], true),
    );
    expect(events.map(({ sequence_number }) => sequence_number)).toEqual([...events.keys()]);
    const places = events.flatMap((event) => ('output_index' in event ? [event.output_index] : []));
    expect(places).toEqual([0, 0, 0, 0, 0, 0, 1, 1, 2, 1, 1, 1, 2, 2, 2]);
  });

  it('has the type of server-sent events, and a whole one that of JSON', () => {
    const type = (streamed: boolean): string =>
      openaiResponses.encoder({ fields: {}, streamed, id: 'a', now: () => 0, date: () => new Date() }).contentType;
    expect([type(true), type(false)]).toEqual(['text/event-stream; charset=utf-8', 'application/json; charset=utf-8']);
  });
});

describe('a response', () => {
  it('says again what was asked, and that nothing is stored', () => {
    const asked = {
      instructions: 'Be.',
      max_output_tokens: 9,
      metadata: { a: 'b' },
      parallel_tool_calls: false,
      reasoning: { effort: 'low', summary: 'auto' },
      temperature: 0.5,
      text: { format: { type: 'json_object' } },
      tool_choice: 'none',
      tools: [{ type: 'function', name: 'now', parameters: {}, strict: false }],
      top_logprobs: 2,
      top_p: 0.9,
      user: 'me',
      safety_identifier: 'me',
    };
    expect(whole([start, finish], { ...asked, store: true, truncation: 'auto' })).toMatchObject({
      ...asked,
      store: false,
      truncation: 'disabled',
    });
  });

  it.each<[what: string, asked: Fields, expected: object]>([
    [
      'the parameters of a tool, and whether they are strict',
      { tools: [{ name: 'now' }] },
      { tools: [{ type: 'function', name: 'now', parameters: null, strict: null }] },
    ],
    [
      'the name of a schema',
      { text: { format: { type: 'json_schema', schema: {} } } },
      { text: { format: { type: 'json_schema', name: 'answer', schema: {} } } },
    ],
    ['the format', { text: { format: null } }, { text: { format: { type: 'text' } } }],
  ])('says also what its request leaves out: %s', (_what, asked, expected) => {
    expect(whole([start, finish], asked)).toMatchObject(expected);
  });

  it('is of the first model', () => {
    expect(whole([start, { ...start, model: 'other' }, finish]).model).toBe('demo');
  });

  it('is of the model that was asked for if no other is known', () => {
    expect(whole([{ ...start, model: '' }, finish]).model).toBe('m');
  });

  it('tells what was counted', () => {
    const usage = { prompt: 9, answer: 5, cached: 4, thinking: 2 };
    expect(whole([start, { ...finish, usage }]).usage).toEqual({
      input_tokens: 9,
      input_tokens_details: { cached_tokens: 4, cache_write_tokens: 0 },
      output_tokens: 5,
      output_tokens_details: { reasoning_tokens: 2 },
      total_tokens: 14,
    });
  });

  it('tells no usage that nobody knows', () => {
    expect(whole([start, { ...finish, usage: undefined }]).usage).toBeUndefined();
  });

  it.each<[what: string, events: readonly ChatEvent[], expected: object]>([
    [
      'a call without an id gets one',
      [{ ...call(0), id: '' } as ChatEvent, args(0, '{}')],
      { call_id: 'call_abc123_0' },
    ],
    ['a call without arguments has an empty object', [call(0)], { arguments: '{}' }],
    ['arguments that are no JSON stay as they came', [call(0), args(0, 'Köln')], { arguments: 'Köln' }],
    ['blanks behind arguments are theirs', [call(0), args(0, '{}'), args(0, '\n')], { arguments: '{}\n' }],
    [
      'a thought has its proof',
      [thinking('a'), { type: 'signature', signature: 'xyz' }],
      { type: 'reasoning', encrypted_content: 'signature:xyz', summary: [{ type: 'summary_text', text: 'a' }] },
    ],
    [
      'a proof may be all that is told of a thought',
      [{ type: 'signature', signature: 'xyz' }],
      { type: 'reasoning', encrypted_content: 'signature:xyz', summary: [] },
    ],
  ])('%s', (_what, events, expected) => {
    expect(whole([start, ...events, called]).output).toMatchObject([expected]);
  });

  it('takes no call for whole in whose arguments something smaller is', () => {
    const { output } = whole([start, call(0), args(0, '{"a":{}'), call(1), args(0, '}'), called]);
    expect(output).toMatchObject([{ arguments: '{"a":{}}' }, { arguments: '{}' }]);
  });

  it('has a thought for each proof', () => {
    const signature: ChatEvent = { type: 'signature', signature: 'xyz' };
    expect(whole([start, thinking('a'), signature, thinking('b'), finish]).output).toMatchObject([
      { encrypted_content: 'signature:xyz', summary: [{ text: 'a' }] },
      { summary: [{ text: 'b' }] },
    ]);
  });

  it('has no bytes of tokens where none are told', () => {
    const logprobs: TokenProbability[] = [{ token: 'a', logprob: -1, alternatives: [{ token: 'b', logprob: -2 }] }];
    const [item] = whole([start, { type: 'text', text: 'a', logprobs }, finish]).output;
    const top_logprobs = [{ token: 'b', logprob: -2, bytes: [] }];
    expect(item).toMatchObject({ content: [{ logprobs: [{ token: 'a', logprob: -1, bytes: [], top_logprobs }] }] });
  });

  it.each<[what: string, events: readonly ChatEvent[], expected: readonly string[]]>([
    ['text', [text('a')], ['incomplete']],
    ['a thought', [thinking('a')], ['incomplete']],
    ['half a call', [text('a'), call(0), args(0, '{"a"')], ['completed', 'incomplete']],
    ['a call that hadn’t begun to say with what', [call(0)], ['incomplete']],
    ['nothing of a whole call', [call(0), args(0, '{}')], ['completed']],
  ])('that reached its limit is incomplete in %s', (_what, events, expected) => {
    const { status, incomplete_details, output } = whole([start, ...events, { ...finish, reason: 'length' }]);
    expect({ status, incomplete_details }).toEqual({
      status: 'incomplete',
      incomplete_details: { reason: 'max_output_tokens' },
    });
    expect(output.map((item) => ('status' in item ? item.status : undefined))).toEqual(expected);
  });
});

describe('a failure in a streamed response', () => {
  it.each<[kind: keyof typeof statusOf, code: string]>([
    ['limited', 'rate_limit_exceeded'],
    ['tooLong', 'context_length_exceeded'],
    ['policy', 'invalid_prompt'],
    ['timedOut', 'server_error'],
  ])('%s has the code %s', (kind, code) => {
    const told = eventsIn(encoded([start, { type: 'error', kind, message: 'gone' }], true)).slice(-2);
    expect(told).toMatchObject([
      { type: 'error', code, message: 'gone', error: { message: 'gone' } },
      { type: 'response.failed', response: { status: 'failed', error: { code, message: 'gone' } } },
    ]);
  });

  it('is an event where nothing is known of the response', () => {
    expect(eventsIn(streamedFailure('upstream', 'gone', 4))).toEqual([
      {
        type: 'error',
        sequence_number: 4,
        code: 'server_error',
        message: 'gone',
        param: null,
        error: { message: 'gone', type: 'api_error', param: null, code: null },
      },
    ]);
  });
});

/** The official client, whose requests are answered with these events. */
const client = (events: readonly ChatEvent[]): OpenAI =>
  new OpenAI({
    apiKey: 'none',
    baseURL: 'http://localhost/v1',
    maxRetries: 0,
    fetch: (_url, init) => {
      const streamed = (JSON.parse(init?.body as string) as Fields).stream === true;
      const type = streamed ? 'text/event-stream' : 'application/json';
      return Promise.resolve(new Response(encoded(events, streamed), { headers: { 'content-type': type } }));
    },
  });

const request = { model: 'm', input: 'Hi' };

/** What a client that listens to nothing but the deltas has in the end: the texts of the items. */
const fromDeltas = (events: readonly ChatEvent[]): unknown => {
  let answer: Answer | undefined;
  for (const event of eventsIn(encoded(events, true))) {
    if (/created|added|delta/.test(event.type)) answer = accumulateResponse(event, answer);
  }
  return textsOf(answer?.output ?? []);
};

const textsOf = (items: Answer['output']): unknown[] =>
  items.map((item) => {
    switch (item.type) {
      case 'message':
        return item.content.map((part) => (part.type === 'output_text' ? part.text : ''));
      case 'reasoning':
        return item.summary.map((part) => part.text);
      case 'function_call':
        return { id: item.call_id, name: item.name, arguments: item.arguments };
      default:
        return item;
    }
  });

/** The items of an answer without those of the events that end the whole. */
const fromItems = (events: readonly ChatEvent[]): unknown => {
  let answer: Answer | undefined;
  for (const event of eventsIn(encoded(events, true)).slice(0, -1)) answer = accumulateResponse(event, answer);
  return answer?.output;
};

/** Answers as models give them: text, thoughts and calls in any order, the arguments of calls cut and mixed. */
const answers = answersWith({
  signatures: true,
  turns: true,
  reasons: ['stop', 'length', 'filter'],
  usage: perhaps(counted),
});

describe('to OpenAI’s own client a streamed response', () => {
  it('is at its end what the whole one is, in all that an item says and in its deltas', async () => {
    await fc.assert(
      fc.asyncProperty(answers, async (events) => {
        const expected = whole(events);
        expect(await client(events).responses.stream(request).finalResponse()).toEqual(
          await client(events).responses.parse(request),
        );
        expect(fromItems(events)).toEqual(expected.output);
        expect(fromDeltas(events)).toEqual(textsOf(expected.output));
      }),
      { seed: 20 },
    );
  });

  it('says all that the events say', () => {
    fc.assert(
      fc.property(answers, (events) => {
        const { output } = whole(events);
        const said = (type: string): string =>
          events.map((event) => (event.type === type && 'text' in event ? event.text : '')).join('');
        const items = (type: string): unknown[] => textsOf(output.filter((item) => item.type === type)).flat();
        expect(items('message').join('')).toBe(said('text'));
        expect(items('reasoning').join('')).toBe(said('thinking'));
        expect(items('function_call')).toEqual(
          events.flatMap((event) =>
            event.type === 'toolCall'
              ? [
                  {
                    id: event.id,
                    name: event.name,
                    arguments: events
                      .map((other) => (other.type === 'toolArguments' && other.index === event.index ? other.json : ''))
                      .join(''),
                  },
                ]
              : [],
          ),
        );
      }),
      { seed: 20 },
    );
  });

  it('can be sent back as it is', () => {
    const events = [start, thinking('Hm'), { type: 'signature', signature: 'xyz' } as ChatEvent, text('I look.')];
    const { output } = whole([...events, call(0), args(0, '{"a":1}'), called]);
    const { request: decoded, dropped } = decodeResponse({ model: 'm', input: output });
    expect(dropped).toEqual([]);
    expect(decoded.messages).toEqual([
      {
        role: 'assistant',
        thinking: { text: 'Hm', signature: 'xyz' },
        content: [{ type: 'text', text: 'I look.' }],
        calls: [{ id: 'call_0', name: 'tool0', arguments: { a: 1 } }],
      },
    ]);
  });

  it('that fails is an error', async () => {
    const stream = client([start, text('a'), failed]).responses.stream(request);
    await expect(stream.finalResponse()).rejects.toThrow('gone');
  });

  it('that fails is told in full to who looks for it', () => {
    const told = eventsIn(encoded([start, text('a'), failed], true));
    const last = told.reduce<Answer | undefined>((answer, event) => accumulateResponse(event, answer), undefined);
    expect(last).toMatchObject({ status: 'failed', output_text: 'a', output: [{ status: 'incomplete' }] });
  });
});

import fc from 'fast-check';
import OpenAI from 'openai';
import type { ChatCompletion } from 'openai/resources/chat/completions';
import type { Completion } from 'openai/resources/completions';
import { describe, expect, it } from 'vitest';
import type { ClientApi } from '../../../../service/dialects/codec.js';
import type { ChatEvent, TokenProbability } from '../../../../service/dialects/events.js';
import type { Fields } from '../../../../service/dialects/fields.js';
import { openaiChat, openaiCompletions, openaiServer } from '../../../../service/dialects/openai/api.js';
import { answersWith, byKind, countedInDetail, perhaps } from '../arbitraries.js';
import { answersIn, eventsOf, joined, replyOptions, writtenBy } from '../vectors.js';

const answers = answersIn('openai');

const written = (
  events: readonly ChatEvent[],
  streamed: boolean,
  fields: Fields = {},
  api: ClientApi = openaiChat,
): string => {
  const options = { stream_options: { include_usage: true }, ...fields };
  return writtenBy(api.encoder(replyOptions(streamed, { fields: options })), events);
};

/** The data of each server-sent event. */
const data = (text: string): unknown[] =>
  text
    .split('\n\n')
    .filter(Boolean)
    .map((event) => event.replace(/^data: /, ''))
    .map((json) => (json === '[DONE]' ? json : (JSON.parse(json) as unknown)));

/** The choice in each piece of a stream. */
const choices = (events: readonly ChatEvent[], fields: Fields = {}, api = openaiChat): unknown[] =>
  data(written(events, true, fields, api)).flatMap((piece) =>
    typeof piece === 'object' && piece !== null && 'choices' in piece ? (piece.choices as unknown[]) : [],
  );

const start: ChatEvent = { type: 'start', model: 'm' };
const usage = { prompt: 9, answer: 3 };
const finish: ChatEvent = { type: 'finish', reason: 'stop', usage };
const text = (said: string): ChatEvent => ({ type: 'text', text: said });
const call = (index: number, id: string, name: string): ChatEvent => ({ type: 'toolCall', index, id, name });
const args = (index: number, json: string): ChatEvent => ({ type: 'toolArguments', index, json });
const tools: ChatEvent = { type: 'finish', reason: 'tools', usage: undefined };
const choice = (delta: object, finish_reason: string | null = null) => ({
  index: 0,
  delta,
  logprobs: null,
  finish_reason,
});
const first = choice({ role: 'assistant', content: '' });

describe('an answer in OpenAI’s words is written', () => {
  it.each(answers)('streamed: $what', ({ events, stream }) => {
    expect(written(events, true)).toBe(stream);
  });

  it.each(answers)('whole: $what', ({ events, whole }) => {
    expect(JSON.parse(written(events, false))).toEqual(whole);
  });

  it('by the type that it has', () => {
    expect(openaiChat.encoder(replyOptions(true)).contentType).toBe('text/event-stream; charset=utf-8');
    expect(openaiChat.encoder(replyOptions(false)).contentType).toBe('application/json; charset=utf-8');
  });

  it.each<[what: string, events: ChatEvent[], expected: object[]]>([
    ['that is empty', [start, finish], [first, choice({}, 'stop')]],
    [
      'with text behind calls, and thoughts between',
      [start, call(0, 'a', 'now'), args(0, '{}'), { type: 'thinking', text: 'hm' }, text('Well.'), tools],
      [
        first,
        choice({ tool_calls: [{ index: 0, id: 'a', type: 'function', function: { name: 'now', arguments: '' } }] }),
        choice({ tool_calls: [{ index: 0, function: { arguments: '{}' } }] }),
        choice({ reasoning_content: 'hm' }),
        choice({ content: 'Well.' }),
        choice({}, 'tool_calls'),
      ],
    ],
    [
      'with an id for calls that have none',
      [start, call(0, '', 'now'), call(1, '', 'now'), tools],
      [
        first,
        choice({
          tool_calls: [{ index: 0, id: 'call_abc123_0', type: 'function', function: { name: 'now', arguments: '' } }],
        }),
        choice({
          tool_calls: [{ index: 1, id: 'call_abc123_1', type: 'function', function: { name: 'now', arguments: '' } }],
        }),
        choice({}, 'tool_calls'),
      ],
    ],
    [
      'that another server goes on with',
      [start, text('a'), { type: 'start', model: 'other' }, text('b'), finish],
      [first, choice({ content: 'a' }), choice({ content: 'b' }), choice({}, 'stop')],
    ],
    ['without proofs of thoughts', [start, { type: 'signature', signature: 's' }, finish], [first, choice({}, 'stop')]],
  ])('%s', (_what, events, expected) => {
    expect(choices(events)).toEqual(expected);
  });

  it('under the model that began it, which may be told later', () => {
    const events: ChatEvent[] = [start, { type: 'start', model: 'other' }, finish];
    expect(JSON.parse(written(events, false))).toMatchObject({ model: 'm' });
    expect(JSON.parse(written([{ type: 'start', model: '' }, ...events], false))).toMatchObject({ model: 'm' });
  });

  it('with its usage only where that is wanted and known', () => {
    const unknown: ChatEvent = { type: 'finish', reason: 'stop', usage: undefined };
    expect(data(written([start, finish], true))).toHaveLength(4);
    expect(data(written([start, finish], true, { stream_options: {} }))).toHaveLength(3);
    expect(data(written([start, unknown], true))).toHaveLength(3);
    expect(JSON.parse(written([start, unknown], false))).not.toHaveProperty('usage');
  });

  it.each<[kind: Extract<ChatEvent, { type: 'error' }>['kind'], expected: object]>([
    ['upstream', { message: 'gone', type: 'api_error', param: null, code: null }],
    ['limited', { message: 'gone', type: 'rate_limit_error', param: null, code: 'rate_limit_exceeded' }],
  ])('with an error as the last thing: %s', (kind, error) => {
    const events: ChatEvent[] = [start, text('a'), { type: 'error', kind, message: 'gone' }, text('b'), finish];
    expect(data(written(events, true)).slice(2)).toEqual([{ error }]);
    expect(JSON.parse(written(events, false))).toEqual({ error });
  });

  it('as the official types have it', () => {
    const token: TokenProbability = { token: 'a', logprob: -1, alternatives: [{ token: 'b', logprob: -2 }] };
    const events: ChatEvent[] = [
      start,
      { type: 'text', text: 'a', logprobs: [token] },
      call(0, 'c', 'now'),
      args(0, '{}'),
      { type: 'finish', reason: 'tools', usage: { ...usage, cached: 4, thinking: 2 } },
    ];
    const expected: ChatCompletion = {
      id: 'chatcmpl-abc123',
      object: 'chat.completion',
      created: 1795348800,
      model: 'm',
      choices: [
        {
          index: 0,
          message: {
            role: 'assistant',
            content: 'a',
            refusal: null,
            tool_calls: [{ id: 'c', type: 'function', function: { name: 'now', arguments: '{}' } }],
          },
          logprobs: {
            content: [
              { token: 'a', logprob: -1, bytes: null, top_logprobs: [{ token: 'b', logprob: -2, bytes: null }] },
            ],
            refusal: null,
          },
          finish_reason: 'tool_calls',
        },
      ],
      usage: {
        prompt_tokens: 9,
        completion_tokens: 3,
        total_tokens: 12,
        prompt_tokens_details: { cached_tokens: 4 },
        completion_tokens_details: { reasoning_tokens: 2 },
      },
    };
    expect(JSON.parse(written(events, false))).toEqual(expected);
  });

  it.each(answers.filter(({ events }) => events.at(-1)?.type === 'finish'))(
    'so that the official client reads a stream as it reads the whole: $what',
    async ({ stream, whole }) => {
      const headers = { 'content-type': 'text/event-stream' };
      const fetch = (): Promise<Response> => Promise.resolve(new Response(stream, { headers }));
      const client = new OpenAI({ apiKey: 'none', baseURL: 'http://localhost/v1', fetch });
      const request = client.chat.completions.stream({
        model: 'm',
        messages: [],
        stream_options: { include_usage: true },
      });
      const events: string[] = [];
      let last: unknown;
      for await (const chunk of request) {
        events.push(chunk.object);
        for (const { finish_reason } of chunk.choices) last = finish_reason ?? last;
      }
      expect(new Set(events)).toEqual(new Set(['chat.completion.chunk']));
      const [told] = (whole as unknown as ChatCompletion).choices;
      expect(last).toBe(told?.finish_reason);
      // It takes an answer that was cut off for an error.
      if (last === 'length' || last === 'content_filter') return;
      const final = await request.finalChatCompletion();
      // Of thoughts it has no idea.
      const { content, tool_calls } = final.choices[0]?.message ?? {};
      expect({ content, tool_calls }).toMatchObject({
        content: told?.message.content,
        tool_calls: told?.message.tool_calls,
      });
      expect(final.usage).toEqual(whole.usage);
    },
  );
});

describe('an answer in OpenAI’s words', () => {
  const any = answersWith({
    probabilities: true,
    reasons: ['stop', 'length', 'filter'],
    usage: perhaps(countedInDetail),
  });

  it('is read as it was written', () => {
    fc.assert(
      fc.property(any, (events) => {
        expect(eventsOf(openaiServer, [Buffer.from(written(events, true))])).toEqual(events);
      }),
      { seed: 20 },
    );
  });

  it('is read as it was written at once, but for the order of text, thoughts and calls', () => {
    fc.assert(
      fc.property(any, (events) => {
        const whole = JSON.parse(written(events, false)) as Fields;
        expect(joined(openaiServer.whole(whole))).toEqual(joined(byKind(events)));
      }),
      { seed: 20 },
    );
  });
});

describe('an answer to whoever asked with functions', () => {
  const functions = { functions: [{ name: 'now' }] };
  const events = [start, call(0, 'a', 'now'), args(0, '{'), args(0, '}'), tools];

  it('calls one', () => {
    expect(choices(events, functions)).toEqual([
      first,
      choice({ function_call: { name: 'now', arguments: '' } }),
      choice({ function_call: { arguments: '{' } }),
      choice({ function_call: { arguments: '}' } }),
      choice({}, 'function_call'),
    ]);
    const message = {
      role: 'assistant',
      content: null,
      refusal: null,
      function_call: { name: 'now', arguments: '{}' },
    };
    expect(JSON.parse(written(events, false, functions))).toMatchObject({
      choices: [{ message, finish_reason: 'function_call' }],
    });
  });

  it('fails where it calls several', () => {
    const several = [start, call(0, 'a', 'now'), call(1, 'b', 'now'), tools];
    const message = expect.stringContaining('several functions') as unknown;
    expect(data(written(several, true, functions)).at(-1)).toMatchObject({ error: { message } });
    expect(JSON.parse(written(several, false, functions))).toMatchObject({ error: { message } });
  });
});

describe('a text completion of OpenAI’s', () => {
  const token = (said: string): TokenProbability => ({
    token: said,
    logprob: -1,
    alternatives: [{ token: 'x', logprob: -2 }],
  });
  const events: ChatEvent[] = [
    start,
    { type: 'thinking', text: 'hm' },
    { type: 'text', text: 'ab', logprobs: [token('a'), token('b')] },
    { type: 'text', text: 'c', logprobs: [token('c')] },
    finish,
  ];
  const head = { id: 'cmpl-abc123', object: 'text_completion' as const, created: 1795348800, model: 'm' };
  const used = { prompt_tokens: 9, completion_tokens: 3, total_tokens: 12 };

  it('is written whole', () => {
    const expected: Completion = {
      ...head,
      choices: [
        {
          text: 'abc',
          index: 0,
          logprobs: {
            tokens: ['a', 'b', 'c'],
            token_logprobs: [-1, -1, -1],
            top_logprobs: [{ x: -2 }, { x: -2 }, { x: -2 }],
            text_offset: [0, 1, 2],
          },
          finish_reason: 'stop',
        },
      ],
      usage: used,
    };
    expect(JSON.parse(written(events, false, {}, openaiCompletions))).toEqual(expected);
  });

  it('is streamed', () => {
    const piece = (said: string, logprobs: object | null, finish_reason: string | null = null) => ({
      ...head,
      choices: [{ text: said, index: 0, logprobs, finish_reason }],
    });
    const likely = (tokens: string[], text_offset: number[]) => ({
      tokens,
      token_logprobs: tokens.map(() => -1),
      top_logprobs: tokens.map(() => ({ x: -2 })),
      text_offset,
    });
    expect(data(written(events, true, {}, openaiCompletions))).toEqual([
      piece('ab', likely(['a', 'b'], [0, 1])),
      piece('c', likely(['c'], [2])),
      piece('', null, 'stop'),
      { ...head, choices: [], usage: used },
      '[DONE]',
    ]);
  });

  it('fails where the model calls a tool', () => {
    const called = [start, call(0, 'a', 'now'), tools];
    const message = 'the model calls the tool "now", which a text completion can\'t say';
    const error = { message, type: 'api_error', param: null, code: null };
    expect(data(written(called, true, {}, openaiCompletions))).toEqual([{ error }]);
    expect(JSON.parse(written(called, false, {}, openaiCompletions))).toEqual({ error });
  });
});

import { describe, expect, it } from 'vitest';
import type { ReplyOptions } from '../../../../service/dialects/codec.js';
import type { ChatEvent } from '../../../../service/dialects/events.js';
import type { Fields } from '../../../../service/dialects/fields.js';
import { ollamaChat, ollamaGenerate } from '../../../../service/dialects/ollama/api.js';
import { answersIn, replyOptions, writtenBy } from '../vectors.js';

const start: ChatEvent = { type: 'start', model: 'm' };
const text = (some: string): ChatEvent => ({ type: 'text', text: some });
const thinking = (some: string): ChatEvent => ({ type: 'thinking', text: some });
const call = (index: number, name: string, id = ''): ChatEvent => ({ type: 'toolCall', index, id, name });
const given = (index: number, json: string): ChatEvent => ({ type: 'toolArguments', index, json });
const finish: ChatEvent = { type: 'finish', reason: 'stop', usage: { prompt: 3, answer: 2 } };

function written(events: readonly ChatEvent[], options: ReplyOptions, api = ollamaChat): string {
  return writtenBy(api.encoder(options), events);
}

const whole = (events: readonly ChatEvent[], changes: Partial<ReplyOptions> = {}, api = ollamaChat): Fields =>
  JSON.parse(written(events, replyOptions(false, changes), api)) as Fields;

function lines(events: readonly ChatEvent[], changes: Partial<ReplyOptions> = {}, api = ollamaChat): Fields[] {
  const stream = written(events, replyOptions(true, changes), api);
  expect(stream).toMatch(/^(.+\n)*$/);
  return stream
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Fields);
}

/** What each line says, in short. */
function told(events: readonly ChatEvent[]): unknown[] {
  return lines(events).map(({ message, done, error }) => {
    if (error !== undefined) return { error };
    if (done === true) return 'end';
    const { role, content, ...more } = message as Fields;
    expect(role).toBe('assistant');
    return content === '' ? more : { content, ...more };
  });
}

/** A clock that goes on by 10 ms at each look. */
function clock(): () => number {
  let time = 0;
  return () => (time += 10);
}

describe('Ollama’s answers', () => {
  it.each(answersIn('ollama'))('are streamed: $what', ({ events, stream }) => {
    expect(written(events, replyOptions(true))).toBe(stream);
  });

  it.each(answersIn('ollama'))('are told whole: $what', ({ events, whole: expected }) => {
    expect(whole(events)).toEqual(expected);
  });

  it.each([
    [true, 'application/x-ndjson'],
    [false, 'application/json; charset=utf-8'],
  ])('have a content type (streamed: %j)', (streamed, expected) => {
    expect(ollamaChat.encoder(replyOptions(streamed)).contentType).toBe(expected);
  });

  it('to a prompt have text and thoughts in fields of their own', () => {
    const head = { model: 'm', created_at: '2026-11-22T12:00:00.000Z' };
    const end = {
      done: true,
      done_reason: 'stop',
      total_duration: 0,
      load_duration: 0,
      prompt_eval_count: 3,
      prompt_eval_duration: 0,
      eval_count: 2,
      eval_duration: 0,
    };
    const events = [start, thinking('Hm.'), text('Grü'), text('ße'), finish];
    expect(lines(events, {}, ollamaGenerate)).toEqual([
      { ...head, response: '', thinking: 'Hm.', done: false },
      { ...head, response: 'Grü', done: false },
      { ...head, response: 'ße', done: false },
      { ...head, response: '', ...end },
    ]);
    expect(whole(events, {}, ollamaGenerate)).toEqual({ ...head, response: 'Grüße', thinking: 'Hm.', ...end });
  });

  it('tell how long they took: until the first content, and from there', () => {
    const durations = {
      total_duration: 20_000_000,
      load_duration: 0,
      prompt_eval_duration: 10_000_000,
      eval_duration: 10_000_000,
    };
    const beginnings = [thinking('Hm.'), text('a'), call(0, 'now')];
    for (const first of beginnings) expect(whole([start, first, finish], { now: clock() })).toMatchObject(durations);
    expect(whole([start, text('a'), text('b'), finish], { now: clock() })).toMatchObject(durations);
  });

  it('tell a time without content as one of reading', () => {
    const times = { total_duration: 10_000_000, prompt_eval_duration: 10_000_000, eval_duration: 0 };
    expect(whole([start, finish], { now: clock() })).toMatchObject(times);
  });

  it('tell no tokens where nobody counted them', () => {
    const end = whole([start, { type: 'finish', reason: 'stop', usage: undefined }]);
    expect(end).not.toHaveProperty('eval_count');
    expect(end).not.toHaveProperty('prompt_eval_count');
  });

  it('don’t tell what came from a cache or was thought', () => {
    const usage = { prompt: 5, answer: 3, cached: 4, thinking: 2 };
    expect(whole([start, { type: 'finish', reason: 'stop', usage }])).toMatchObject({
      prompt_eval_count: 5,
      eval_count: 3,
    });
  });

  it.each([
    ['stop', 'stop'],
    ['tools', 'stop'],
    ['length', 'length'],
    // Ollama has no word for what a provider withholds.
    ['filter', 'stop'],
  ] as const)('that end with %s say %s', (reason, expected) => {
    expect(whole([start, { type: 'finish', reason, usage: undefined }])).toMatchObject({ done_reason: expected });
  });

  it('that are empty are an end', () => {
    expect(told([start, finish])).toEqual(['end']);
    expect(whole([start, finish])).toMatchObject({ message: { role: 'assistant', content: '' }, done: true });
  });

  it('say nothing of what says nothing', () => {
    const events: ChatEvent[] = [start, text(''), thinking(''), { type: 'signature', signature: 's' }, finish];
    expect(told(events)).toEqual(['end']);
  });

  it.each<[what: string, starts: readonly ChatEvent[]]>([
    ['from another server', [start, { type: 'start', model: 'other' }]],
    ['from one that nobody has named', [{ type: 'start', model: '' }, start]],
  ])('that go on keep the first model: %s', (_what, starts) => {
    expect(whole([...starts, text('a'), finish])).toMatchObject({ model: 'm', message: { content: 'a' } });
  });

  it('that fail end with the error, whatever comes after', () => {
    const error: ChatEvent = { type: 'error', kind: 'upstream', message: 'gone' };
    expect(told([start, text('a'), error, text('b'), finish])).toEqual([{ content: 'a' }, { error: 'gone' }]);
    expect(told([start, error])).toEqual([{ error: 'gone' }]);
    expect(told([start, call(0, 'now'), given(0, '{'), error])).toEqual([{ error: 'gone' }]);
    expect(whole([start, text('a'), error])).toEqual({ error: 'gone' });
  });

  it('have nothing behind their end', () => {
    expect(told([start, finish, text('a'), finish])).toEqual(['end']);
  });

  it('join the probabilities of all their text', () => {
    const probable = (token: string): ChatEvent => ({
      type: 'text',
      text: token,
      logprobs: [{ token, logprob: -1, alternatives: [] }],
    });
    const expected = ['a', 'b'].map((token) => ({ token, logprob: -1 }));
    expect(whole([start, probable('a'), probable('b'), finish]).logprobs).toEqual(expected);
    expect(lines([start, probable('a'), probable('b'), finish]).flatMap(({ logprobs }) => logprobs ?? [])).toEqual(
      expected,
    );
  });
});

describe('Ollama’s tool calls', () => {
  const calls = (...made: readonly [index: number, name: string, given: Fields][]): Fields[] =>
    made.map(([index, name, some]) => ({ tool_calls: [{ function: { index, name, arguments: some } }] }));

  it.each<[what: string, events: readonly ChatEvent[], expected: unknown[]]>([
    [
      'as soon as the next begins',
      [call(0, 'a'), given(0, '{"x":'), given(0, '1}'), call(1, 'b')],
      calls([0, 'a', { x: 1 }]),
    ],
    [
      'as soon as something else comes',
      [call(0, 'a'), given(0, '{}'), text('So.'), call(1, 'b'), given(1, '{}'), thinking('Hm.')],
      [...calls([0, 'a', {}]), { content: 'So.' }, ...calls([1, 'b', {}]), { thinking: 'Hm.' }],
    ],
    ['at the end', [call(0, 'a'), given(0, '{}'), finish], [...calls([0, 'a', {}]), 'end']],
    [
      'at the end without arguments',
      [call(0, 'a'), call(1, 'b'), finish],
      [...calls([0, 'a', {}], [1, 'b', {}]), 'end'],
    ],
    [
      'at the end where arguments come by turns',
      [call(0, 'a'), given(0, '{"x"'), call(1, 'b'), given(1, '{}'), given(0, ':1}'), text('So.'), finish],
      [{ content: 'So.' }, ...calls([0, 'a', { x: 1 }], [1, 'b', {}]), 'end'],
    ],
    [
      'with arguments that come late',
      [call(0, 'a'), call(1, 'b'), given(0, '{"x":1}'), given(1, '{}'), text('So.'), finish],
      [...calls([0, 'a', { x: 1 }], [1, 'b', {}]), { content: 'So.' }, 'end'],
    ],
    ['without arguments that belong to none', [given(7, '{}'), finish], ['end']],
  ])('are written whole, in the order they were begun: %s', (_what, events, expected) => {
    expect(told([start, ...events])).toEqual(expected);
  });

  it('have their id where they have one', () => {
    const message = whole([start, call(0, 'a', 'x'), call(1, 'b'), finish]).message as Fields;
    expect(message.tool_calls).toEqual([
      { id: 'x', function: { index: 0, name: 'a', arguments: {} } },
      { function: { index: 1, name: 'b', arguments: {} } },
    ]);
  });

  it('of an answer to a prompt stand beside its text', () => {
    const tool_calls = [{ function: { index: 0, name: 'a', arguments: {} } }];
    expect(whole([start, call(0, 'a'), finish], {}, ollamaGenerate)).toMatchObject({ response: '', tool_calls });
  });

  const noObject = 'the server\'s call of the tool "b" has arguments that are no JSON object';

  it.each(['{"x":', '[]', '"x"', 'x=1', '{} {}'])(
    'whose arguments are no object end an answer with an error: %s',
    (json) => {
      const events = [start, call(0, 'a'), given(0, '{}'), call(1, 'b'), given(1, json), finish];
      expect(told(events)).toEqual([...calls([0, 'a', {}]), { error: noObject }]);
      expect(whole(events)).toEqual({ error: noObject });
    },
  );

  it('that are cut at a limit say so', () => {
    const end: ChatEvent = { type: 'finish', reason: 'length', usage: undefined };
    expect(told([start, call(0, 'b'), given(0, '{"x":'), end])).toEqual([
      { error: `${noObject}: its limit of tokens was reached` },
    ]);
  });

  it('take time with their length, however small the pieces and whatever comes between', () => {
    const pieces = 20_000;
    const events = [
      start,
      call(0, 'a'),
      given(0, `{"x":"${'y'.repeat(1_000_000)}`),
      ...Array.from({ length: pieces }, () => [given(0, 'y'), text('.')]).flat(),
      given(0, '"}'),
      finish,
    ];
    const message = whole(events).message as {
      content: string;
      tool_calls: { function: { arguments: { x: string } } }[];
    };
    expect(message.content).toHaveLength(pieces);
    expect(message.tool_calls[0]?.function.arguments.x).toHaveLength(1_000_000 + pieces);
  });
});

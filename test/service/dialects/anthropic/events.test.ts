import { describe, expect, it } from 'vitest';
import { anthropicServer } from '../../../../service/dialects/anthropic/api.js';
import type { ChatEvent } from '../../../../service/dialects/events.js';
import { cut } from '../cuts.js';
import { answersIn, eventsOf } from '../vectors.js';

const start = (usage: object = {}) => ({ type: 'message_start', message: { model: 'm', usage } });
const opened = (content_block: object, index = 0) => ({ type: 'content_block_start', index, content_block });
const filled = (delta: object, index = 0) => ({ type: 'content_block_delta', index, delta });
const closed = (index = 0) => ({ type: 'content_block_stop', index });
const ended = (stop_reason: string, more: object = {}) => ({
  type: 'message_delta',
  delta: { stop_reason, stop_sequence: null },
  ...more,
});
const call = opened({ type: 'tool_use', id: 'toolu_1', name: 'now', input: {} });
const begun: ChatEvent = { type: 'start', model: 'm' };
const called: ChatEvent = { type: 'toolCall', index: 0, id: 'toolu_1', name: 'now' };

const read = (...events: { readonly type: string }[]): readonly ChatEvent[] =>
  eventsOf(anthropicServer, [
    Buffer.from(events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('')),
  ]);
const finish = (reason: string, usage?: object): unknown => ({ type: 'finish', reason, usage });

describe('a streamed answer of Anthropic’s', () => {
  it.each<[what: string, events: { readonly type: string }[], expected: unknown[]]>([
    [
      'may have no argument for a call',
      [start(), call, filled({ type: 'input_json_delta', partial_json: '' }), closed(), ended('tool_use')],
      [begun, called, { type: 'toolArguments', index: 0, json: '{}' }, finish('tools')],
    ],
    [
      'may have the arguments at the beginning',
      [start(), opened({ type: 'tool_use', id: 'toolu_1', name: 'now', input: { a: 1 } }), closed(), ended('tool_use')],
      [begun, called, { type: 'toolArguments', index: 0, json: '{"a":1}' }, finish('tools')],
    ],
    [
      'may leave a call open',
      [start(), call, ended('tool_use')],
      [begun, called, { type: 'toolArguments', index: 0, json: '{}' }, finish('tools')],
    ],
    [
      'may have arguments that are cut off',
      [start(), call, filled({ type: 'input_json_delta', partial_json: '{"a' }), closed(), ended('max_tokens')],
      [begun, called, { type: 'toolArguments', index: 0, json: '{"a' }, finish('length')],
    ],
    [
      'may have text where a block begins',
      [start(), opened({ type: 'text', text: 'a' }), opened({ type: 'thinking', thinking: 'b', signature: 'c' })],
      [
        begun,
        { type: 'text', text: 'a' },
        { type: 'thinking', text: 'b' },
        { type: 'signature', signature: 'c' },
        finish('stop'),
      ],
    ],
    [
      'may hold what only Anthropic knows',
      [
        start(),
        opened({ type: 'redacted_thinking', data: 'EmwK' }),
        closed(),
        opened({ type: 'server_tool_use', id: 's', name: 'web_search', input: {} }, 1),
        filled({ type: 'input_json_delta', partial_json: '{}' }, 1),
        filled({ type: 'citations_delta', citation: {} }, 1),
        ended('end_turn'),
      ],
      [begun, finish('stop')],
    ],
    [
      'may not say what it begins with',
      [filled({ type: 'text_delta', text: 'a' })],
      [{ type: 'start', model: '' }, { type: 'text', text: 'a' }, finish('stop')],
    ],
    ['may be empty', [start(), ended('end_turn')], [begun, finish('stop')]],
    [
      'says nothing behind its end',
      [start(), ended('end_turn'), start(), call, filled({ type: 'text_delta', text: 'a' }), ended('tool_use')],
      [begun, finish('stop')],
    ],
    ['may end for a reason that nobody knows', [start(), ended('constructor')], [begun, finish('stop')]],
  ])('%s', (_what, events, expected) => {
    expect(read(...events)).toEqual(expected);
  });

  it.each([
    ['end_turn', 'stop'],
    ['stop_sequence', 'stop'],
    ['pause_turn', 'stop'],
    ['max_tokens', 'length'],
    ['model_context_window_exceeded', 'length'],
    ['tool_use', 'tools'],
    ['refusal', 'filter'],
    ['what comes next year', 'stop'],
  ])('ends because of %s: %s', (stopReason, reason) => {
    expect(read(start(), ended(stopReason)).at(-1)).toEqual(finish(reason));
  });

  it('ends because of its calls also where the server says it just ends', () => {
    expect(read(start(), call, closed(), ended('end_turn')).at(-1)).toEqual(finish('tools'));
  });

  it('tells the text that ended it', () => {
    const told = ended('stop_sequence', { delta: { stop_reason: 'stop_sequence', stop_sequence: 'END' } });
    expect(read(start(), told).at(-1)).toEqual({ ...(finish('stop') as object), stopSequence: 'END' });
  });

  it.each([
    [
      'at its beginning and its end',
      { input_tokens: 9, output_tokens: 1 },
      { output_tokens: 3 },
      { prompt: 9, answer: 3 },
    ],
    [
      'better at its end',
      { input_tokens: 0, output_tokens: 0 },
      { input_tokens: 9, output_tokens: 3 },
      { prompt: 9, answer: 3 },
    ],
    [
      'with those from the cache, and those that went into it',
      { input_tokens: 9, cache_read_input_tokens: 100, cache_creation_input_tokens: 20, output_tokens: 1 },
      { input_tokens: null, output_tokens: 3 },
      { prompt: 129, answer: 3, cached: 100 },
    ],
    [
      'with those it thought',
      { input_tokens: 9 },
      { output_tokens: 30, output_tokens_details: { thinking_tokens: 20 } },
      { prompt: 9, answer: 30, thinking: 20 },
    ],
    ['not at all', {}, {}, undefined],
  ])('tells its tokens %s', (_what, first, last, usage) => {
    expect(read(start(first), ended('end_turn', { usage: last })).at(-1)).toEqual(finish('stop', usage));
  });

  it.each(answersIn('anthropic'))('is the same wherever the network cuts it: $what', ({ stream }) => {
    const bytes = Buffer.from(stream);
    const whole = JSON.stringify(eventsOf(anthropicServer, [bytes]));
    const offsets = [...bytes.keys()].filter(
      (offset) => JSON.stringify(eventsOf(anthropicServer, cut(bytes, [offset]))) !== whole,
    );
    expect(offsets).toEqual([]);
  });
});

describe('a whole answer of Anthropic’s', () => {
  it('has its blocks in order', () => {
    const content = [
      { type: 'thinking', thinking: 'hm', signature: 'EqQB' },
      { type: 'redacted_thinking', data: 'EmwK' },
      { type: 'text', text: 'a' },
      { type: 'tool_use', id: 'toolu_1', name: 'now', input: { zone: 'UTC' } },
      { type: 'text', text: 'b' },
    ];
    expect(anthropicServer.whole({ type: 'message', model: 'm', content, stop_reason: 'end_turn' })).toEqual([
      begun,
      { type: 'thinking', text: 'hm' },
      { type: 'signature', signature: 'EqQB' },
      { type: 'text', text: 'a' },
      called,
      { type: 'toolArguments', index: 0, json: '{"zone":"UTC"}' },
      { type: 'text', text: 'b' },
      finish('tools'),
    ]);
  });

  it('is known by its shape', () => {
    const { framing } = anthropicServer;
    expect(framing.isAnswer({ type: 'message', content: [] })).toBe(true);
    expect(framing.isAnswer({ type: 'error', error: {} })).toBe(false);
    expect(framing.isAnswer({ choices: [] })).toBe(false);
  });
});

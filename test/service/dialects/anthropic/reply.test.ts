import { describe, expect, it } from 'vitest';
import { anthropicMessages } from '../../../../service/dialects/anthropic/api.js';
import type { ChatEvent, Usage } from '../../../../service/dialects/events.js';
import { type Fields, isObject } from '../../../../service/dialects/fields.js';
import { replyOptions, writtenBy } from '../vectors.js';

const start: ChatEvent = { type: 'start', model: 'm' };
const usage: Usage = { prompt: 9, answer: 3 };
const finish: ChatEvent = { type: 'finish', reason: 'stop', usage };
const text = (words: string): ChatEvent => ({ type: 'text', text: words });
const thought = (words: string): ChatEvent => ({ type: 'thinking', text: words });
const signature: ChatEvent = { type: 'signature', signature: 'EqQB' };
const call = (index: number): ChatEvent => ({ type: 'toolCall', index, id: `call_${index}`, name: 'now' });
const given = (index: number, json: string): ChatEvent => ({ type: 'toolArguments', index, json });

const streamed = (...events: ChatEvent[]): string => writtenBy(anthropicMessages.encoder(replyOptions(true)), events);
const whole = (...events: ChatEvent[]): Fields =>
  JSON.parse(writtenBy(anthropicMessages.encoder(replyOptions(false)), events)) as Fields;

/** What is written of the blocks, in short: what opens, fills and closes them, each with its number. */
const blocks = (...events: ChatEvent[]): readonly string[] =>
  streamed(...events)
    .split('\n\n')
    .filter((event) => event.startsWith('event: content_block'))
    .map((event) => {
      const { index, content_block, delta } = JSON.parse(event.replace(/^.*\ndata: /, '')) as Fields;
      if (isObject(content_block)) return `${String(index)} ${String(content_block.id ?? content_block.type)}`;
      const said = isObject(delta) && (delta.text ?? delta.thinking ?? delta.signature ?? delta.partial_json);
      return `${String(index)}${said === false ? ' ends' : `: ${String(said)}`}`;
    });

describe('the blocks of an answer that is streamed as Anthropic does', () => {
  it.each<[what: string, events: ChatEvent[], expected: string[]]>([
    ['are none where nothing is said', [text(''), thought('')], []],
    [
      'are closed when another kind begins',
      [thought('a'), text('b'), thought('c')],
      ['0 thinking', '0: a', '0 ends', '1 text', '1: b', '1 ends', '2 thinking', '2: c', '2 ends'],
    ],
    [
      'are one for each signature',
      [thought('a'), signature, thought('b')],
      ['0 thinking', '0: a', '0: EqQB', '0 ends', '1 thinking', '1: b', '1 ends'],
    ],
    ['hold a signature alone', [signature, text('a')], ['0 thinking', '0: EqQB', '0 ends', '1 text', '1: a', '1 ends']],
    [
      'go on behind a call',
      [call(0), given(0, '{}'), text('a')],
      ['0 call_0', '0: {}', '0 ends', '1 text', '1: a', '1 ends'],
    ],
    ['may be calls without arguments', [call(0), call(1)], ['0 call_0', '0 ends', '1 call_1', '1 ends']],
    [
      'are calls one after another',
      [call(0), given(0, '{"a":'), given(0, '1}'), call(1), given(1, '{'), given(1, '}')],
      ['0 call_0', '0: {"a":', '0: 1}', '0 ends', '1 call_1', '1: {', '1: }', '1 ends'],
    ],
    [
      'wait for the call that is open where their arguments come by turns',
      [call(0), call(1), given(1, '{"b"'), given(0, '{"a"'), given(1, ':2}'), call(2), given(0, ':1}'), given(2, '{}')],
      ['0 call_0', '0: {"a"', '0: :1}', '0 ends', '1 call_1', '1: {"b":2}', '1 ends', '2 call_2', '2: {}', '2 ends'],
    ],
    [
      'wait for all that were begun before',
      [call(0), call(1), given(0, '{}'), call(2), given(1, '{}'), given(2, '{}')],
      ['0 call_0', '0: {}', '0 ends', '1 call_1', '1: {}', '1 ends', '2 call_2', '2: {}', '2 ends'],
    ],
    [
      'are written before the text behind them',
      [call(0), given(0, '{'), call(1), given(1, '{}'), given(0, '}'), text('a')],
      ['0 call_0', '0: {', '0: }', '0 ends', '1 call_1', '1: {}', '1 ends', '2 text', '2: a', '2 ends'],
    ],
  ])('%s', (_what, events, expected) => {
    expect(blocks(start, ...events, finish)).toEqual(expected);
  });

  it('are told when they come, not at the end', () => {
    const encoder = anthropicMessages.encoder(replyOptions(true));
    const written = [start, call(0), given(0, '{}'), call(1), given(1, '{}'), text('a')].map((event) =>
      encoder.encode(event),
    );
    expect(written.map((bytes) => bytes !== '')).toEqual([true, true, true, true, true, true]);
  });
});

describe('an answer as Anthropic tells it', () => {
  it('begins once, whoever goes on with it', () => {
    expect(streamed(start, text('a'), { type: 'start', model: 'n' }, text('b'), finish)).toBe(
      streamed(start, text('a'), text('b'), finish),
    );
    expect(whole(start, { type: 'start', model: 'n' }, finish).model).toBe('m');
  });

  it('says what it is', () => {
    expect(anthropicMessages.encoder(replyOptions(true)).contentType).toBe('text/event-stream; charset=utf-8');
    expect(anthropicMessages.encoder(replyOptions(false)).contentType).toBe('application/json; charset=utf-8');
    expect(anthropicMessages.streamed({ stream: true })).toBe(true);
    expect(anthropicMessages.streamed({})).toBe(false);
  });

  it('is empty if nothing is said', () => {
    expect(whole(start, finish)).toMatchObject({ content: [], stop_reason: 'end_turn' });
  });

  it.each<[ChatEvent, Fields]>([
    [
      { type: 'finish', reason: 'stop', usage },
      { stop_reason: 'end_turn', stop_sequence: null },
    ],
    [
      { type: 'finish', reason: 'stop', stopSequence: 'END', usage },
      { stop_reason: 'stop_sequence', stop_sequence: 'END' },
    ],
    [
      { type: 'finish', reason: 'length', usage },
      { stop_reason: 'max_tokens', stop_sequence: null },
    ],
    [
      { type: 'finish', reason: 'tools', usage },
      { stop_reason: 'tool_use', stop_sequence: null },
    ],
    [
      { type: 'finish', reason: 'filter', usage },
      { stop_reason: 'refusal', stop_sequence: null },
    ],
  ])('says why it ends: %j', (event, expected) => {
    expect(whole(start, event)).toMatchObject(expected);
    expect(streamed(start, event)).toContain(`"delta":${JSON.stringify(expected)}`);
  });

  it.each<[Usage | undefined, Fields]>([
    [undefined, { input_tokens: 0, output_tokens: 0 }],
    [
      { prompt: 129, answer: 3, cached: 100, thinking: 2 },
      {
        input_tokens: 29,
        cache_read_input_tokens: 100,
        output_tokens: 3,
        output_tokens_details: { thinking_tokens: 2 },
      },
    ],
  ])('tells its tokens: %j', (told, expected) => {
    expect(whole(start, { type: 'finish', reason: 'stop', usage: told }).usage).toEqual(expected);
  });

  it('has its calls in order, whole, also where their arguments come by turns', () => {
    const events = [call(0), call(1), given(1, '{"b":'), given(0, '{"a":1}'), given(1, '2}'), call(2)];
    expect(whole(start, ...events, finish).content).toEqual([
      { type: 'tool_use', id: 'call_0', name: 'now', input: { a: 1 } },
      { type: 'tool_use', id: 'call_1', name: 'now', input: { b: 2 } },
      { type: 'tool_use', id: 'call_2', name: 'now', input: {} },
    ]);
  });

  it('has a block for each signature', () => {
    expect(whole(start, thought('a'), signature, thought('b'), text('c'), finish).content).toEqual([
      { type: 'thinking', thinking: 'a', signature: 'EqQB' },
      { type: 'thinking', thinking: 'b', signature: '' },
      { type: 'text', text: 'c' },
    ]);
  });

  const failed = { type: 'error', error: { type: 'overloaded_error', message: 'gone' } };

  it.each<[what: string, events: ChatEvent[]]>([
    ['at its beginning', []],
    ['in the middle', [start, text('a')]],
    ['in a call', [start, call(0), given(0, '{')]],
  ])('may fail %s', (_what, before) => {
    const error: ChatEvent = { type: 'error', kind: 'unavailable', message: 'gone' };
    expect(streamed(...before, error).slice(streamed(...before).length)).toBe(
      `event: error\ndata: ${JSON.stringify(failed)}\n\n`,
    );
    expect(whole(...before, error)).toEqual(failed);
  });

  it.each<[what: string, events: ChatEvent[]]>([
    ['at the end', [finish]],
    ['where something comes behind it', [text('a')]],
  ])('can’t be told with a call whose arguments are no object: %s', (_what, behind) => {
    const message = 'the model calls "now" with arguments that are no JSON object';
    const error = { type: 'error', error: { type: 'api_error', message } };
    expect(
      streamed(start, call(0), given(0, '[1]'), ...behind)
        .split('event: ')
        .at(-1),
    ).toBe(`error\ndata: ${JSON.stringify(error)}\n\n`);
    expect(whole(start, call(0), given(0, '[1]'), ...behind, finish)).toEqual(error);
  });

  it('leaves a call open to doubt that is cut off at a limit', () => {
    const end: ChatEvent = { type: 'finish', reason: 'length', usage: undefined };
    expect(streamed(start, call(0), given(0, '{"a":'), end)).toContain('"stop_reason":"max_tokens"');
  });

  it('can’t be told with arguments for a call whose block is closed', () => {
    expect(streamed(start, call(0), given(0, '{}'), text('a'), given(0, ' '))).toContain('event: error');
  });
});

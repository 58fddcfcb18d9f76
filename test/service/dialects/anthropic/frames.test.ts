import { describe, expect, it } from 'vitest';
import { anthropicFraming } from '../../../../service/dialects/anthropic/frames.js';
import { type Frame, FrameTooLong, silentFrame } from '../../../../service/dialects/frames.js';
import { anyCutGivesTheSame, frameOf, type Recording } from '../cuts.js';

const event = (fields: { readonly type: string }): string =>
  `event: ${fields.type}\ndata: ${JSON.stringify(fields)}\n\n`;
const events = (...all: { readonly type: string }[]): string => all.map(event).join('');

const start = {
  type: 'message_start',
  message: { id: 'msg_1', type: 'message', role: 'assistant', model: 'm', content: [], usage: { input_tokens: 9 } },
};
const opened = (content_block: object, index = 0) => ({ type: 'content_block_start', index, content_block });
const filled = (delta: object, index = 0) => ({ type: 'content_block_delta', index, delta });
const closed = (index = 0) => ({ type: 'content_block_stop', index });
const ended = (stop_reason: string | null) => ({
  type: 'message_delta',
  delta: { stop_reason, stop_sequence: null },
  usage: { output_tokens: 3 },
});
const stop = { type: 'message_stop' };
const text = (piece: string, index = 0) => filled({ type: 'text_delta', text: piece }, index);
const thought = (piece: string, index = 0) => filled({ type: 'thinking_delta', thinking: piece }, index);

const greeting = events(
  start,
  opened({ type: 'text', text: '' }),
  { type: 'ping' },
  text('Grüße'),
  text(' 👋 日本'),
  closed(),
  ended('end_turn'),
  stop,
);

const recordings: Recording[] = [
  { what: 'a message', stream: greeting, frames: 8, text: 'Grüße 👋 日本' },
  { what: 'lines that end as on Windows', stream: greeting.replaceAll('\n', '\r\n'), frames: 8, text: 'Grüße 👋 日本' },
  { what: 'comments', stream: `: keep-alive\n\n: keep-alive\n${greeting}`, frames: 9, text: 'Grüße 👋 日本' },
  {
    what: 'a stop without a blank line',
    stream: greeting.slice(0, -1),
    frames: 8,
    text: 'Grüße 👋 日本',
    missing: '\n',
  },
  {
    what: 'a thought, its signature, and a tool call in pieces',
    stream: events(
      start,
      opened({ type: 'thinking', thinking: '', signature: '' }),
      thought('Wo? In Köln …'),
      filled({ type: 'signature_delta', signature: 'EqQB' }),
      closed(),
      opened({ type: 'tool_use', id: 'toolu_1', name: 'weather', input: {} }, 1),
      filled({ type: 'input_json_delta', partial_json: '{"city":"Kö' }, 1),
      filled({ type: 'input_json_delta', partial_json: 'ln"}' }, 1),
      closed(1),
      ended('tool_use'),
      stop,
    ),
    frames: 11,
    text: '',
  },
  {
    what: 'an error in the middle',
    stream: `${events(start, text('Grü'))}event: error\ndata: {"type":"error","error":{"message":"überlastet"}}\n\n`,
    frames: 3,
    text: 'Grü',
  },
];

describe('Anthropic’s frames', () => {
  anyCutGivesTheSame(anthropicFraming, recordings);

  const open = { choices: [0] };
  const held = { ...open, substance: true };
  const intricate = { ...held, intricate: true };

  it.each<[what: string, fields: { readonly type: string }, expected: Partial<Frame>]>([
    ['that an answer begins', start, open],
    ['that text begins', opened({ type: 'text', text: '' }), open],
    ['that text begins, with some', opened({ type: 'text', text: 'a' }), { ...held, text: 'a' }],
    ['that a thought begins', opened({ type: 'thinking', thinking: '', signature: '' }), open],
    ['a tool call', opened({ type: 'tool_use', id: 'toolu_1', name: 'weather', input: {} }), intricate],
    ['a thought that nobody may read', opened({ type: 'redacted_thinking', data: 'EmwK' }), intricate],
    ['a tool of the server’s own', opened({ type: 'server_tool_use', id: 's', name: 'web_search' }), intricate],
    ['text', text('ü'), { ...held, text: 'ü' }],
    ['no text', text(''), open],
    ['a thought', thought('hm'), held],
    ['a signature', filled({ type: 'signature_delta', signature: 'EqQB' }), open],
    ['arguments', filled({ type: 'input_json_delta', partial_json: '' }), intricate],
    ['a source', filled({ type: 'citations_delta', citation: {} }), intricate],
    ['that a block ends', closed(), open],
    ['why it ends', ended('max_tokens'), { ...open, finished: [0] }],
    ['no end without a reason', ended(null), open],
    ['what nobody knows yet', { type: 'message_note' }, open],
    ['an error', { type: 'error', error: { type: 'overloaded_error' } } as { type: string }, { error: true }],
  ])('tell %s', (_what, fields, expected) => {
    const bytes = event(fields);
    expect(frameOf(anthropicFraming, bytes)).toEqual({ ...silentFrame(Buffer.from(bytes)), fields, ...expected });
  });

  it.each<[what: string, bytes: string, expected: Partial<Frame>]>([
    ['a comment', ': keep-alive\n\n', {}],
    ['a ping', event({ type: 'ping' }), {}],
    ['an event without data', 'event: ping\n\n', {}],
    ['the end', event(stop), { last: true }],
    ['the end as vLLM has it behind the end', 'data: [DONE]\n\n', {}],
    ['the type by the event’s name', 'event: message_stop\ndata: {}\n\n', { last: true }],
    ['an error in words', 'event: error\ndata: too much\n\n', { fields: { error: 'too much' }, error: true }],
    ['what can’t be read', 'event: message_delta\ndata: {"type":\n\n', { malformed: true }],
  ])('tell %s', (_what, bytes, expected) => {
    expect(frameOf(anthropicFraming, bytes)).toEqual({ ...silentFrame(Buffer.from(bytes)), ...expected });
  });

  it('end an event without end', () => {
    const reader = anthropicFraming.reader();
    const feed = (): unknown => reader.feed(Buffer.from(`: ${'a'.repeat(1024 * 1024 - 3)}\n`));
    for (let fed = 0; fed < 16; fed += 1) expect(feed()).toEqual([]);
    expect(feed).toThrow(FrameTooLong);
  });

  it('have an end mark that is read as one', () => {
    expect(frameOf(anthropicFraming, anthropicFraming.endMark).last).toBe(true);
  });
});

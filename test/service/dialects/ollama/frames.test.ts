import { describe, expect, it } from 'vitest';
import { type Frame, FrameTooLong, silentFrame } from '../../../../service/dialects/frames.js';
import { ollamaFraming } from '../../../../service/dialects/ollama/frames.js';
import { anyCutGivesTheSame, frameOf, framesOf, type Recording } from '../cuts.js';

const stamp = { model: 'qwen3:8b', created_at: '2025-06-01T12:00:00.5Z' };
const chat = (message: object, more: object = { done: false }): object => ({
  ...stamp,
  message: { role: 'assistant', content: '', ...message },
  ...more,
});
const call = { function: { name: 'weather', arguments: { city: 'Köln' } } };
const end = {
  done: true,
  done_reason: 'stop',
  total_duration: 4883583458,
  prompt_eval_count: 26,
  eval_count: 3,
};
const lines = (objects: readonly object[], newline = '\n'): string =>
  objects.map((object) => JSON.stringify(object) + newline).join('');

const greeting = [chat({ content: 'Grüße' }), chat({ content: ' 👋 日本' }), chat({}, end)];

const recordings: Recording[] = [
  { what: 'a chat', stream: lines(greeting), frames: 3, text: 'Grüße 👋 日本' },
  { what: 'lines that end as on Windows', stream: lines(greeting, '\r\n'), frames: 3, text: 'Grüße 👋 日本' },
  { what: 'a blank line between two', stream: lines(greeting, '\n\n'), frames: 6, text: 'Grüße 👋 日本' },
  {
    what: 'a last line that isn’t ended',
    stream: lines(greeting).trim(),
    frames: 3,
    text: 'Grüße 👋 日本',
    missing: '\n',
  },
  {
    what: 'thoughts and a tool call',
    stream: lines([chat({ thinking: 'Wo? In Köln …' }), chat({ tool_calls: [call] }), chat({}, end)]),
    frames: 3,
    text: '',
  },
  {
    what: 'a completion',
    stream: lines([
      { ...stamp, response: 'fünf', done: false },
      { ...stamp, response: '', context: [1, 2, 3], ...end },
    ]),
    frames: 2,
    text: 'fünf',
  },
  {
    what: 'an error in the middle',
    stream: lines([chat({ content: 'Grü' }), { error: 'an error was encountered while running the model' }]),
    frames: 2,
    text: 'Grü',
  },
];

describe('Ollama’s frames', () => {
  anyCutGivesTheSame(ollamaFraming, recordings);

  const open = { choices: [0] };
  const done = { choices: [0], finished: [0], last: true };

  it.each<[what: string, object: object, expected: Partial<Frame>]>([
    ['text of a chat', chat({ content: 'ü' }), { ...open, text: 'ü', substance: true }],
    ['text of a completion', { response: 'ü', done: false }, { ...open, text: 'ü', substance: true }],
    ['no text yet', chat({}), open],
    ['a thought', chat({ thinking: 'hm' }), { ...open, substance: true }],
    ['a thought of a completion', { response: '', thinking: 'hm' }, { ...open, substance: true }],
    ['an empty thought', chat({ thinking: '' }), open],
    ['a tool call', chat({ tool_calls: [call] }), { ...open, substance: true, intricate: true }],
    ['no tool calls', chat({ tool_calls: [] }), open],
    [
      'probabilities',
      chat({ content: 'a' }, { logprobs: [{ token: 'a', logprob: -0.1 }] }),
      { ...open, text: 'a', substance: true, intricate: true },
    ],
    ['the end', chat({}, end), done],
    ['an end with text', chat({ content: '.' }, end), { ...done, text: '.', substance: true }],
    ['an error', { error: 'out of memory' }, { ...open, error: true }],
  ])('tell %s', (_what, object, expected) => {
    const line = lines([object]);
    expect(frameOf(ollamaFraming, line)).toEqual({ ...silentFrame(Buffer.from(line)), fields: object, ...expected });
  });

  it.each(['\n', '\r\n', ' \t\n'])('say nothing on a blank line (%j)', (line) => {
    expect(frameOf(ollamaFraming, line)).toEqual(silentFrame(Buffer.from(line)));
  });

  it.each(['{"message":\n', '<html>\n', 'null\n', '[]\n', '"text"\n'])(
    'are malformed when no JSON object: %j',
    (line) => {
      expect(frameOf(ollamaFraming, line)).toEqual({ ...silentFrame(Buffer.from(line)), malformed: true });
    },
  );

  it.each(['', '\r', ' ', '{"done":', '{"done":fal'])('are none of what is left in %j', (left) => {
    expect(framesOf(ollamaFraming, [Buffer.from(left)])).toEqual([]);
  });

  it('come as soon as their line is whole', () => {
    const reader = ollamaFraming.reader();
    const line = lines([chat({ content: 'a' })]);
    expect(reader.feed(Buffer.from(line.slice(0, -1)))).toEqual([]);
    expect(reader.feed(Buffer.from(`\n${line}`))).toHaveLength(2);
  });

  it('end a line without end', () => {
    const reader = ollamaFraming.reader();
    const megabyte = Buffer.alloc(1024 * 1024, 'a');
    const feed = (): unknown => reader.feed(megabyte);
    for (let fed = 0; fed < 16; fed += 1) expect(feed()).toEqual([]);
    expect(feed).toThrow(FrameTooLong);
  });

  it('have no limit together', () => {
    const reader = ollamaFraming.reader();
    const line = Buffer.from(lines([{ response: 'a'.repeat(1024 * 1024) }]));
    for (let fed = 0; fed < 20; fed += 1) expect(reader.feed(line)).toHaveLength(1);
  });
});

describe('Ollama’s frames that go on from another answer', () => {
  it.each<[what: string, object: object, text: string, expected: object]>([
    ['a chat', chat({ content: 'Hello wor' }), 'wor', chat({ content: 'wor' })],
    ['a completion', { response: 'Hello wor', done: false }, 'wor', { response: 'wor', done: false }],
    ['the end', chat({ content: '.' }, end), '', chat({ content: '' }, end)],
  ])('keep all but the text that is there: %s', (_what, object, text, expected) => {
    const bytes = ollamaFraming.continued?.(frameOf(ollamaFraming, lines([object])), text, undefined);
    expect(bytes?.toString('utf8')).toBe(lines([expected]));
  });
});

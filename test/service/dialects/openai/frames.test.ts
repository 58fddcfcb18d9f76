import { describe, expect, it } from 'vitest';
import { type Frame, FrameTooLong, silentFrame } from '../../../../service/dialects/frames.js';
import { openaiFraming } from '../../../../service/dialects/openai/frames.js';
import { anyCutGivesTheSame, frameOf, framesOf, type Recording } from '../cuts.js';

const stamp = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1000, model: 'm' };
const choice = (delta: object, finish_reason: string | null = null, index = 0): object => ({
  index,
  delta,
  logprobs: null,
  finish_reason,
});
const chunk = (...choices: object[]): object => ({ ...stamp, choices });
const usage = { ...stamp, choices: [], usage: { prompt_tokens: 9, completion_tokens: 3, total_tokens: 12 } };
const call = { index: 0, id: 'call_1', type: 'function', function: { name: 'weather', arguments: '' } };
const event = (object: object): string => `data: ${JSON.stringify(object)}\n\n`;
const events = (...objects: object[]): string => objects.map(event).join('');
const mark = 'data: [DONE]\n\n';

const greeting = [
  chunk(choice({ role: 'assistant', content: '' })),
  chunk(choice({ content: 'Grüße' })),
  chunk(choice({ content: ' 👋 日本' })),
  chunk(choice({}, 'stop')),
];
const answer = events(...greeting, usage) + mark;
const text = 'Grüße 👋 日本';

const recordings: Recording[] = [
  { what: 'a chat with usage', stream: answer, frames: 6, text },
  { what: 'lines that end as on Windows', stream: answer.replaceAll('\n', '\r\n'), frames: 6, text },
  {
    what: 'comments that keep the connection alive',
    stream: `: OPENROUTER PROCESSING\n\n:\n\n: OPENROUTER PROCESSING\n${answer}`,
    frames: 8,
    text,
  },
  { what: 'an end mark without a blank line', stream: answer.slice(0, -1), frames: 6, text, missing: '\n' },
  { what: 'an end mark without a line’s end', stream: answer.slice(0, -2), frames: 6, text, missing: '\n\n' },
  {
    what: 'half of a Windows blank line at the end',
    stream: answer.replaceAll('\n', '\r\n').slice(0, -1),
    frames: 6,
    text,
    missing: '\n\n',
  },
  {
    what: 'reasoning, then a tool call in pieces',
    stream:
      events(
        chunk(choice({ role: 'assistant', reasoning_content: 'Wo? In Köln …' })),
        chunk(choice({ tool_calls: [call] })),
        chunk(choice({ tool_calls: [{ index: 0, function: { arguments: '{"city":"Kö' } }] })),
        chunk(choice({ tool_calls: [{ index: 0, function: { arguments: 'ln"}' } }] })),
        chunk(choice({}, 'tool_calls')),
      ) + mark,
    frames: 6,
    text: '',
  },
  {
    what: 'a byte order mark, names and ids of events, data on several lines',
    stream: `\uFEFFid: 1\nevent: message\ndata: {"choices":\ndata:[{"index":0,"delta":{"content":"ü"}}]}\nretry: 9\n\n${mark}`,
    frames: 2,
    text: 'ü',
  },
  {
    what: 'an error in the middle',
    stream: events(chunk(choice({ content: 'Grü' })), { error: { message: 'überlastet', code: 502 } }),
    frames: 2,
    text: 'Grü',
  },
];

describe('OpenAI’s frames', () => {
  anyCutGivesTheSame(openaiFraming, recordings);

  const open = { choices: [0] };
  const held = { choices: [0], substance: true };
  const intricate = { ...held, intricate: true };

  it.each<[what: string, object: object, expected: Partial<Frame>]>([
    ['text', chunk(choice({ content: 'ü' })), { ...held, text: 'ü' }],
    ['a role and no text yet', chunk(choice({ role: 'assistant', content: '' })), open],
    ['text that is null', chunk(choice({ content: null })), open],
    ['text of a text completion', chunk({ index: 0, text: 'ü', finish_reason: null }), { ...held, text: 'ü' }],
    ['the end of a text completion', chunk({ index: 0, text: '', finish_reason: 'stop' }), { ...open, finished: [0] }],
    ['a choice without an index as the first', chunk({ delta: { content: 'a' } }), { ...held, text: 'a' }],
    ['reasoning (OpenRouter, Ollama)', chunk(choice({ content: '', reasoning: 'hm' })), held],
    ['reasoning (DeepSeek, llama.cpp)', chunk(choice({ reasoning_content: 'hm' })), held],
    ['empty reasoning', chunk(choice({ reasoning_content: '' })), open],
    ['a tool call', chunk(choice({ tool_calls: [call] })), intricate],
    ['no tool calls', chunk(choice({ tool_calls: [] })), open],
    ['a function call', chunk(choice({ function_call: { name: 'weather', arguments: '' } })), intricate],
    ['audio', chunk(choice({ audio: { id: 'audio_1', data: 'AAAA' } })), intricate],
    ['a refusal', chunk(choice({ refusal: 'No.' })), intricate],
    ['an empty refusal', chunk(choice({ content: '', refusal: '' })), open],
    ['probabilities', chunk({ ...choice({ content: 'a' }), logprobs: { content: [] } }), { ...intricate, text: 'a' }],
    [
      'a second choice, whose text isn’t the answer’s',
      chunk(choice({ content: 'b' }, null, 1)),
      { ...intricate, choices: [1] },
    ],
    [
      'two choices, of which one is finished',
      chunk(choice({ content: 'a' }), choice({}, 'stop', 1)),
      { ...intricate, choices: [0, 1], finished: [1], text: 'a' },
    ],
    ['that a choice is finished', chunk(choice({}, 'length')), { ...open, finished: [0] }],
    ['text with the finish', chunk(choice({ content: '.' }, 'stop')), { ...held, text: '.', finished: [0] }],
    // SGLang and older releases of Ollama write '' where others write null.
    ['no finish for an empty reason', chunk(choice({ content: 'a' }, '')), { ...held, text: 'a' }],
    ['usage', usage, {}],
    ['an error', { error: { message: 'overloaded' } }, { error: true }],
    ['an error in a word', { error: 'overloaded' }, { error: true }],
    ['no error for null', { ...chunk(choice({})), error: null }, open],
  ])('tell %s', (_what, object, expected) => {
    const bytes = Buffer.from(event(object));
    expect(frameOf(openaiFraming, event(object))).toEqual({ ...silentFrame(bytes), fields: object, ...expected });
  });

  it.each<[what: string, text: string, expected: Partial<Frame>]>([
    ['a comment', ': PROCESSING\n\n', {}],
    ['a blank line', '\n', {}],
    ['a blank line as on Windows', '\r\n', {}],
    ['an event without data', 'event: ping\n\n', {}],
    ['a field that nobody knows', 'dat: {}\n\n', {}],
    ['the end mark', 'data: [DONE]\n\n', { last: true }],
    ['the end mark without a space', 'data:[DONE]\n\n', { last: true }],
    ['the end mark with one too many', 'data: [DONE] \r\n\r\n', { last: true }],
    ['data without a space', 'data:{}\n\n', { fields: {} }],
    ['data behind a comment', ': PROCESSING\ndata: {}\n\n', { fields: {} }],
    ['data on two lines', 'data: {\ndata: }\n\n', { fields: {} }],
    ['data that is an error by its name', 'event: error\ndata: {"a":1}\n\n', { fields: { a: 1 }, error: true }],
    ['an error in words', 'event: error\ndata: too much\n\n', { fields: { error: 'too much' }, error: true }],
    ['what can’t be read', 'data: {"choices":\n\n', { malformed: true }],
    ['JSON that is no object', 'data: null\n\n', { malformed: true }],
  ])('tell %s', (_what, given, expected) => {
    expect(frameOf(openaiFraming, given)).toEqual({ ...silentFrame(Buffer.from(given)), ...expected });
  });

  it.each(['', 'data: {"choices":', 'data: {"choices":\n', 'data: [DO'])('are none of what is left in %j', (left) => {
    expect(framesOf(openaiFraming, [Buffer.from(left)])).toEqual([]);
  });

  it('come as soon as their blank line is here', () => {
    const reader = openaiFraming.reader();
    expect(reader.feed(Buffer.from('data: {}\n'))).toEqual([]);
    expect(reader.feed(Buffer.from('\ndata: {}\n\n'))).toHaveLength(2);
  });

  it.each([
    ['a line', 'a'.repeat(1024 * 1024)],
    ['an event', `: ${'a'.repeat(1024 * 1024 - 3)}\n`],
  ])('end %s without end', (_what, piece) => {
    const reader = openaiFraming.reader();
    const feed = (): unknown => reader.feed(Buffer.from(piece));
    for (let fed = 0; fed < 16; fed += 1) expect(feed()).toEqual([]);
    expect(feed).toThrow(FrameTooLong);
  });

  it('have no limit together', () => {
    const reader = openaiFraming.reader();
    const piece = Buffer.from(event(chunk(choice({ content: 'a'.repeat(1024 * 1024) }))));
    for (let fed = 0; fed < 20; fed += 1) expect(reader.feed(piece)).toHaveLength(1);
  });

  it('have an end mark that is read as one', () => {
    expect(frameOf(openaiFraming, openaiFraming.endMark).last).toBe(true);
  });
});

describe('OpenAI’s frames that go on from another answer', () => {
  const other = { ...stamp, id: 'gen-2', created: 2000, model: 'n' };
  const continued = (object: object, rest: string, first?: Frame['fields']): string =>
    openaiFraming.continued?.(frameOf(openaiFraming, event(object)), rest, first).toString('utf8') ?? '';

  it.each<[what: string, choices: object[], expected: object[]]>([
    ['keep what of the text is new', [choice({ content: 'Hello wor' })], [choice({ content: 'wor' })]],
    ['have no role again', [choice({ role: 'assistant', content: 'wor' })], [choice({ content: 'wor' })]],
    ['get no text that they had not', [choice({ role: 'assistant', reasoning: 'hm' })], [choice({ reasoning: 'hm' })]],
    [
      'keep what is new of a text completion',
      [{ index: 0, text: 'Hello wor', finish_reason: null }],
      [{ index: 0, text: 'wor', finish_reason: null }],
    ],
    [
      'tell with the finish what is known to be new only then',
      [choice({}, 'stop')],
      [choice({ content: 'wor' }, 'stop')],
    ],
    ['keep a usage chunk', [], []],
  ])('%s', (_what, choices, expected) => {
    expect(continued({ ...stamp, choices }, 'wor')).toBe(event({ ...stamp, choices: expected }));
  });

  it('have the first answer’s id and time, and the model that goes on', () => {
    expect(continued({ ...other, choices: [] }, '', stamp)).toBe(
      event({ ...other, id: 'chatcmpl-1', created: 1000, choices: [] }),
    );
  });
});

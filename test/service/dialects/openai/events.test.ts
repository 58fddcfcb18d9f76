import { describe, expect, it } from 'vitest';
import type { ChatEvent } from '../../../../service/dialects/events.js';
import { openaiServer } from '../../../../service/dialects/openai/api.js';
import { cut } from '../cuts.js';
import { answersIn, eventsOf, joined } from '../vectors.js';

const answers = answersIn('openai');

const start: ChatEvent = { type: 'start', model: 'm' };
const text = (said: string): ChatEvent => ({ type: 'text', text: said });
const call = (index: number, id: string, name: string): ChatEvent => ({ type: 'toolCall', index, id, name });
const args = (index: number, json: string): ChatEvent => ({ type: 'toolArguments', index, json });
const finish = (reason: 'stop' | 'length' | 'tools' | 'filter', usage?: object): ChatEvent =>
  ({ type: 'finish', reason, usage }) as ChatEvent;

const chunk = (delta: object, finish_reason: string | null = null, more: object = {}): object => ({
  model: 'm',
  choices: [{ index: 0, delta, finish_reason, ...more }],
});
const used = { prompt_tokens: 9, completion_tokens: 3, total_tokens: 12 };
const usage = { prompt: 9, answer: 3 };
const stream = (...chunks: object[]): string =>
  [...chunks.map((one) => JSON.stringify(one)), '[DONE]'].map((data) => `data: ${data}\n\n`).join('');
const read = (...chunks: object[]): readonly ChatEvent[] => eventsOf(openaiServer, [Buffer.from(stream(...chunks))]);

describe('an answer in OpenAI’s words is read', () => {
  it.each(answers)('streamed: $what', ({ stream: streamed, events }) => {
    expect(eventsOf(openaiServer, [Buffer.from(streamed)])).toEqual(events.filter(({ type }) => type !== 'error'));
  });

  it.each(answers.filter(({ events }) => events.at(-1)?.type !== 'error'))('whole: $what', ({ whole, events }) => {
    expect(openaiServer.whole(whole)).toEqual(joined(events));
  });

  it.each(answers)('wherever the network cuts it: $what', ({ stream: streamed }) => {
    const whole = JSON.stringify(eventsOf(openaiServer, [Buffer.from(streamed)]));
    for (const ended of [streamed, streamed.replaceAll('\n', '\r\n')]) {
      const bytes = Buffer.from(ended);
      const different = [...bytes.keys()].filter(
        (offset) => JSON.stringify(eventsOf(openaiServer, cut(bytes, [offset]))) !== whole,
      );
      expect(different).toEqual([]);
    }
  });

  const open = chunk({ role: 'assistant', content: '' });
  const end = chunk({}, 'stop');

  it.each<[what: string, chunks: object[], expected: ChatEvent[]]>([
    ['with nothing in it', [open, end], [start, finish('stop')]],
    ['without a reason why it ends', [open, chunk({ content: 'a' })], [start, text('a'), finish('stop')]],
    ['with a reason that nobody knows', [open, chunk({}, 'eos')], [start, finish('stop')]],
    [
      'with the role in every chunk',
      [chunk({ role: 'assistant', content: 'a' }), end],
      [start, text('a'), finish('stop')],
    ],
    ['with its text in the last chunk', [chunk({ content: 'a' }, 'stop')], [start, text('a'), finish('stop')]],
    [
      'with usage behind the end',
      [open, end, { model: 'm', choices: [], usage: used }],
      [start, finish('stop', usage)],
    ],
    ['with usage in the last chunk', [open, { ...end, usage: used }], [start, finish('stop', usage)]],
    [
      'with usage in every chunk, of which the last counts',
      [{ ...open, usage: { ...used, completion_tokens: 1 } }, end, { model: 'm', choices: [], usage: used }],
      [start, finish('stop', usage)],
    ],
    ['with usage that is null', [{ ...open, usage: null }, end], [start, finish('stop')]],
    [
      'with usage in detail',
      [
        open,
        end,
        {
          choices: [],
          usage: {
            ...used,
            prompt_tokens_details: { cached_tokens: 4 },
            completion_tokens_details: { reasoning_tokens: 2 },
          },
        },
      ],
      [start, finish('stop', { ...usage, cached: 4, thinking: 2 })],
    ],
    [
      'with usage of DeepSeek’s cache',
      [open, { ...end, usage: { ...used, prompt_cache_hit_tokens: 4 } }],
      [start, finish('stop', { ...usage, cached: 4 })],
    ],
    ['with nothing of a model at first (Azure)', [{ model: '', choices: [] }, open, end], [start, finish('stop')]],
    [
      'without a model',
      [{ choices: [{ delta: { content: 'a' } }] }],
      [{ type: 'start', model: '' }, text('a'), finish('stop')],
    ],
    [
      'without other choices',
      [chunk({ content: 'b' }, null, { index: 1 }), chunk({ content: 'a' }), end],
      [start, text('a'), finish('stop')],
    ],
    [
      'with a thought (DeepSeek, llama.cpp)',
      [chunk({ content: null, reasoning_content: 'hm' }), end],
      [start, { type: 'thinking', text: 'hm' }, finish('stop')],
    ],
    [
      'with a thought (OpenRouter, Ollama, vLLM)',
      [chunk({ content: '', reasoning: 'hm' }), end],
      [start, { type: 'thinking', text: 'hm' }, finish('stop')],
    ],
    [
      'with a thought under both names once',
      [chunk({ reasoning: 'hm', reasoning_content: 'hm' }), end],
      [start, { type: 'thinking', text: 'hm' }, finish('stop')],
    ],
    [
      'with a thought and text in one chunk',
      [chunk({ reasoning: 'hm', content: 'a' }), end],
      [start, { type: 'thinking', text: 'hm' }, text('a'), finish('stop')],
    ],
    ['with a refusal as text', [chunk({ refusal: 'No.' }), end], [start, text('No.'), finish('stop')]],
    [
      'with the text that ended it (vLLM)',
      [open, chunk({}, 'stop', { stop_reason: 'END' })],
      [start, { type: 'finish', reason: 'stop', stopSequence: 'END', usage: undefined }],
    ],
    [
      'with the token that ended it (vLLM)',
      [open, chunk({}, 'stop', { stop_reason: 128009 })],
      [start, finish('stop')],
    ],
    [
      'with probabilities of text that is still to come',
      [chunk({ content: '' }, null, { logprobs: { content: [{ token: 'a', logprob: -1 }] } }), end],
      [start, { type: 'text', text: '', logprobs: [{ token: 'a', logprob: -1, alternatives: [] }] }, finish('stop')],
    ],
    [
      'broken off for want of resources (DeepSeek)',
      [chunk({ content: 'a' }), chunk({}, 'insufficient_system_resource')],
      [
        start,
        text('a'),
        { type: 'error', kind: 'upstream', message: 'the server ends its answer with "insufficient_system_resource"' },
      ],
    ],
  ])('%s', (_what, chunks, expected) => {
    expect(read(...chunks)).toEqual(expected);
  });

  it('with the finish as soon as the usage is there', () => {
    const decoder = openaiServer.decoder();
    const given = (fields: object): readonly ChatEvent[] => {
      const [frame] = openaiServer.framing.reader().feed(Buffer.from(`data: ${JSON.stringify(fields)}\n\n`));
      return frame === undefined ? [] : decoder.frame(frame);
    };
    expect(given(end)).toEqual([start]);
    expect(given({ choices: [], usage: used })).toEqual([finish('stop', usage)]);
    expect(given(end)).toEqual([]);
    expect(decoder.end()).toEqual([]);
  });

  it('that is empty', () => {
    expect(eventsOf(openaiServer, [])).toEqual([{ type: 'start', model: '' }, finish('stop')]);
    expect(openaiServer.whole({})).toEqual([{ type: 'start', model: '' }, finish('stop')]);
  });
});

describe('calls of tools are read', () => {
  interface Piece {
    index?: number;
    id?: string | null;
    name?: string | null;
    json?: unknown;
  }
  const piece = ({ name, json, ...rest }: Piece): object => ({
    ...rest,
    type: 'function',
    function: { ...(name === undefined ? {} : { name }), ...(json === undefined ? {} : { arguments: json }) },
  });
  const pieces = (...given: Piece[]): object => chunk({ tool_calls: given.map(piece) });
  const weather = (...json: string[]): ChatEvent[] => [call(0, 'a', 'weather'), ...json.map((one) => args(0, one))];
  const time = (...json: string[]): ChatEvent[] => [call(1, 'b', 'time'), ...json.map((one) => args(1, one))];

  it.each<[what: string, chunks: object[], expected: ChatEvent[]]>([
    [
      'in pieces',
      [
        pieces({ index: 0, id: 'a', name: 'weather', json: '' }),
        pieces({ index: 0, json: '{"x"' }),
        pieces({ index: 0, json: ':1}' }),
      ],
      weather('{"x"', ':1}'),
    ],
    ['whole', [pieces({ index: 0, id: 'a', name: 'weather', json: '{"x":1}' })], weather('{"x":1}')],
    [
      'several whole in one chunk',
      [pieces({ index: 0, id: 'a', name: 'weather', json: '{}' }, { index: 1, id: 'b', name: 'time', json: '{}' })],
      [...weather('{}'), ...time('{}')],
    ],
    [
      'by turns',
      [
        pieces({ index: 0, id: 'a', name: 'weather' }, { index: 1, id: 'b', name: 'time' }),
        pieces({ index: 1, json: '{' }),
        pieces({ index: 0, json: '{' }),
        pieces({ index: 1, json: '}' }, { index: 0, json: '}' }),
      ],
      [...weather(), ...time(), args(1, '{'), args(0, '{'), args(1, '}'), args(0, '}')],
    ],
    [
      'numbered from 1 on',
      [
        pieces({ index: 1, id: 'a', name: 'weather', json: '{}' }),
        pieces({ index: 2, id: 'b', name: 'time', json: '{}' }),
      ],
      [...weather('{}'), ...time('{}')],
    ],
    [
      'whole without an index (ollama#7881)',
      [pieces({ id: 'a', name: 'weather', json: '{}' }), pieces({ id: 'b', name: 'time', json: '{}' })],
      [...weather('{}'), ...time('{}')],
    ],
    [
      'in pieces without an index',
      [
        pieces({ id: 'a', name: 'weather' }),
        pieces({ json: '{}' }),
        pieces({ id: 'b', name: 'time' }),
        pieces({ json: '{}' }),
      ],
      [...weather(), args(0, '{}'), ...time(), args(1, '{}')],
    ],
    [
      'in pieces of an id each without an index',
      [
        pieces({ id: 'a', name: 'weather' }, { id: 'b', name: 'time' }),
        pieces({ id: 'a', json: '{' }),
        pieces({ id: 'b', json: '{}' }),
        pieces({ id: 'a', json: '}' }),
      ],
      [...weather(), ...time(), args(0, '{'), args(1, '{}'), args(0, '}')],
    ],
    [
      'with neither index nor id',
      [pieces({ name: 'weather', json: '{}' }, { name: 'weather', json: '{"x":1}' })],
      [call(0, '', 'weather'), args(0, '{}'), call(1, '', 'weather'), args(1, '{"x":1}')],
    ],
    [
      'all of the same index (ollama#15457)',
      [
        pieces({ index: 0, id: 'a', name: 'weather', json: '{}' }),
        pieces({ index: 0, id: 'b', name: 'time', json: '{' }),
        pieces({ index: 0, json: '}' }),
      ],
      [...weather('{}'), ...time('{', '}')],
    ],
    [
      'of the same index without ids',
      [pieces({ index: 0, name: 'weather', json: '{}' }), pieces({ index: 0, name: 'time', json: '{}' })],
      [call(0, '', 'weather'), args(0, '{}'), call(1, '', 'time'), args(1, '{}')],
    ],
    [
      'with id and name in every piece (spring-ai#5973)',
      [
        pieces({ index: 0, id: 'a', name: 'weather', json: '{' }),
        pieces({ index: 0, id: 'a', name: 'weather', json: '}' }),
      ],
      weather('{', '}'),
    ],
    [
      'with an empty id and name in every further piece (opencode#37841)',
      [pieces({ index: 0, id: 'a', name: 'weather', json: '{' }), pieces({ index: 0, id: '', name: '', json: '}' })],
      weather('{', '}'),
    ],
    [
      'with null for id and name in every further piece',
      [
        pieces({ index: 0, id: 'a', name: 'weather', json: '{' }),
        pieces({ index: 0, id: null, name: null, json: '}' }),
      ],
      weather('{', '}'),
    ],
    [
      'without an id at all (mistral, langchain#38677)',
      [pieces({ index: 0, name: 'weather' }), pieces({ index: 0, json: '{}' })],
      [call(0, '', 'weather'), args(0, '{}')],
    ],
    [
      'with a name that comes late (vercel/ai#15879)',
      [pieces({ index: 0, id: 'a', name: '', json: '{' }), pieces({ index: 0, id: 'a', name: 'weather', json: '}' })],
      weather('{', '}'),
    ],
    [
      'with arguments as an object (llama.cpp#20198)',
      [pieces({ index: 0, id: 'a', name: 'weather', json: { x: 1 } })],
      weather('{"x":1}'),
    ],
    [
      'with an empty object before the arguments',
      [pieces({ index: 0, id: 'a', name: 'weather', json: {} }), pieces({ index: 0, json: '{"x":1}' })],
      weather('{"x":1}'),
    ],
    ['without arguments', [pieces({ index: 0, id: 'a', name: 'weather', json: '' })], weather('{}')],
    ['with null for arguments', [pieces({ index: 0, id: 'a', name: 'weather', json: null })], weather('{}')],
    ['that are no JSON, as they came', [pieces({ index: 0, id: 'a', name: 'weather', json: 'Köln' })], weather('Köln')],
    [
      'as a function call, as they were before',
      [chunk({ function_call: { name: 'weather', arguments: '' } }), chunk({ function_call: { arguments: '{}' } })],
      [call(0, '', 'weather'), args(0, '{}')],
    ],
  ])('%s', (_what, chunks, expected) => {
    const tools = [start, ...expected, finish('tools')];
    expect(read(...chunks, chunk({}, 'tool_calls'))).toEqual(tools);
    // Many servers say "stop", or nothing.
    expect(read(...chunks, chunk({}, 'stop'))).toEqual(tools);
    expect(read(...chunks)).toEqual(tools);
  });

  it('and an end at the limit is one', () => {
    const cutOff = [pieces({ index: 0, id: 'a', name: 'weather', json: '' }), chunk({}, 'length')];
    expect(read(...cutOff)).toEqual([start, ...weather(), finish('length')]);
  });

  it('and a finish for their sake without any is none', () => {
    expect(read(chunk({ content: 'a' }), chunk({}, 'tool_calls'))).toEqual([start, text('a'), finish('stop')]);
  });

  it('and without a name they are an error', () => {
    expect(read(pieces({ index: 0, id: 'a', json: '{}' }), chunk({}, 'tool_calls'))).toEqual([
      start,
      { type: 'error', kind: 'upstream', message: 'the server calls a tool without its name' },
    ]);
  });

  it('from an answer that came whole, whatever ids they have', () => {
    const tool_calls = [
      { id: '', name: 'weather' },
      { id: '', name: 'weather', json: { x: 1 } },
    ].map(piece);
    const message = { role: 'assistant', content: null, tool_calls };
    expect(openaiServer.whole({ model: 'm', choices: [{ index: 0, message, finish_reason: 'stop' }] })).toEqual([
      start,
      call(0, '', 'weather'),
      call(1, '', 'weather'),
      args(1, '{"x":1}'),
      args(0, '{}'),
      finish('tools'),
    ]);
  });
});

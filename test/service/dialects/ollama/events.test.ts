import { describe, expect, it } from 'vitest';
import type { ChatEvent, FinishReason, Usage } from '../../../../service/dialects/events.js';
import type { Fields } from '../../../../service/dialects/fields.js';
import { ollamaServer } from '../../../../service/dialects/ollama/api.js';
import { cut } from '../cuts.js';
import { answersIn, eventsOf, joined } from '../vectors.js';

const answers = answersIn('ollama');

const readPieces = (pieces: readonly Buffer[]): readonly ChatEvent[] => eventsOf(ollamaServer, pieces);
const read = (stream: string): readonly ChatEvent[] => readPieces([Buffer.from(stream)]);

const lines = (...objects: readonly Fields[]): string => objects.map((line) => `${JSON.stringify(line)}\n`).join('');
const message = (more: Fields, rest: Fields = { done: false }): Fields => ({
  model: 'm',
  message: { role: 'assistant', content: '', ...more },
  ...rest,
});
const end = (more: Fields = {}): Fields => message({}, { done: true, done_reason: 'stop', ...more });

const start: ChatEvent = { type: 'start', model: 'm' };
const finish = (reason: FinishReason = 'stop', usage?: Usage): ChatEvent => ({ type: 'finish', reason, usage });

/** What is left of an answer in Ollama's words: it has none for what is withheld, and an error is no event there. */
function known(events: readonly ChatEvent[]): readonly ChatEvent[] {
  return joined(events)
    .filter(({ type }) => type !== 'error')
    .map((event) => (event.type === 'finish' && event.reason === 'filter' ? { ...event, reason: 'stop' } : event));
}

describe('an answer of an Ollama server', () => {
  it.each(answers)('is read as it is streamed: $what', ({ events, stream }) => {
    expect(joined(read(stream))).toEqual(known(events));
  });

  it.each(answers.filter(({ whole }) => ollamaServer.framing.isAnswer(whole)))(
    'is read whole: $what',
    ({ events, whole }) => {
      expect(joined(ollamaServer.whole(whole))).toEqual(known(events));
    },
  );

  it.each(answers)('is the same wherever it is cut: $what', ({ stream }) => {
    for (const ending of ['\n', '\r\n']) {
      const bytes = Buffer.from(stream.replaceAll('\n', ending));
      const expected = JSON.stringify(readPieces([bytes]));
      const offsets = [...bytes.keys()];
      expect(offsets.filter((offset) => JSON.stringify(readPieces(cut(bytes, [offset]))) !== expected)).toEqual([]);
      expect(JSON.stringify(readPieces(cut(bytes, offsets)))).toBe(expected);
    }
  });

  it.each<[what: string, stream: string, expected: readonly ChatEvent[]]>([
    ['that is empty', lines(end()), [start, finish()]],
    ['that begins with nothing', lines(message({}), end()), [start, finish()]],
    [
      'with text in its last line',
      lines(message({ content: 'a' }, { done: true, done_reason: 'stop' })),
      [start, { type: 'text', text: 'a' }, finish()],
    ],
    [
      'with all in one line',
      lines(
        message({ content: 'b', thinking: 'a', tool_calls: [{ id: 'x', function: { name: 'c', arguments: {} } }] }),
        end(),
      ),
      [
        start,
        { type: 'thinking', text: 'a' },
        { type: 'text', text: 'b' },
        { type: 'toolCall', index: 0, id: 'x', name: 'c' },
        { type: 'toolArguments', index: 0, json: '{}' },
        finish('tools'),
      ],
    ],
    [
      'with calls that are all number 0 and have no ids',
      lines(
        message({ tool_calls: [{ function: { index: 0, name: 'a', arguments: { x: [1, 'ü'] } } }] }),
        message({ tool_calls: [{ function: { index: 0, name: 'b' } }] }),
        end(),
      ),
      [
        start,
        { type: 'toolCall', index: 0, id: '', name: 'a' },
        { type: 'toolArguments', index: 0, json: '{"x":[1,"ü"]}' },
        { type: 'toolCall', index: 1, id: '', name: 'b' },
        { type: 'toolArguments', index: 1, json: '{}' },
        finish('tools'),
      ],
    ],
    [
      'with arguments that are a text, as they are',
      lines(message({ tool_calls: [{ function: { name: 'a', arguments: '{"x":' } }] }), end()),
      [
        start,
        { type: 'toolCall', index: 0, id: '', name: 'a' },
        { type: 'toolArguments', index: 0, json: '{"x":' },
        finish('tools'),
      ],
    ],
    [
      'with probabilities of text that it holds back',
      lines(message({}, { done: false, logprobs: [{ token: 'a', logprob: -1 }] }), end()),
      [start, { type: 'text', text: '', logprobs: [{ token: 'a', logprob: -1, alternatives: [] }] }, finish()],
    ],
    [
      'without the probabilities of thoughts',
      lines(message({ thinking: 'a' }, { done: false, logprobs: [{ token: 'a', logprob: -1 }] }), end()),
      [start, { type: 'thinking', text: 'a' }, finish()],
    ],
    ['with nothing behind its end', lines(end(), message({ content: 'a' }), end()), [start, finish()]],
    ['that breaks off', lines(message({ content: 'a' })), [start, { type: 'text', text: 'a' }]],
    [
      'with a line that can’t be read',
      `{"mess\n${lines(message({ content: 'a' }), end())}`,
      [start, { type: 'text', text: 'a' }, finish()],
    ],
  ])('is read: one %s', (_what, stream, expected) => {
    expect(read(stream)).toEqual(expected);
  });

  it.each<[told: Fields, called: boolean, expected: FinishReason]>([
    [{ done_reason: 'stop' }, false, 'stop'],
    [{ done_reason: 'stop' }, true, 'tools'],
    [{ done_reason: 'length' }, false, 'length'],
    [{ done_reason: 'length' }, true, 'length'],
    [{ done_reason: '' }, false, 'stop'],
    [{ done_reason: undefined }, true, 'tools'],
  ])('ends: %j, with calls: %j', (told, called, expected) => {
    const calls = called ? [message({ tool_calls: [{ function: { name: 'a', arguments: {} } }] })] : [];
    expect(read(lines(...calls, end(told))).at(-1)).toEqual(finish(expected));
  });

  it.each<[told: Fields, expected: Usage | undefined]>([
    [
      { prompt_eval_count: 5, eval_count: 3 },
      { prompt: 5, answer: 3 },
    ],
    // Ollama leaves out what is 0.
    [{ eval_count: 3 }, { prompt: 0, answer: 3 }],
    [{ prompt_eval_count: 5 }, { prompt: 5, answer: 0 }],
    [{}, undefined],
  ])('has used: %j', (told, expected) => {
    expect(ollamaServer.whole(end(told)).at(-1)).toEqual(finish('stop', expected));
  });
});

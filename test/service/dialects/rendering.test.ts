import { describe, expect, it } from 'vitest';
import { anthropicMessages } from '../../../service/dialects/anthropic/api.js';
import { type ReplyEncoder, Unspeakable } from '../../../service/dialects/codec.js';
import type { ChatEvent } from '../../../service/dialects/events.js';
import type { Fields } from '../../../service/dialects/fields.js';
import { type Frame, type Framing, silentFrame } from '../../../service/dialects/frames.js';
import { ollamaChat } from '../../../service/dialects/ollama/api.js';
import { openaiChat } from '../../../service/dialects/openai/api.js';
import { type Before, nativeRendering, Translator } from '../../../service/dialects/rendering.js';
import { replyOptions } from './vectors.js';

const start: ChatEvent = { type: 'start', model: 'm' };
const text = (some: string): ChatEvent => ({ type: 'text', text: some });
const thinking = (some: string): ChatEvent => ({ type: 'thinking', text: some });
const finish: ChatEvent = { type: 'finish', reason: 'stop', usage: undefined };

const nothing: Before = { first: undefined, last: undefined, thought: false, text: '' };

/** A frame that a decoder of these tests reads as these events. */
const saying = (...events: readonly ChatEvent[]): Frame => ({ ...silentFrame(Buffer.from('…')), fields: { events } });

/** An event of Anthropic's. */
interface BlockEvent {
  readonly type: string;
  readonly index: number;
  readonly content_block?: { readonly type: string };
  readonly delta?: { readonly type: string };
}

/** Reads what `saying` has said, and remembers what it has read. */
class Decoder {
  readonly read: unknown[] = [];

  constructor(private readonly last: readonly ChatEvent[] = []) {}

  frame({ fields }: Frame): readonly ChatEvent[] {
    this.read.push(fields?.events);
    return fields?.events as readonly ChatEvent[];
  }

  end(): readonly ChatEvent[] {
    return this.last;
  }
}

/** Writes each event in a word, and remembers what it was told. */
class Encoder implements ReplyEncoder {
  readonly contentType = 'text/plain';
  readonly resumed: (readonly [first: Fields, last: Fields])[] = [];
  told = '';

  encode(event: ChatEvent): string {
    const word = event.type === 'text' || event.type === 'thinking' ? `${event.type}(${event.text})` : event.type;
    this.told += `${word} `;
    return `${word} `;
  }

  resumes(first: Fields, last: Fields): void {
    this.resumed.push([first, last]);
  }
}

describe('an answer that is translated', () => {
  it('is what its events are in the client’s dialect, and what the end adds', () => {
    const rendering = new Translator(new Encoder()).rendering(new Decoder([finish]), undefined);
    expect(String(rendering.frame(saying(start, text('a'))))).toBe('start text(a) ');
    expect(rendering.frame(silentFrame(Buffer.from(': ping\n\n')))).toHaveLength(0);
    expect(String(rendering.end(true))).toBe('finish ');
  });

  it('can’t be told any further where the server failed', () => {
    const failed: ChatEvent = { type: 'error', kind: 'upstream', message: 'gone' };
    const rendering = new Translator(new Encoder()).rendering(new Decoder([failed]), undefined);
    expect(() => rendering.frame(saying(start, failed))).toThrow(new Unspeakable('gone'));
    expect(() => rendering.end(true)).toThrow(new Unspeakable('gone'));
  });

  it.each<[what: string, events: readonly ChatEvent[], fresh: string, expected: string]>([
    ['at the place of the old', [thinking('a'), text('bcd'), finish], 'd', 'thinking(a) text(d) finish '],
    ['in one piece', [text('b'), thinking('a'), text('cd')], 'd', 'text(d) thinking(a) '],
    ['before the end, where the frame has no other', [thinking('a'), finish], 'd', 'thinking(a) text(d) finish '],
    ['behind all, where it hasn’t that either', [thinking('a')], 'd', 'thinking(a) text(d) '],
    ['nowhere, if nothing is new', [text('bcd'), finish], '', 'finish '],
  ])('has only its new text where it goes on: %s', (_what, events, fresh, expected) => {
    const rendering = new Translator(new Encoder()).rendering(new Decoder(), nothing);
    expect(String(rendering.part(saying(...events), fresh))).toBe(expected);
  });

  it('is read also where nothing of it is told', () => {
    const [encoder, decoder] = [new Encoder(), new Decoder()];
    new Translator(encoder).rendering(decoder, undefined).skip(saying(text('a')));
    expect(decoder.read).toEqual([[text('a')]]);
    expect(encoder.told).toBe('');
  });
});

describe('what goes on with an answer in another dialect', () => {
  const [first, last] = [{ id: 'first' }, { id: 'last' }];

  it.each<[what: string, before: Before, told: string]>([
    ['its text', { ...nothing, first, last, text: 'a' }, 'start text(a) '],
    ['thoughts and text', { ...nothing, first, last, thought: true, text: 'a' }, 'start thinking(…) text(a) '],
    ['thoughts alone', { ...nothing, first, last, thought: true }, 'start thinking(…) text() '],
  ])('knows what the client has, and doesn’t tell it again: %s', (_what, before, told) => {
    const encoder = new Encoder();
    const rendering = new Translator(encoder).rendering(new Decoder(), before);
    expect([encoder.told, encoder.resumed]).toEqual([told, [[first, last]]]);
    expect(String(rendering.frame(saying(text('b'))))).toBe('text(b) ');
  });

  it('is told that once, whoever goes on after it', () => {
    const encoder = new Encoder();
    const translator = new Translator(encoder);
    const before = { ...nothing, first, last, text: 'a' };
    translator.rendering(new Decoder(), before);
    translator.rendering(new Decoder(), { ...before, text: 'ab' });
    expect([encoder.told, encoder.resumed.length]).toEqual(['start text(a) ', 1]);
  });

  it('needs no telling where it has been translated from the beginning', () => {
    const encoder = new Encoder();
    const translator = new Translator(encoder);
    translator.rendering(new Decoder(), undefined).frame(saying(start, text('a')));
    translator.rendering(new Decoder(), { ...nothing, first, last, text: 'a' });
    expect([encoder.told, encoder.resumed]).toEqual(['start text(a) ', []]);
  });

  const told = (encoder: ReplyEncoder, before: Before, ...events: readonly ChatEvent[]): string =>
    String(new Translator(encoder).rendering(new Decoder(), before).frame(saying(start, ...events)));

  it('has the id and the time of OpenAI’s answer, and its role but once', () => {
    const before = { ...nothing, first: { id: 'chatcmpl-1', created: 7 }, last, text: 'a' };
    const chunk = told(openaiChat.encoder(replyOptions(true)), before, text('b')).replace(/^data: /, '');
    expect(JSON.parse(chunk)).toMatchObject({ id: 'chatcmpl-1', created: 7, choices: [{ delta: { content: 'b' } }] });
    expect(chunk).not.toContain('role');
  });

  it('goes on with Ollama’s answer by its next line', () => {
    const line = told(ollamaChat.encoder(replyOptions(true)), { ...nothing, first, last, text: 'a' }, text('b'));
    expect(JSON.parse(line)).toMatchObject({ model: 'm', message: { content: 'b' }, done: false });
  });

  const opened = (index: number, type: string): Fields => ({
    type: 'content_block_start',
    index,
    content_block: { type },
  });
  const filled = (index: number, type: string): Fields => ({ type: 'content_block_delta', index, delta: { type } });
  const closed = (index: number): Fields => ({ type: 'content_block_stop', index });

  it.each<[what: string, last: Fields, before: Partial<Before>, event: ChatEvent, expected: readonly string[]]>([
    ['its beginning', { type: 'message_start' }, {}, text('b'), ['0 start text', '0 text_delta', '0 stop']],
    ['an open text', filled(0, 'text_delta'), { text: 'a' }, text('b'), ['0 text_delta', '0 stop']],
    ['a text that has only been opened', opened(1, 'text'), { thought: true }, text('b'), ['1 text_delta', '1 stop']],
    ['a closed text', closed(0), { text: 'a' }, text('b'), ['1 start text', '1 text_delta', '1 stop']],
    ['an open thought', filled(0, 'thinking_delta'), { thought: true }, thinking('b'), ['0 thinking_delta', '0 stop']],
    [
      'an open thought, by a text',
      filled(0, 'thinking_delta'),
      { thought: true },
      text('b'),
      ['0 stop', '1 start text', '1 text_delta', '1 stop'],
    ],
    [
      'a signed thought, by another',
      filled(0, 'signature_delta'),
      { thought: true },
      thinking('b'),
      ['0 stop', '1 start thinking', '1 thinking_delta', '1 stop'],
    ],
    ['a closed thought', closed(0), { thought: true }, text('b'), ['1 start text', '1 text_delta', '1 stop']],
    // Newer models withhold what they thought, and tell its signature alone.
    [
      'the text behind a withheld thought',
      filled(1, 'text_delta'),
      { text: 'a' },
      text('b'),
      ['1 text_delta', '1 stop'],
    ],
  ])('numbers the blocks of Anthropic’s answer on: %s', (_what, end, before, event, expected) => {
    const encoder = anthropicMessages.encoder(replyOptions(true));
    const stream = told(encoder, { ...nothing, first, ...before, last: end }, event, finish);
    const blocks = [...stream.matchAll(/^data: (.*)$/gm)].flatMap(([, data = '']) => {
      const { type, index, content_block, delta } = JSON.parse(data) as BlockEvent;
      switch (type) {
        case 'content_block_start':
          return [`${index} start ${content_block?.type}`];
        case 'content_block_delta':
          return [`${index} ${delta?.type}`];
        case 'content_block_stop':
          return [`${index} stop`];
        default:
          return [];
      }
    });
    expect(blocks).toEqual(expected);
    expect(stream).not.toContain('message_start');
  });
});

describe('an answer in the client’s own dialect', () => {
  const framing: Framing = {
    endMark: 'the end',
    reader: () => ({ feed: () => [], rest: () => undefined }),
    isAnswer: () => true,
    continued: (_frame, some, first) => Buffer.from(`${some} behind ${String(first?.id)}`),
  };
  const frame = { ...silentFrame(Buffer.from('as it came')), fields: { id: 'second' } };

  it('is handed on as it came', () => {
    const rendering = nativeRendering(framing, undefined);
    expect(String(rendering.frame(frame))).toBe('as it came');
    expect(rendering.frame(silentFrame(Buffer.from(': ping\n\n')))).toHaveLength(8);
  });

  it('is made to fit the answer that it goes on from', () => {
    const rendering = nativeRendering(framing, { ...nothing, first: { id: 'first' } });
    expect(String(rendering.part(frame, 'b'))).toBe('b behind first');
  });

  it('gets the end mark that its server forgot', () => {
    const rendering = nativeRendering(framing, undefined);
    expect([String(rendering.end(false)), String(rendering.end(true))]).toEqual(['the end', '']);
  });
});

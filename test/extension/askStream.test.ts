import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChatProgress } from '../../extension/broker/chatContract.ts';
import { ChatStream, errorIn } from '../../extension/broker/chatStream.ts';
import { BrokenReply, HttpReply, joined } from '../../extension/broker/httpReply.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (pieces: readonly Uint8Array[]): string => new TextDecoder().decode(joined(pieces));

/** Where something is cut on its way: any number of places, the same one twice included. */
const cuts = fc.array(fc.nat(), { maxLength: 40 });

/** The same bytes in pieces. */
function cut(whole: Uint8Array, places: readonly number[]): Uint8Array[] {
  const at = [0, ...places.map((place) => place % (whole.length + 1)), whole.length].sort((a, b) => a - b);
  return at.slice(1).map((end, index) => whole.subarray(at[index], end));
}

describe('an HTTP reply', () => {
  const head = 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n';
  const chunked = `${head}6\r\nGrüß\r\n1;note=x\r\n!\r\n0\r\nX-Continued: cloud\r\n\r\n`;
  const cases: [string, string, string][] = [
    ['in chunks', chunked, 'Grüß!'],
    ['of a known length', 'HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\nnone', 'none'],
    ['without a body', 'HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n', ''],
    ['up to the end of the connection', 'HTTP/1.0 200 OK\r\nServer: x\r\n\r\nall of it', 'all of it'],
    ['behind an interim one', 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok', 'ok'],
    ['with bare newlines', 'HTTP/1.1 200 OK\nContent-Length: 2\n\nok', 'ok'],
  ];
  it.each(cases)('%s is read wherever it is cut', (_name, text, body) => {
    fc.assert(
      fc.property(cuts, (places) => {
        const reply = new HttpReply();
        const read = cut(bytes(text), places).map((piece) => reply.push(piece));
        reply.end();
        expect(textOf(read)).toBe(body);
      }),
    );
  });

  it('tells status, headers and trailers', () => {
    const reply = new HttpReply();
    expect(reply.begun).toBe(false);
    reply.push(bytes(chunked));
    expect([reply.begun, reply.whole, reply.status]).toEqual([true, true, 200]);
    expect(reply.header('content-type')).toBe('text/event-stream');
    expect(reply.header('x-continued')).toBe('cloud');
    expect(reply.header('x-other')).toBe('');
  });

  it.each([
    ['in the head', 'HTTP/1.1 200 OK\r\nContent-'],
    ['in a chunk', chunked.slice(0, -30)],
    ['before the last chunk', chunked.slice(0, chunked.indexOf('0\r\nX'))],
    ['in a body of a known length', 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nno'],
    ['before anything', ''],
  ])('that ends %s isn’t taken for whole', (_name, text) => {
    const reply = new HttpReply();
    reply.push(bytes(text));
    expect(() => {
      reply.end();
    }).toThrow(BrokenReply);
  });

  it.each([
    ['another protocol', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['a chunk without a size', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n'],
    ['a line without an end', 'x'.repeat(70_000)],
  ])('is not made of %s', (_name, text) => {
    expect(() => new HttpReply().push(bytes(text))).toThrow(BrokenReply);
  });
});

const event = (fields: object): string => `data: ${JSON.stringify(fields)}\n\n`;
const delta = (content: object, finish_reason: string | null = null): string =>
  event({ choices: [{ index: 0, delta: content, finish_reason }] });

/** All that a stream has brought. */
function all(progress: readonly ChatProgress[]): ChatProgress {
  return {
    text: progress.map(({ text }) => text).join(''),
    thinks: progress.some(({ thinks }) => thinks),
    finish: progress.find(({ finish }) => finish !== null)?.finish ?? null,
    error: progress.find(({ error }) => error !== null)?.error ?? null,
    done: progress.some(({ done }) => done),
  };
}

describe('the stream of an answer', () => {
  const words = fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 20 });

  it('is read whatever its text and wherever it is cut', () => {
    fc.assert(
      fc.property(words, cuts, fc.constantFrom('\n', '\r\n'), (texts, places, newline) => {
        const whole = [delta({ role: 'assistant', content: '' }), ...texts.map((content) => delta({ content }))];
        const text = [...whole, ': a comment\n\n', delta({}, 'stop'), 'data: [DONE]\n\n'].join('');
        const stream = new ChatStream();
        const read = cut(bytes(text.replaceAll('\n', newline)), places).map((piece) => stream.push(piece));
        expect(all(read)).toEqual({
          text: texts.join(''),
          thinks: false,
          finish: 'stop',
          error: null,
          done: true,
        });
      }),
    );
  });

  it('never throws, whatever comes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.array(fc.json()), cuts, (noise, values, places) => {
        const stream = new ChatStream();
        const text = bytes(values.map((value) => `data: ${value}\n\n`).join(''));
        for (const piece of cut(joined([text, noise]), places)) stream.push(piece);
      }),
    );
  });

  it('tells everything that came at a time at a time', () => {
    const stream = new ChatStream();
    expect(stream.push(bytes(delta({ content: 'Hel' }) + delta({ content: 'lo' }))).text).toBe('Hello');
  });

  it.each<[string, string, Partial<ChatProgress>]>([
    ['thinking (DeepSeek)', delta({ reasoning_content: 'Let me see' }), { text: '', thinks: true }],
    ['thinking (OpenRouter)', delta({ reasoning: 'Let me see' }), { text: '', thinks: true }],
    ['a refusal', delta({ refusal: 'No.' }), { text: 'No.' }],
    ['the limit', delta({}, 'length'), { finish: 'length' }],
    ['what was withheld', delta({}, 'content_filter'), { finish: 'withheld' }],
    ['any other reason to end', delta({}, 'tool_calls'), { finish: 'stop' }],
    ['the end', 'data: [DONE]\n\n', { done: true }],
    ['usage alone', event({ choices: [], usage: { total_tokens: 3 } }), { text: '' }],
    ['data in several lines', 'data: {"choices":\ndata: [{"delta":{"content":"x"}}]}\n\n', { text: 'x' }],
    [
      'an error in mid-stream',
      event({ error: { message: 'it broke', type: 'api_error', param: null, code: null } }),
      { error: { code: 'api_error', message: 'it broke' } },
    ],
    ['an error in a word', event({ error: 'it broke' }), { error: { code: '', message: 'it broke' } }],
  ])('tells of %s', (_name, text, expected) => {
    expect(new ChatStream().push(bytes(text))).toMatchObject(expected);
  });
});

it.each([
  [
    '{"error":{"message":"there is no model","type":"not_found_error","code":"not_found"}}',
    { code: 'not_found', message: 'there is no model' },
  ],
  ['{"error":{"message":"no","type":"permission_error","code":null}}', { code: 'permission_error', message: 'no' }],
  ['<html>', null],
  ['', null],
  ['null', null],
])('the error %s', (body, expected) => {
  expect(errorIn(bytes(body))).toEqual(expected);
});

import { describe, expect, it } from 'vitest';
import {
  BrokenAnswer,
  Busy,
  CutOff,
  Declined,
  NotReady,
  Refused,
  TimedOut,
  Unreachable,
  type UpstreamError,
} from '../../../service/connections/errors.js';
import { classify, type Failure, failureOf, reasonIn, retryAfterOf } from '../../../service/connections/failure.js';
import type { Fields } from '../../../service/dialects/fields.js';

describe('the class of a failed attempt', () => {
  it.each<[what: string, error: UpstreamError, expected: Failure]>([
    ['nothing listens', new Unreachable(''), 'transient'],
    ['the connection is closed before the answer', new CutOff(''), 'transient'],
    ['connecting takes too long', new TimedOut('', 'connect'), 'transient'],
    ['the first byte takes too long', new TimedOut('', 'firstByte'), 'silence'],
    ['the answer stalls', new TimedOut('', 'idle'), 'silence'],
    ['the whole takes too long', new TimedOut('', 'total'), 'silence'],
    ['the queue is full', new Busy(''), 'busy'],
    ['the model loads', new NotReady(''), 'loading'],
    ['the token isn’t accepted', new Refused(''), 'credentials'],
    ['the answer is none', new BrokenAnswer(''), 'broken'],
    ['the server says what it is', new Declined('', 'quota', 429, '', undefined), 'quota'],
  ])('%s', (_what, error, expected) => {
    expect(failureOf(error)).toBe(expected);
  });
});

const openai = (message: string, more: object = {}): Fields => ({ error: { message, ...more } });

describe('what an error means that a server told', () => {
  it.each<[status: number, expected: Failure]>([
    [400, 'client'],
    [401, 'credentials'],
    [402, 'quota'],
    [403, 'credentials'],
    [404, 'missing'],
    [405, 'client'],
    [408, 'transient'],
    [409, 'transient'],
    [413, 'client'],
    [422, 'client'],
    [425, 'transient'],
    [429, 'quota'],
    [451, 'policy'],
    [500, 'transient'],
    [502, 'transient'],
    [503, 'transient'],
    [504, 'transient'],
    [529, 'transient'],
    [302, 'broken'],
    [204, 'broken'],
  ])('by its status: %d is %s', (status, expected) => {
    expect(classify(status, openai('No.'))).toEqual({ failure: expected, reason: 'No.' });
  });

  it.each<[status: number, expected: Failure]>([
    [400, 'client'],
    // A proxy’s or another program’s page; who has the API says in JSON what it misses.
    [404, 'broken'],
    [503, 'transient'],
  ])('without JSON: %d is %s', (status, expected) => {
    expect(classify(status, undefined)).toEqual({ failure: expected, reason: '' });
  });

  it.each<[who: string, status: number | undefined, fields: Fields]>([
    ['OpenAI', 400, openai('This request is not allowed.', { code: 'content_policy_violation' })],
    ['OpenAI, in words', 400, openai('Your request was rejected as a result of our safety system.')],
    ['Azure', 400, openai('No.', { code: 'content_filter' })],
    ['Azure, inside', 400, openai('No.', { innererror: { code: 'ResponsibleAIPolicyViolation' } })],
    ['Azure, in words', 400, openai('The response was filtered due to Azure’s content management policy.')],
    ['OpenRouter', 403, openai('Your chosen model requires moderation and your input was flagged', { code: 403 })],
    ['a type', 400, openai('No.', { type: 'moderation_blocked' })],
    ['a code outside', 400, { message: 'No.', code: 'content_filter' }],
    ['inside an answer', undefined, openai('No.', { code: 'content_filter' })],
  ])('is policy: %s', (_who, status, fields) => {
    expect(classify(status, fields).failure).toBe('policy');
  });

  it.each<[who: string, status: number | undefined, fields: Fields]>([
    ['OpenAI', 400, openai('Too much.', { code: 'context_length_exceeded' })],
    ['OpenAI, one message', 400, openai('Too much.', { code: 'string_above_max_length' })],
    ['llama.cpp', 400, openai('Too much.', { code: 400, type: 'exceed_context_size_error' })],
    ['llama.cpp, in words', 400, openai('the request exceeds the available context size, try increasing it')],
    ['vLLM', 400, { message: 'This model’s maximum context length is 2048 tokens. You requested 3000.', code: 400 }],
    ['Ollama', 400, { error: 'the input length exceeds the context length' }],
    ['Anthropic', 400, openai('prompt is too long: 210000 tokens > 200000 maximum')],
    ['another status', 413, openai('Input is longer than the window')],
    ['inside an answer', undefined, openai('Too much.', { code: 'context_length_exceeded' })],
  ])('is context: %s', (_who, status, fields) => {
    expect(classify(status, fields).failure).toBe('context');
  });

  it.each<[what: string, status: number, fields: Fields, expected: Failure]>([
    ['OpenAI’s tokens a minute', 429, openai('Rate limit: maximum context tokens exceeded'), 'quota'],
    [
      'OpenRouter’s tokens for no money',
      402,
      openai('Prompt tokens limit exceeded: 64128 > 6964. To increase, upgrade to a paid account', { code: 402 }),
      'quota',
    ],
    ['a moderation that is down', 500, openai('moderation failed'), 'transient'],
    ['a limit of something else', 400, openai('temperature must not be larger than 2'), 'client'],
  ])('isn’t what its words look like: %s', (_what, status, fields, expected) => {
    expect(classify(status, fields).failure).toBe(expected);
  });

  it.each<[who: string, reason: string, expected: Failure]>([
    ['Ollama’s full queue', 'server busy, please try again.  maximum pending requests exceeded', 'busy'],
    ['llama.cpp while it loads', 'Loading model', 'loading'],
    ['a model that loads', 'The model is still loading', 'loading'],
    ['anything else', 'Service Unavailable', 'transient'],
  ])('at 503: %s', (_who, reason, expected) => {
    expect(classify(503, { error: reason }).failure).toBe(expected);
  });

  it.each<[what: string, fields: Fields | undefined, expected: Failure]>([
    ['a number', openai('Slow down', { code: 429 }), 'quota'],
    ['a number in quotes', openai('Slow down', { code: '429' }), 'quota'],
    ['an error of the server’s', openai('Provider disconnected', { code: 502 }), 'transient'],
    ['a code that is no status', openai('No.', { code: 7 }), 'broken'],
    ['a code in words', openai('No.', { code: 'server_error' }), 'broken'],
    ['none', openai('No.'), 'broken'],
    ['only words', { error: 'an error was encountered while running the model' }, 'broken'],
    ['nothing', undefined, 'broken'],
  ])('inside an answer is by the status that it names: %s', (_what, fields, expected) => {
    expect(classify(undefined, fields).failure).toBe(expected);
  });

  it('goes by the status of HTTP before the one that the error names', () => {
    expect(classify(500, openai('No.', { code: 429 })).failure).toBe('transient');
  });
});

describe('the reason inside an error', () => {
  it.each<[who: string, fields: Fields, expected: string]>([
    ['Ollama', { error: 'model not found' }, 'model not found'],
    ['OpenAI', openai('No such model', { code: null }), 'No such model'],
    ['vLLM', { object: 'error', message: 'No such model' }, 'No such model'],
    ['FastAPI', { detail: 'Not Found' }, 'Not Found'],
    ['FastAPI, in detail', { detail: [{ msg: 'field required' }] }, ''],
    ['an error without words', { error: { code: 1 } }, ''],
    ['none', {}, ''],
  ])('%s', (_who, fields, expected) => {
    expect(reasonIn(fields)).toBe(expected);
  });
});

describe('the time for which a server wants to be left alone', () => {
  const now = Date.UTC(2025, 5, 1, 12, 0, 0);

  it.each<[value: string | undefined, expected: number | undefined]>([
    ['120', 120_000],
    [' 2 ', 2000],
    ['0.5', 500],
    ['0', 0],
    ['-1', 0],
    ['Sun, 01 Jun 2025 12:00:30 GMT', 30_000],
    ['Sun, 01 Jun 2025 11:59:00 GMT', 0],
    ['soon', undefined],
    ['120s', undefined],
    ['Infinity', undefined],
    ['', undefined],
    [' ', undefined],
    [undefined, undefined],
  ])('Retry-After: %s', (value, expected) => {
    expect(retryAfterOf(value, now)).toBe(expected);
  });
});

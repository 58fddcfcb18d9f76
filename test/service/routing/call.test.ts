import { afterEach, describe, expect, it } from 'vitest';
import type { WrittenConnection } from '../../../service/config/configuration.js';
import { Connection } from '../../../service/connections/connection.js';
import { BrokenAnswer } from '../../../service/connections/errors.js';
import { chatApis } from '../../../service/dialects/apis.js';
import { FixedCredentials } from '../../../service/secrets/fixedCredentials.js';
import { Untranslatable } from '../../../service/dialects/codec.js';
import { InvalidRequest } from '../../../service/dialects/errors.js';
import type { Fields } from '../../../service/dialects/fields.js';
import { framesOf } from '../dialects/cuts.js';
import { Caller, type ChatCall } from '../../../service/routing/call.js';
import { settingsOf } from '../../support/settings.ts';

const made: Connection[] = [];

afterEach(() => {
  for (const connection of made.splice(0)) connection.close();
});

/** A connection that hasn't been checked yet. */
function connectionOf(kind: WrittenConnection['kind'], more: Partial<WrittenConnection> = {}): Connection {
  const written = { id: kind, kind, url: 'http://127.0.0.1:1', ...more };
  const settings = settingsOf(written);
  const nobody = (): void => undefined;
  const connection = new Connection(settings, new FixedCredentials(undefined, {}), nobody, nobody);
  made.push(connection);
  return connection;
}

const question = [{ role: 'user', content: 'Who jumps?' }];

/** What each API is asked with. */
const questions: Readonly<Record<string, Fields>> = {
  '/api/generate': { prompt: 'Who jumps?' },
  '/v1/completions': { prompt: 'Who jumps?' },
  '/v1/responses': { input: question },
  '/v1/messages': { messages: question, max_tokens: 100 },
};

function callerOf(path: string, fields: Fields = {}): { readonly caller: Caller; readonly bytes: Buffer } {
  const api = chatApis.find((one) => one.path === path);
  if (api === undefined) throw new Error(`there is no ${path}`);
  const model = 'qwen3';
  const asked = { model, ...(questions[path] ?? { messages: question }), ...fields };
  const bytes = Buffer.from(JSON.stringify(asked, undefined, 1));
  const headers = { 'content-type': 'application/json', 'user-agent': 'app' };
  return { caller: new Caller({ api, model, bytes, fields: asked, headers }), bytes };
}

const bodyOf = ({ request }: ChatCall): Fields => JSON.parse((request.body as Buffer).toString()) as Fields;

describe('a connection is asked', () => {
  it.each<[path: string, kind: WrittenConnection['kind'], asked: string, own: boolean]>([
    ['/api/chat', 'ollama', '/api/chat', true],
    ['/api/chat', 'openai', '/v1/chat/completions', false],
    ['/api/chat', 'anthropic', '/v1/messages', false],
    ['/api/chat', 'demo', '/api/chat', true],
    ['/api/generate', 'ollama', '/api/generate', true],
    ['/api/generate', 'openai', '/v1/chat/completions', false],
    ['/api/generate', 'demo', '/api/chat', false],
    ['/v1/chat/completions', 'ollama', '/api/chat', false],
    ['/v1/chat/completions', 'openai', '/v1/chat/completions', true],
    ['/v1/chat/completions', 'anthropic', '/v1/messages', false],
    ['/v1/completions', 'ollama', '/api/chat', false],
    ['/v1/completions', 'openai', '/v1/completions', true],
    ['/v1/responses', 'ollama', '/api/chat', false],
    // Few servers have it, and hardly one all of it.
    ['/v1/responses', 'openai', '/v1/chat/completions', false],
    ['/v1/responses', 'anthropic', '/v1/messages', false],
    ['/v1/messages', 'ollama', '/api/chat', false],
    ['/v1/messages', 'openai', '/v1/chat/completions', false],
    ['/v1/messages', 'anthropic', '/v1/messages', true],
  ])('what came at %s: %s at %s, in its own words: %j', (path, kind, asked, own) => {
    const { caller, bytes } = callerOf(path);
    const call = caller.for(connectionOf(kind));
    const { path: at, body, headers } = call.request;
    expect({ at, came: bytes.equals(body as Buffer), app: headers?.['user-agent'] === 'app' }).toEqual({
      ...{ at: asked, came: own, app: own },
    });
    expect(call.contentType === undefined).toBe(own);
  });

  it.each<[kind: WrittenConnection['kind'], path: string]>([
    ['ollama', '/api/chat'],
    ['ollama', '/v1/messages'],
    ['openai', '/v1/chat/completions'],
    ['openai', '/api/chat'],
    ['anthropic', '/v1/responses'],
  ])('for the model by the name that it knows: %s at %s', (kind, path) => {
    const call = callerOf(path).caller.for(connectionOf(kind, { models: { qwen3: 'vendor/qwen3-8b' } }));
    expect(bodyOf(call).model).toBe('vendor/qwen3-8b');
  });

  const settings = { keepAlive: '30m', contextLength: 16_384 };

  it.each<[what: string, path: string, fields: Fields, expected: readonly unknown[]]>([
    ['what is set for it, where the application can’t say', '/v1/chat/completions', {}, ['30m', 16_384]],
    ['the same, whichever other API it has', '/v1/messages', {}, ['30m', 16_384]],
    ['nothing but what came, in its own dialect', '/api/chat', {}, [undefined, undefined]],
    ['what the application says', '/api/chat', { keep_alive: '1m', options: { num_ctx: 8 } }, ['1m', 8]],
  ])('how long its model stays and how much it reads: %s', (_what, path, fields, expected) => {
    const body = bodyOf(callerOf(path, fields).caller.for(connectionOf('ollama', settings)));
    const { num_ctx: length } = (body.options ?? {}) as Fields;
    expect([body.keep_alive, length]).toEqual(expected);
  });

  it.each<[what: string, path: string, fields: Fields, kind: WrittenConnection['kind'], dropped: readonly string[]]>([
    ['what its API has no words for', '/v1/chat/completions', { seed: 1 }, 'anthropic', ['seed']],
    ['what nobody knows', '/v1/chat/completions', { colour: 'red' }, 'ollama', ['colour']],
    ['nothing twice', '/api/chat', { options: { seed: 1, mirostat: 2 } }, 'anthropic', ['options.mirostat', 'seed']],
    ['nothing, in its own dialect', '/v1/chat/completions', { colour: 'red' }, 'openai', []],
    ['nothing, where it has words for all', '/v1/chat/completions', { seed: 1 }, 'ollama', []],
  ])('and what is left out is named: %s', (_what, path, fields, kind, dropped) => {
    expect([...callerOf(path, fields).caller.for(connectionOf(kind)).dropped].sort()).toEqual(dropped);
  });

  const picture = [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'https://example.com/a.png' } }] }];

  it('not what it can’t be told', () => {
    const { caller } = callerOf('/v1/chat/completions', { messages: picture });
    expect(() => caller.for(connectionOf('ollama'))).toThrow(Untranslatable);
    expect(caller.for(connectionOf('anthropic')).request.path).toBe('/v1/messages');
    expect(caller.for(connectionOf('openai')).request.path).toBe('/v1/chat/completions');
  });

  it('not what is no request, unless it reads it itself', () => {
    const { caller } = callerOf('/v1/chat/completions', { messages: 'Who jumps?' });
    expect(() => caller.for(connectionOf('ollama'))).toThrow(InvalidRequest);
    expect(caller.for(connectionOf('openai')).request.path).toBe('/v1/chat/completions');
  });
});

describe('a whole answer', () => {
  const completion = (message: Fields): Buffer =>
    Buffer.from(JSON.stringify({ model: 'm', choices: [{ index: 0, message, finish_reason: 'stop' }] }));
  const call = (json: string): Fields => ({ tool_calls: [{ id: 'a', function: { name: 'now', arguments: json } }] });

  it('is handed on as it came where the dialect is the same', () => {
    const bytes = completion({ content: 'The fox.' });
    expect(callerOf('/v1/chat/completions').caller.for(connectionOf('openai')).whole(bytes)).toBe(bytes);
  });

  it('is told in the client’s dialect', () => {
    const ollama = callerOf('/api/chat', { stream: false }).caller.for(connectionOf('openai'));
    expect(JSON.parse(String(ollama.whole(completion({ content: 'The fox.' }))))).toMatchObject({
      ...{ model: 'm', message: { role: 'assistant', content: 'The fox.' }, done: true },
    });
  });

  it('is streamed to who asked for that, though its server doesn’t stream', () => {
    const told = callerOf('/api/chat')
      .caller.for(connectionOf('openai'))
      .whole(completion({ content: 'The fox.' }));
    const lines = String(told).trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { done: boolean }).done)).toEqual([false, true]);
  });

  it.each<[what: string, path: string, answer: Buffer, kind?: WrittenConnection['kind']]>([
    ['no JSON', '/api/chat', Buffer.from('<html>')],
    ['a call whose arguments are no object, for Ollama’s clients', '/api/chat', completion(call('[1]'))],
    ['a call whose arguments are no object, for Anthropic’s clients', '/v1/messages', completion(call('{'))],
    ['a call without a name', '/v1/responses', completion({ tool_calls: [{ id: 'a', function: {} }] })],
    [
      'a call, for clients of text completions',
      '/v1/completions',
      Buffer.from(JSON.stringify({ message: { tool_calls: [{ function: { name: 'now' } }] }, done: true })),
      'ollama',
    ],
  ])('is none if it can’t be told: %s', (_what, path, answer, kind = 'openai') => {
    const asked = callerOf(path, { stream: false }).caller.for(connectionOf(kind));
    expect(() => asked.whole(answer)).toThrow(BrokenAnswer);
  });

  it('has nothing of the one before that couldn’t be told', () => {
    const { caller } = callerOf('/api/chat', { stream: false });
    const [one, other] = [caller.for(connectionOf('openai')), caller.for(connectionOf('openai'))];
    expect(() => one.whole(completion({ content: 'A fox', ...call('[1]') }))).toThrow(BrokenAnswer);
    expect(JSON.parse(String(other.whole(completion({ content: 'The fox.' }))))).toMatchObject({
      message: { content: 'The fox.' },
    });
  });
});

describe('an answer that goes on', () => {
  const delivered = { text: 'The quick', pieces: 2 };

  it.each<[path: string, kind: WrittenConnection['kind'], alike: boolean, own: boolean]>([
    ['/api/chat', 'ollama', true, true],
    // Once it was translated, what goes on is, too.
    ['/api/chat', 'ollama', false, false],
    ['/api/chat', 'openai', true, false],
    ['/v1/chat/completions', 'openai', true, true],
    ['/v1/chat/completions', 'openai', false, false],
    ['/v1/messages', 'anthropic', true, true],
    ['/v1/messages', 'ollama', true, false],
    ['/v1/responses', 'openai', false, false],
  ])('at %s is asked of %s, in the client’s dialect until now: %j, in its own words: %j', (path, kind, alike, own) => {
    const { caller } = callerOf(path, { colour: 'red', stream: true });
    const { call, anew } = caller.continuing(connectionOf(kind), delivered, 'prefix', alike);
    const { messages, colour } = bodyOf(call);
    const last = (messages as Fields[]).at(-1);
    expect([anew, last?.role, JSON.stringify(last?.content).includes('The quick')]).toEqual([false, 'assistant', true]);
    expect([colour, call.contentType === undefined]).toEqual(own ? ['red', true] : [undefined, false]);
  });

  it.each<[how: 'prefix' | 'vllm' | 'anew', roles: readonly string[], told: boolean]>([
    ['prefix', ['user', 'assistant'], false],
    ['vllm', ['user', 'assistant'], true],
    ['anew', ['user'], false],
  ])('is asked for as its server takes it: %s', (how, roles, told) => {
    const { call, anew } = callerOf('/api/chat').caller.continuing(connectionOf('openai'), delivered, how, true);
    const { messages, continue_final_message: switched } = bodyOf(call);
    expect((messages as Fields[]).map(({ role }) => role)).toEqual(roles);
    expect([switched === true, anew]).toEqual([told, how === 'anew']);
  });

  it('is written by the one that wrote its beginning', () => {
    const { caller } = callerOf('/v1/chat/completions', { stream: true });
    const line = (content: string): string => `${JSON.stringify({ model: 'm', message: { content }, done: false })}\n`;
    const told = (call: ChatCall, before: Parameters<ChatCall['rendering']>[0], content: string): Fields => {
      const [frame] = framesOf(call.framing, [Buffer.from(line(content))]);
      if (frame === undefined) throw new Error('there is no frame');
      const bytes = call.rendering(before).frame(frame);
      return JSON.parse(
        String(bytes)
          .trimEnd()
          .split('\n\n')
          .at(-1)
          ?.replace(/^data: /, '') ?? '',
      ) as Fields;
    };
    const first = told(caller.for(connectionOf('ollama')), undefined, 'The quick');
    const { call } = caller.continuing(connectionOf('ollama'), delivered, 'prefix', false);
    const second = told(call, { first: {}, last: {}, thought: false, text: 'The quick' }, ' brown');
    expect(second).toMatchObject({ id: first.id, choices: [{ delta: { content: ' brown' } }] });
  });
});

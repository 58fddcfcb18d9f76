import { describe, expect, it } from 'vitest';
import { chatApis } from '../../../service/dialects/apis.js';
import { InvalidRequest } from '../../../service/dialects/errors.js';
import { entryOf, modelOf, numberIn, objectFrom, wordIn } from '../../../service/dialects/fields.js';
import { ollamaChat } from '../../../service/dialects/ollama/api.js';
import { anthropicMessages } from '../../../service/dialects/anthropic/api.js';
import { openaiServer } from '../../../service/dialects/openai/api.js';
import { eventsOf } from './vectors.js';

/** What all objects have without being told. */
const inherited = ['constructor', '__proto__', 'toString', 'hasOwnProperty'];

const messages = [{ role: 'user', content: 'Hi' }];

describe('names that every object has', () => {
  it.each(inherited)('%s is no entry of a table', (name) => {
    expect(entryOf({ a: 1 }, name)).toBeUndefined();
    expect(entryOf(JSON.parse(`{"${name}":1}`) as Record<string, number>, name)).toBe(1);
  });

  it.each(chatApis.flatMap(({ path }) => inherited.map((name) => ({ path, name }))))(
    'a field $name of $path is left out and named',
    ({ path, name }) => {
      const api = chatApis.find((one) => one.path === path);
      const said = path === '/v1/responses' ? { input: 'Hi' } : { messages, prompt: 'Hi', max_tokens: 5 };
      const asked = { model: 'm', ...said };
      const fields = objectFrom(`${JSON.stringify(asked).slice(0, -1)},"${name}":1}`) ?? {};
      expect(api?.decode(fields).dropped).toContain(name);
    },
  );

  it.each(inherited)('%s is no effort', (effort) => {
    const fields = { model: 'm', messages, max_tokens: 5, output_config: { effort } };
    expect(() => anthropicMessages.decode(fields)).toThrow(InvalidRequest);
  });

  it.each(inherited)('%s is no reason to end', (finish_reason) => {
    const chunk = { model: 'm', choices: [{ index: 0, delta: { content: 'a' }, finish_reason }] };
    const [, , finish] = eventsOf(openaiServer, [Buffer.from(`data: ${JSON.stringify(chunk)}\n\ndata: [DONE]\n\n`)]);
    expect(finish).toEqual({ type: 'finish', reason: 'stop', usage: undefined });
  });
});

describe('an object that says how it is to be written', () => {
  const object = { toString: 1, valueOf: 2 };

  it('is no word and no number', () => {
    expect([wordIn(object), numberIn(object)]).toEqual(['', Number.NaN]);
  });

  it('is no name of a model', () => {
    expect(() => modelOf({ model: object })).toThrow(InvalidRequest);
  });

  it('is nothing that keeps a model loaded, nor lets it go', () => {
    expect(chatApis[0]?.path).toBe(ollamaChat.path);
    const reply = chatApis[0]?.idle({ model: 'm', messages: [], keep_alive: object }, new Date(0));
    expect(reply).toEqual(expect.objectContaining({ done_reason: 'load' }));
  });

  it('is no place of a choice', () => {
    const chunk = { model: 'm', choices: [{ index: object, delta: { content: 'a' }, finish_reason: null }] };
    const [frame] = openaiServer.framing.reader().feed(Buffer.from(`data: ${JSON.stringify(chunk)}\n\n`));
    expect(frame?.choices).toEqual([Number.NaN]);
  });
});

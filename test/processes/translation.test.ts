import Anthropic from '@anthropic-ai/sdk';
import { Ollama } from 'ollama';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useModelServer } from '../desktop/lab/model-server.ts';
import { RunningBroker } from '../support/broker.ts';

/** It speaks OpenAI's API and Anthropic's, so that it can be a connection of either kind. */
const server = useModelServer({ port: 18093 });

const model = 'tiny';
const messages = [{ role: 'user' as const, content: 'Say something.' }];

/** What is asked. The likeliest token comes next, and the first 20 make characters. */
interface Question {
  readonly limit: number;
  readonly stop?: string;
  readonly schema?: Readonly<Record<string, unknown>>;
}

/** What a client is told, in whatever words of its API. */
interface Told {
  readonly text: string;
  readonly end: 'limit' | 'stop';
  readonly usage: { readonly prompt: number | undefined; readonly answer: number | undefined };
}

type Ask = (origin: string, question: Question, streamed: boolean) => Promise<Told>;

const settings = { apiKey: 'not needed', maxRetries: 0 };
const openaiAt = (origin: string) => new OpenAI({ ...settings, baseURL: `${origin}/v1` });
const anthropicAt = (origin: string) => new Anthropic({ ...settings, baseURL: origin });

const clients = {
  async openai(origin, { limit, stop, schema }, streamed) {
    const { completions } = openaiAt(origin).chat;
    const asked = {
      ...{ model, messages, max_tokens: limit, temperature: 0, stop: stop ?? null },
      ...(schema && { response_format: { type: 'json_schema' as const, json_schema: { name: 'answer', schema } } }),
    };
    const answer = streamed
      ? await completions.stream({ ...asked, stream_options: { include_usage: true } }).finalChatCompletion()
      : await completions.create(asked);
    const [choice] = answer.choices;
    const { prompt_tokens: prompt, completion_tokens: count } = answer.usage ?? {};
    return {
      text: choice?.message.content ?? '',
      end: choice?.finish_reason === 'length' ? 'limit' : 'stop',
      usage: { prompt, answer: count },
    };
  },

  async anthropic(origin, { limit, stop, schema }, streamed) {
    const asked = {
      ...{ model, messages, max_tokens: limit, temperature: 0, stop_sequences: stop === undefined ? [] : [stop] },
      ...(schema && { output_config: { format: { type: 'json_schema' as const, schema } } }),
    };
    const made = anthropicAt(origin).messages;
    const answer = streamed ? await made.stream(asked).finalMessage() : await made.create(asked);
    const { input_tokens: read, cache_read_input_tokens: cached, output_tokens: count } = answer.usage;
    return {
      text: answer.content.map((block) => (block.type === 'text' ? block.text : '')).join(''),
      end: answer.stop_reason === 'max_tokens' ? 'limit' : 'stop',
      usage: { prompt: read + (cached ?? 0), answer: count },
    };
  },

  async ollama(host, { limit, stop, schema }, streamed) {
    const options = { num_predict: limit, temperature: 0, ...(stop === undefined ? {} : { stop: [stop] }) };
    const asked = { model, messages, options, ...(schema && { format: schema }) };
    const client = new Ollama({ host });
    const parts = [];
    if (streamed) for await (const part of await client.chat({ ...asked, stream: true })) parts.push(part);
    else parts.push(await client.chat(asked));
    const last = parts.at(-1);
    return {
      text: parts.map(({ message }) => message.content).join(''),
      end: last?.done_reason === 'length' ? 'limit' : 'stop',
      usage: { prompt: last?.prompt_eval_count, answer: last?.eval_count },
    };
  },
} as const satisfies Record<string, Ask>;

const questions: Readonly<Record<string, Question>> = {
  'is cut at its limit': { limit: 20 },
  'ends at a stop text': { limit: 20, stop: 'KK' },
};

const names = ['openai', 'anthropic', 'ollama'] as const;

describe.each(['openai', 'anthropic'] as const)('a connection of the kind %s to llama-server', (kind) => {
  let broker: RunningBroker;
  beforeAll(async () => {
    broker = await RunningBroker.start({ config: { connections: [{ id: 'llama', kind, url: server.origin }] } });
  });
  afterAll(() => broker.release());

  describe.each(names)('tells the client of %s what llama-server tells its own', (name) => {
    const cases = Object.entries(questions).flatMap(([what, question]) =>
      (['whole', 'streamed'] as const).map((way) => [what, way, question] as const),
    );
    it.each(cases)('in an answer that %s, %s', async (_what, way, question) => {
      const streamed = way === 'streamed';
      const direct = await clients[kind](server.origin, question, streamed);
      expect(direct.text).not.toBe('');
      expect(await clients[name](broker.address, question, streamed)).toEqual(direct);
    });
  });

  it('tells a client of the Responses API the same', async () => {
    const asked = { model, input: 'Say something.', max_output_tokens: 20, temperature: 0 };
    const { text, usage } = await clients[kind](server.origin, { limit: 20 }, false);
    const { output_text, status, usage: told } = await openaiAt(broker.address).responses.create(asked);
    expect([output_text, status]).toEqual([text, 'incomplete']);
    expect([told?.input_tokens, told?.output_tokens]).toEqual([usage.prompt, usage.answer]);
  });
});

describe('JSON of a schema', () => {
  const schema = { type: 'object', properties: { n: { enum: [1] } }, required: ['n'], additionalProperties: false };
  let broker: RunningBroker;
  beforeAll(async () => {
    broker = await RunningBroker.start({ config: { connections: [{ id: 'llama', kind: 'openai', url: server.url }] } });
  });
  afterAll(() => broker.release());

  it.each(names)('is what the client of %s gets that asks for it', async (name) => {
    const { text } = await clients[name](broker.address, { limit: 80, schema }, false);
    expect(JSON.parse(text)).toEqual({ n: 1 });
  });
});

describe('a count of tokens', () => {
  it('is llama-server’s where it is a connection of the kind anthropic', async () => {
    const connection = { id: 'llama', kind: 'anthropic', url: server.origin };
    const broker = await RunningBroker.start({ config: { connections: [connection] } });
    try {
      const counted = await anthropicAt(broker.address).messages.countTokens({ model, messages });
      expect(counted).toEqual(await anthropicAt(server.origin).messages.countTokens({ model, messages }));
    } finally {
      await broker.release();
    }
  });
});

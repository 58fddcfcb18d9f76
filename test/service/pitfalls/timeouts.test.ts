import type { ServerResponse } from 'node:http';
import { describe, it } from 'vitest';
import { OllamaStandIn, tokens } from '../../upstreams/ollama.ts';
import { OpenaiStandIn } from '../../upstreams/openai.ts';
import { AlteredOpenai, ask, hastened, Held, HeldOllama, serving } from './asking.ts';

const text = tokens.join('');

describe.concurrent('a server that only shows signs of life', () => {
  /** new-api#6141. Servers that are silent, before an answer and within it, are in routing/faults.test.ts. */
  it('does not keep a request waiting', async ({ expect, onTestFinished }) => {
    const first = new AlteredOpenai();
    first.alter = (pieces) => [...Array.from({ length: 2000 }, () => ': ping\n\n'), ...pieces];
    const served = { first: [first, { timeouts: { firstByte: 0.3 } }], other: [new OllamaStandIn()] } as const;
    const broker = await serving(served, onTestFinished);
    first.pace = 20;
    expect(await ask(broker)).toMatchObject({ by: 'other', text });
  });
});

describe.concurrent('a model that loads', () => {
  /** cline#12839, NVIDIA/Personal-AI-Router#57 (requests that wait behind another's load). */
  it('is not taken for a dead server, however long others may be silent', async ({ expect, onTestFinished }) => {
    const [loading, other, stalling] = [new HeldOllama(), new OllamaStandIn(), new OpenaiStandIn()];
    const timeouts = { connect: 0.3, handOver: 0.3, idle: 0.3 };
    const broker = await serving(
      { loading: [loading, { timeouts }], other: [other], stalling: [stalling, { timeouts }] },
      onTestFinished,
    );
    const waiting = Promise.all([ask(broker), ask(broker), ask(broker)]);
    stalling.fault = { stallAfter: 2 };
    expect((await ask(broker, { route: 'stalling' })).cut).toBe(true);

    expect((await broker.status()).activeConnection).toBe('loading');
    loading.release();
    expect((await waiting).map((answer) => [answer.by, answer.text])).toEqual(Array(3).fill(['loading', text]));
    expect(other.received).toEqual([]);
  });

  /** llama-swap#92: llama.cpp's server says so, with status 503. */
  it('is not given up because its server says so', async ({ expect, onTestFinished }) => {
    const [loading, other] = [new OpenaiStandIn(), new OllamaStandIn()];
    const broker = await serving({ loading: [loading], other: [other] }, onTestFinished);
    const error = { code: 503, message: 'Loading model', type: 'unavailable_error' };
    loading.fault = { status: 503, body: { error }, times: 2 };
    expect(await ask(broker)).toMatchObject({ by: 'loading', text: loading.texts.join('') });
    expect(other.received).toEqual([]);
  });
});

/** ollama-js#72, vercel/ai#4224: what sends requests has limits of its own, of 300 s to the head and between two pieces. */
describe.concurrent('a slow answer is not cut by a limit that nobody has set', () => {
  /** An Ollama that stops behind the first piece of an answer until it is told to go on. */
  class Pausing extends OllamaStandIn {
    readonly #held = new Held();

    release(): void {
      this.#held.release();
    }

    protected override async stream(
      response: ServerResponse,
      contentType: string,
      [first, ...others]: readonly string[],
    ): Promise<void> {
      response.writeHead(200, { 'content-type': contentType }).write(first);
      await this.#held.over;
      response.end(others.join(''));
    }
  }

  /** magic-lists-for-navidrome#34, lollms_hub#37: Ollama ends a load when whoever asked for it goes away. */
  it.for([
    ['before it begins, nor its model’s load ended by being asked for anew', new HeldOllama()],
    ['in the middle', new Pausing()],
  ] as const)('%s', async ([, slow], { expect, onTestFinished }) => {
    const broker = await serving(
      {
        slow: [slow, { timeouts: { connect: 0, firstByte: 0, idle: 0 } }],
        clock: [new HeldOllama(), { timeouts: { connect: 0, firstByte: 1500 } }],
      },
      onTestFinished,
      { env: hastened(500) },
    );
    const received = slow.nextReceived();
    const waiting = ask(broker, { path: '/api/chat', route: 'slow' });
    const { closed } = await received;
    const late = await ask(broker, { route: 'clock' });
    expect([late.status, late.body]).toEqual([504, expect.stringContaining('did not begin to answer within 1500 s')]);

    slow.release();
    expect(await waiting).toMatchObject({ status: 200, text, cut: false });
    expect(await closed).toBe(false);
    expect(slow.received).toHaveLength(1);
  });
});

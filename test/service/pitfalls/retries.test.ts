import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import OpenAI from 'openai';
import { describe, it } from 'vitest';
import { selfSigned } from '../../support/certificates.ts';
import { behindTls } from '../../support/tls.ts';
import { type FaultName, faultOf } from '../../upstreams/faults.ts';
import { OllamaStandIn, tokens } from '../../upstreams/ollama.ts';
import { json, type Received } from '../../upstreams/server.ts';
import { ask, Held, messages, model, serving } from './asking.ts';

/** Requests that come at a time, where they come together. */
const atATime = 8;

const text = tokens.join('');
const how = { dialect: 'ollama', streamed: true } as const;

describe.concurrent('a server that asks to be left alone for a while', () => {
  /** An Ollama that answers nobody within the second for which it has asked. */
  class Strict extends OllamaStandIn {
    #since: number | undefined;

    protected override handle(received: Received, response: ServerResponse): Promise<void> {
      if (received.method !== 'POST') return super.handle(received, response);
      this.#since ??= performance.now();
      // Clocks aren't the same to the millisecond.
      if (performance.now() - this.#since > 950) return super.handle(received, response);
      json(response, 429, { error: 'slow down' }, { 'retry-after': '1' });
      return Promise.resolve();
    }
  }

  it('is not asked again before that', async ({ expect, onTestFinished }) => {
    const broker = await serving({ first: [new Strict()] }, onTestFinished);
    expect(await ask(broker)).toMatchObject({ status: 200, by: 'first', text });
  });

  it('is not asked by the next request either', async ({ expect, onTestFinished }) => {
    const first = new OllamaStandIn();
    const broker = await serving({ first: [first], other: [new OllamaStandIn()] }, onTestFinished);
    first.fault = faultOf('429, wait 60 s', how);
    await ask(broker);
    const { by, headers } = await ask(broker);
    expect([by, headers['x-cloudtolocalllm-attempts']]).toEqual(['other', '1']);
    expect(first.received).toHaveLength(1);
  });
});

/** The thread is LiteLLM's documentation of its router, which sets max_retries=0 in the clients that it uses itself. */
describe.concurrent('retries of the application’s library are not multiplied by the broker’s:', () => {
  it.for<[fault: FaultName, asked: number]>([
    ['500', 2],
    ['reset before its head', 2],
    ['web page, 502', 2],
    ['error as its answer', 1],
    ['silence', 1],
  ])('%s', async ([fault, asked], { expect, onTestFinished }) => {
    const upstream = new OllamaStandIn();
    const broker = await serving({ first: [upstream, { timeouts: { firstByte: 0.3 } }] }, onTestFinished);
    upstream.fault = faultOf(fault, { dialect: 'openai', streamed: false });
    const client = new OpenAI({ baseURL: `${broker.address}/v1`, apiKey: '-' });
    await expect(client.chat.completions.create({ model, messages })).rejects.toThrow(OpenAI.APIError);
    expect(upstream.received).toHaveLength(asked);
  });
});

/** Ollama’s `ErrMaxQueue` (server/sched.go there). */
describe.concurrent('a server whose queue is full', () => {
  it('is not taken for a dead one', async ({ expect, onTestFinished }) => {
    const first = new OllamaStandIn();
    const broker = await serving({ first: [first], other: [new OllamaStandIn()] }, onTestFinished);
    first.fault = faultOf('503, queue full', how);
    for (let times = 0; times < 4; times += 1) expect(await ask(broker)).toMatchObject({ by: 'other', text });
    expect((await broker.status()).activeConnection).toBe('first');
    first.fault = undefined;
    const { by, headers } = await ask(broker);
    expect([by, headers['x-cloudtolocalllm-attempts']]).toEqual(['first', '1']);
  });

  it('is not given up where the user wants it to be waited for', async ({ expect, onTestFinished }) => {
    const first = new OllamaStandIn();
    const served = { first: [first, { busy: 'wait' }], other: [new OllamaStandIn()] } as const;
    const broker = await serving(served, onTestFinished);
    first.fault = { status: 503, body: { error: 'server busy, please try again.' }, times: 2 };
    expect(await ask(broker)).toMatchObject({ by: 'first', text });
  });
});

describe.concurrent('a request', () => {
  /** An Ollama that resets kept connections when they are used again, as one does that is just closing them. */
  class Worn extends OllamaStandIn {
    readonly #together = new Held();
    readonly #used = new WeakSet<Socket>();

    protected override async handle(received: Received, response: ServerResponse): Promise<void> {
      const { socket } = response;
      if (received.method !== 'POST' || socket === null) return super.handle(received, response);
      if (this.#used.has(socket)) {
        socket.resetAndDestroy();
        return;
      }
      // The first ones come together, so that each has a connection of its own.
      if (this.received.length <= atATime) this.#used.add(socket);
      if (this.received.length === atATime) this.#together.release();
      await this.#together.over;
      await super.handle(received, response);
    }
  }

  /** claude-code-cache-fix#371, nodejs/node#47130. */
  it.for([1, atATime])(
    'is not lost with a kept connection that its server closes: %d of them at a time, where there are 8',
    async (count, { expect, onTestFinished }) => {
      const upstream = new Worn();
      const broker = await serving({ first: [upstream] }, onTestFinished);
      const burst = (size: number) => Promise.all(Array.from({ length: size }, () => ask(broker)));
      await burst(atATime);
      const answers = await burst(count);
      expect(answers.map((answer) => [answer.status, answer.text])).toEqual(answers.map(() => [200, text]));
      expect(upstream.received.length).toBeGreaterThan(atATime + count);
    },
  );

  /** claude-code-cache-fix#371. */
  it('is not lost with a server whose certificate is suddenly none to trust', async ({ expect, onTestFinished }) => {
    const upstream = new OllamaStandIn();
    const [trusted, other] = [selfSigned('IP:127.0.0.1', onTestFinished), selfSigned('IP:127.0.0.1', onTestFinished)];
    const tls = await behindTls(upstream, trusted, onTestFinished);
    const broker = await serving(
      { first: [upstream, { url: tls.url }], other: [new OllamaStandIn()] },
      onTestFinished,
      {
        env: { NODE_EXTRA_CA_CERTS: trusted.path },
      },
    );
    expect((await ask(broker)).by).toBe('first');
    tls.present(other);
    const { by, headers } = await ask(broker);
    // In passing: once more, then the next.
    expect([by, headers['x-cloudtolocalllm-attempts']]).toEqual(['other', '3']);
    const { connections } = await broker.until((status) => status.connections[0]?.state === 'unreachable');
    expect(connections[0]?.lastError).toContain('TLS certificate is self-signed');
  });
});

import { describe, it } from 'vitest';
import { type RunningBroker, within } from '../../support/broker.ts';
import { OllamaStandIn, tokens } from '../../upstreams/ollama.ts';
import { OpenaiStandIn } from '../../upstreams/openai.ts';
import type { Fault, Received } from '../../upstreams/server.ts';
import { ask, asked, HeldOllama, leaving, type Question, readUntil, serving } from './asking.ts';

const text = tokens.join('');

/** Whether who asked went away before the answer was whole, as soon as that is known. */
const abandoned = ({ closed }: Received): Promise<boolean> => within(closed, () => 'the upstream request goes on');

const atRest = (broker: RunningBroker) => broker.until(({ requestsInFlight }) => requestsInFlight === 0);

/** litellm#37140 (whole), #36123 (streamed), #31499 (before the first token), ollama#11889, llama.cpp#24496. */
describe.concurrent('an upstream request does not go on for an application that left', () => {
  const questions: readonly Question[] = (['/api/chat', '/api/generate', '/v1/chat/completions'] as const).flatMap(
    (path) => [true, false].map((streamed) => ({ path, streamed })),
  );

  it.for<[when: string, fault: Fault]>([
    ['before anything came', { silent: true }],
    ['when a head had come', { stallAfter: 0 }],
    ['in the middle of the answer', { stallAfter: 3 }],
  ])('%s', async ([, fault], { expect, onTestFinished }) => {
    const [ollama, openai] = [new OllamaStandIn(), new OpenaiStandIn()];
    const broker = await serving({ ollama: [ollama], openai: [openai] }, onTestFinished);
    const cases = [
      ...questions.map((question) => ({ upstream: ollama, ...question, route: 'ollama' })),
      ...[true, false].map((streamed) => ({ upstream: openai, streamed, route: 'openai' })),
    ];
    for (const { upstream, ...question } of cases) {
      upstream.fault = fault;
      const received = upstream.nextReceived();
      const { leave, gone } = leaving(broker, question);
      const request = await received;
      expect((await broker.status()).requestsInFlight).toBe(1);
      leave();
      expect([question, await abandoned(request)]).toEqual([question, true]);
      await gone;
      await atRest(broker);
    }
  });

  it('when another connection was about to go on with the answer', async ({ expect, onTestFinished }) => {
    const [first, other] = [new OllamaStandIn(), new OllamaStandIn()];
    const broker = await serving({ first: [first], other: [other] }, onTestFinished);
    first.fault = { cutAfter: 3 };
    other.fault = { silent: true };
    const received = other.nextReceived();
    const { leave } = leaving(broker, {});
    const request = await received;
    leave();
    expect(await abandoned(request)).toBe(true);
    await atRest(broker);
  });

  it('when another connection had gone on with the answer', async ({ expect, onTestFinished }) => {
    const [first, other] = [new OllamaStandIn(), new OllamaStandIn()];
    const broker = await serving({ first: [first], other: [other] }, onTestFinished);
    first.fault = { cutAfter: 3 };
    other.fault = { stallAfter: 3 };
    const received = other.nextReceived();
    // Only the other one tells this token.
    await readUntil(tokens[4] ?? '', await asked(broker, { path: '/api/chat' }));
    expect(await abandoned(await received)).toBe(true);
    await atRest(broker);
  });
});

describe.concurrent('an application that left is not waited for', () => {
  const headers = { 'retry-after': '1' };

  /**
   * What it waited for has come for the next one, which waits longer: it would have been asked for before that.
   * The stand-in says twice that it isn't time, once to each.
   */
  it.for<[what: string, fault: Omit<Extract<Fault, { status: number }>, 'times'>]>([
    ['a pause that the server asked for', { status: 429, body: { error: 'slow' }, headers }],
    ['a model that its server says is loading', { status: 503, body: { error: 'Loading model' } }],
    ['a queue that its server says is full', { status: 503, body: { error: 'server busy' }, headers }],
  ])('by who waits for %s', async ([, fault], { expect, onTestFinished }) => {
    const upstream = new OllamaStandIn();
    const broker = await serving({ first: [upstream] }, onTestFinished);
    upstream.fault = { ...fault, times: 2 };
    const received = upstream.nextReceived();
    const { leave, gone } = leaving(broker, {});
    expect(await abandoned(await received)).toBe(false);
    leave();
    await gone;
    await atRest(broker);

    expect(await ask(broker)).toMatchObject({ status: 200, text });
    expect(upstream.received).toHaveLength(3);
    await atRest(broker);
  });

  it('by who waits for the end of a pause that others were told of', async ({ expect, onTestFinished }) => {
    const upstream = new OllamaStandIn();
    const broker = await serving({ first: [upstream] }, onTestFinished);
    upstream.fault = { status: 429, body: { error: 'slow' }, headers, times: 2 };
    expect((await ask(broker)).status).toBe(429);
    const { leave, gone } = leaving(broker, {});
    await broker.until(({ requestsInFlight }) => requestsInFlight === 1);
    leave();
    await gone;
    await atRest(broker);

    expect(await ask(broker)).toMatchObject({ status: 200, text });
    expect(upstream.received).toHaveLength(3);
    await atRest(broker);
  });

  it('in the queue for a connection that takes only so many', async ({ expect, onTestFinished }) => {
    const upstream = new HeldOllama();
    const broker = await serving({ first: [upstream, { concurrency: 1 }] }, onTestFinished);
    const received = upstream.nextReceived();
    const served = ask(broker);
    await received;
    const { leave, gone } = leaving(broker, {});
    await broker.until(({ requestsInFlight }) => requestsInFlight === 2);
    leave();
    await gone;
    await broker.until(({ requestsInFlight }) => requestsInFlight === 1);

    const next = ask(broker);
    await broker.until(({ requestsInFlight }) => requestsInFlight === 2);
    upstream.release();
    expect([(await served).text, (await next).text]).toEqual([text, text]);
    expect(upstream.received).toHaveLength(2);
    await atRest(broker);
  });

  it('by others for the place that it had', async ({ expect, onTestFinished }) => {
    const upstream = new HeldOllama();
    const broker = await serving({ first: [upstream, { concurrency: 1 }] }, onTestFinished);
    const received = upstream.nextReceived();
    const { leave } = leaving(broker, {});
    const first = await received;
    const next = ask(broker);
    await broker.until(({ requestsInFlight }) => requestsInFlight === 2);
    const second = upstream.nextReceived();
    leave();
    expect(await abandoned(first)).toBe(true);
    await within(second, () => 'the place is not given up');
    upstream.release();
    expect((await next).text).toBe(text);
    await atRest(broker);
  });
});

describe.concurrent('an application that waits', () => {
  /** fastify#4690: the request’s own `close` comes as soon as its body has been read. */
  it.for([true, false])(
    'is not taken for one that left once its request has been read (streamed: %s)',
    async (streamed, { expect, onTestFinished }) => {
      const upstream = new HeldOllama();
      const broker = await serving({ first: [upstream] }, onTestFinished);
      const received = upstream.nextReceived();
      const waiting = ask(broker, { streamed });
      const request = await received;
      expect((await broker.status()).requestsInFlight).toBe(1);
      upstream.release();
      expect(await waiting).toMatchObject({ status: 200, text, cut: false });
      expect(await abandoned(request)).toBe(false);
      await atRest(broker);
    },
  );
});

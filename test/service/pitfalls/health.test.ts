import type { ServerResponse } from 'node:http';
import { describe, it } from 'vitest';
import { RunningBroker, type Status } from '../../support/broker.ts';
import { type FaultName, faultOf } from '../../upstreams/faults.ts';
import { OllamaStandIn, tokens } from '../../upstreams/ollama.ts';
import { OpenaiStandIn } from '../../upstreams/openai.ts';
import type { Received } from '../../upstreams/server.ts';
import { ask, hastened, HeldOllama, leaving, machineOf, model, serving } from './asking.ts';

const text = tokens.join('');
const how = { dialect: 'ollama', streamed: true } as const;

/** What the status tells of the breaker, too. */
type Connection = Status['connections'][number] & { readonly breaker: string; readonly nextTry: string | null };

const connectionsOf = async (broker: RunningBroker): Promise<readonly Connection[]> =>
  (await broker.status()).connections as readonly Connection[];

describe.concurrent('a connection is not left alone', () => {
  /** litellm#41223. */
  it('because applications have no patience', async ({ expect, onTestFinished }) => {
    const first = new OllamaStandIn();
    const broker = await serving({ first: [first], other: [new OllamaStandIn()] }, onTestFinished);
    first.fault = { silent: true };
    for (let times = 0; times < 4; times += 1) {
      const received = first.nextReceived();
      const { leave, gone } = leaving(broker, {});
      await received;
      leave();
      await gone;
    }
    await broker.until(({ requestsInFlight }) => requestsInFlight === 0);
    expect(await connectionsOf(broker)).toMatchObject([{ state: 'connected', breaker: 'closed' }, {}]);
    first.fault = undefined;
    const { by, headers } = await ask(broker);
    expect([by, headers['x-cloudtolocalllm-attempts']]).toEqual(['first', '1']);
  });

  /** litellm#3646, OrcaRouter-Lite#121. */
  it('when all others are as well', async ({ expect, onTestFinished }) => {
    const upstreams = [new OllamaStandIn(), new OllamaStandIn()] as const;
    const broker = await serving({ first: [upstreams[0]], other: [upstreams[1]] }, onTestFinished);
    for (const upstream of upstreams) upstream.fault = faultOf('error as its answer', how);
    for (let times = 0; times < 3; times += 1) expect((await ask(broker)).status).toBe(502);
    expect(await connectionsOf(broker)).toMatchObject(Array(2).fill({ state: 'cooling', breaker: 'open' }));
    for (const upstream of upstreams) upstream.fault = undefined;
    expect(await ask(broker)).toMatchObject({ status: 200, text });
  });

  /** olla’s release notes of v0.0.29: what is misconfigured or limited is no dead server. */
  it.for<[fault: FaultName, state: string]>([
    ['401', 'refused'],
    ['403', 'refused'],
    ['429', 'limited'],
  ])('as a dead one after %s, but called %s', async ([fault, state], { expect, onTestFinished }) => {
    const upstream = new OpenaiStandIn();
    const broker = await serving({ first: [upstream, { patience: 0 }] }, onTestFinished);
    upstream.fault = faultOf(fault, { dialect: 'openai', streamed: true });
    for (let times = 0; times < 3; times += 1) await ask(broker);
    expect(await connectionsOf(broker)).toMatchObject([{ state, breaker: 'closed' }]);
  });
});

describe.concurrent('a connection that is left alone', () => {
  /** litellm#25504. */
  it('is not hidden from who operates it, nor why and until when', async ({ expect, onTestFinished }) => {
    const upstream = new OllamaStandIn();
    const broker = await serving({ first: [upstream] }, onTestFinished);
    upstream.fault = faultOf('error as its answer', { dialect: 'ollama', streamed: true });
    for (let times = 0; times < 3; times += 1) await ask(broker);
    expect(await connectionsOf(broker)).toMatchObject([
      {
        ...{ state: 'cooling', breaker: 'open', nextTry: expect.stringMatching(/^\d{4}-.*Z$/) as string },
        lastError: expect.stringContaining('answered with an error') as string,
      },
    ]);
  });

  /** llama-swap#92, #289: there a process whose model took too long to load stays failed. */
  it('is not forgotten: once it works, requests go to it again', async ({ expect, onTestFinished }) => {
    const first = new OllamaStandIn();
    const served = { first: [first, { timeouts: { firstByte: 0.2 } }], other: [new OllamaStandIn()] } as const;
    const broker = await serving(served, onTestFinished);
    first.fault = { silent: true };
    for (let times = 0; times < 3; times += 1) expect((await ask(broker)).by).toBe('other');
    expect(await connectionsOf(broker)).toMatchObject([{ state: 'cooling' }, {}]);
    first.fault = undefined;
    await broker.until(({ activeConnection }) => activeConnection === 'first');
    expect((await ask(broker)).by).toBe('first');
  });
});

describe.concurrent('a check', () => {
  /** An Ollama that remembers all that it is asked. */
  class Attentive extends OllamaStandIn {
    readonly asked: string[] = [];

    protected override handle(received: Received, response: ServerResponse): Promise<void> {
      this.asked.push(`${received.method} ${received.path}`);
      return super.handle(received, response);
    }
  }

  /** litellm#7000, cherry-studio#18789. */
  it('does not ask for an answer, which would load a model or cost money', async ({ expect, onTestFinished }) => {
    const upstream = new Attentive();
    const broker = await serving({ first: [upstream, { timeouts: { connect: 0 } }] }, onTestFinished, {
      env: hastened(100),
    });
    await broker.until(() => upstream.asked.length >= 12);
    expect([...new Set(upstream.asked)].sort()).toEqual(['GET /api/ps', 'GET /api/tags', 'GET /api/version']);
  });

  /** ollama#1378. */
  it('does not make a server that works of one that never answers', async ({ expect, onTestFinished }) => {
    const hanging = new Attentive();
    const served = { first: [hanging, { timeouts: { firstByte: 0.2 } }], other: [new OllamaStandIn()] } as const;
    const broker = await serving(served, onTestFinished);
    hanging.fault = { silent: true };
    for (let times = 0; times < 3; times += 1) await ask(broker);
    const { length } = hanging.asked;
    await broker.until(() => hanging.asked.length > length);
    expect(await connectionsOf(broker)).toMatchObject([{ state: 'cooling', lastError: /did not begin/ }, {}]);
    expect((await ask(broker)).headers['x-cloudtolocalllm-attempts']).toBe('1');
  });

  /** openrag#574: checks that time out while a server is busy. */
  it('does not keep requests from a server that is only too busy for it', async ({ expect, onTestFinished }) => {
    const busy = new Busy();
    const broker = await serving({ first: [busy, { timeouts: { connect: 0 } }] }, onTestFinished, {
      env: hastened(100),
    });
    busy.checked = false;
    await broker.until(({ connections }) => connections[0]?.state === 'unreachable');
    expect(await ask(broker)).toMatchObject({ status: 200, by: 'first', text });
  });

  /** An Ollama that has time for requests only. */
  class Busy extends OllamaStandIn {
    checked = true;

    protected override async handle(received: Received, response: ServerResponse): Promise<void> {
      if (received.method === 'POST' || this.checked) await super.handle(received, response);
    }
  }

  /** open-webui#8146, #9477. */
  it.for(['/api/tags', '/v1/models'])(
    'that hangs does not keep the models of other connections from %s',
    async (path, { expect, onTestFinished }) => {
      const [dead, live] = [new HeldOllama(() => true), new OllamaStandIn()];
      for (const one of [dead, live]) {
        await one.start();
        onTestFinished(() => one.stop());
      }
      live.models = [model];
      const connections = [
        { id: 'dead', kind: 'ollama', url: dead.origin },
        { id: 'live', kind: 'ollama', url: live.origin },
      ];
      // It can't be waited for that all connections have been checked.
      const broker = new RunningBroker({ config: { connections } });
      onTestFinished(() => broker.release());
      const [, address = ''] = await broker.printed(/answers on (http:\S+)/);
      broker.address = address;
      const listed = await (await fetch(`${address}${path}`)).text();
      expect(listed).toContain(`"${model}"`);
      expect(await connectionsOf(broker)).toMatchObject([{ state: 'connecting' }, { state: 'connected' }]);
    },
  );
});

describe.concurrent('a server on this machine', () => {
  /** ollama-js#102, promptfoo#160. */
  it('is not missed because “localhost” is ::1 first', async ({ expect, onTestFinished }) => {
    const byName = (origin: string) => ({ url: origin.replace('127.0.0.1', 'localhost') });
    const broker = await serving({ first: [new OllamaStandIn(), byName] }, onTestFinished, {
      env: machineOf(`
        import dns from 'node:dns';
        const { lookup } = dns;
        const addresses = [{ address: '::1', family: 6 }, { address: '127.0.0.1', family: 4 }];
        dns.lookup = (host, options, done) => {
          if (host !== 'localhost') lookup(host, options, done);
          else if (options.all) done(null, addresses);
          else done(null, addresses[0].address, addresses[0].family);
        };
      `),
    });
    expect(await ask(broker)).toMatchObject({ status: 200, by: 'first', text });
  });
});

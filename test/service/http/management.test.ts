import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Ollama } from 'ollama';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memoryOf } from '../../bench/memory.ts';
import { type RunningBroker, within } from '../../support/broker.ts';
import { heldAfter, ManagedOllama, progress, success } from '../../upstreams/managed.ts';
import { OllamaStandIn } from '../../upstreams/ollama.ts';
import { OpenaiStandIn } from '../../upstreams/openai.ts';
import { Held, model, readUntil, type Release, serving } from '../pitfalls/asking.ts';
import { begun, fieldsIn, linesIn, read, send } from './sending.ts';

/** One Ollama whose models can be managed, and a broker before it. */
async function managing(release: Release): Promise<{ ollama: ManagedOllama; broker: RunningBroker }> {
  const ollama = new ManagedOllama();
  return { ollama, broker: await serving({ home: [ollama] }, release) };
}

const pulled = 'new:latest';

/** What `ollama run` and every list of models ask next. */
async function tags(broker: RunningBroker, route = 'automatic'): Promise<string[]> {
  const headers = { 'x-cloudtolocalllm-route': route };
  const { models } = fieldsIn(await send(broker, 'GET', '/api/tags', { headers })) as { models: { name: string }[] };
  return models.map(({ name }) => name);
}

/** Waits for a pull's first lines, and goes on reading. */
async function firstLines(answer: IncomingMessage): Promise<void> {
  let seen = '';
  const shown = new Promise<void>((resolve) => {
    answer.on('data', (chunk: Buffer) => {
      seen += String(chunk);
      if (seen.includes('"completed":1000000000')) resolve();
    });
  });
  await within(shown, () => `the pull does not begin, but: ${seen}`);
}

const posted = (name: string): object => ({ model: name });

describe.concurrent('a pull', () => {
  it('is told line by line, as the server tells it', async ({ expect, onTestFinished }) => {
    const { broker } = await managing(onTestFinished);
    const answer = await send(broker, 'POST', '/api/pull', { body: posted('new') });
    expect([answer.status, answer.headers['content-type'], answer.headers['x-cloudtolocalllm-connection']]).toEqual([
      200,
      'application/x-ndjson',
      'home',
    ]);
    const lines = linesIn(answer);
    // What came before anybody followed is told by what came after it.
    expect([...progress, success]).toEqual(expect.arrayContaining(lines));
    expect(lines.at(-1)).toEqual(success);
    expect(lines.filter((line) => JSON.stringify(line) === JSON.stringify(success))).toHaveLength(1);
  });

  it('is followed by ollama’s client', async ({ expect, onTestFinished }) => {
    const { broker } = await managing(onTestFinished);
    const statuses: string[] = [];
    for await (const { status } of await new Ollama({ host: broker.address }).pull({ model: 'new', stream: true })) {
      statuses.push(status);
    }
    expect(statuses.at(-1)).toBe('success');
  });

  it('has but an end with stream: false', async ({ expect, onTestFinished }) => {
    const { broker } = await managing(onTestFinished);
    const answer = await send(broker, 'POST', '/api/pull', { body: { model: 'new', stream: false } });
    expect([answer.status, fieldsIn(answer)]).toEqual([200, success]);
  });

  it.for([true, false])('makes a model that is there at once (streamed: %s)', async (stream, context) => {
    const { expect, onTestFinished } = context;
    const { broker } = await managing(onTestFinished);
    await send(broker, 'POST', '/api/pull', { body: { model: 'new', stream } });
    expect(await tags(broker)).toEqual([model, pulled]);
    const chat = { model: 'new', messages: [{ role: 'user', content: 'Hello!' }], stream: false };
    expect((await send(broker, 'POST', '/api/chat', { body: chat })).status).toBe(200);
  });

  it('is one for all who ask for it, by whatever spelling', async ({ expect, onTestFinished }) => {
    const { ollama, broker } = await managing(onTestFinished);
    const held = new Held();
    ollama.until = held.over;
    const first = await begun(broker, 'POST', '/api/pull', { body: posted('new') });
    await firstLines(first);
    const others = ['new', 'NEW:latest'].map((name) => begun(broker, 'POST', '/api/pull', { body: { name } }));
    const answers = (await Promise.all(others)).map((answer) => read(answer));
    held.release();
    for (const answer of await Promise.all(answers)) {
      // Who joins hears at once how far it is.
      expect(linesIn(answer)[0]).toEqual(progress[heldAfter - 1]);
      expect(linesIn(answer).at(-1)).toEqual(success);
    }
    expect(ollama.managed).toEqual(['POST /api/pull']);
    first.resume();
  });

  it('is another one for another model', async ({ expect, onTestFinished }) => {
    const { ollama, broker } = await managing(onTestFinished);
    await Promise.all(['new', 'new:1b'].map((name) => send(broker, 'POST', '/api/pull', { body: posted(name) })));
    expect(ollama.managed).toEqual(['POST /api/pull', 'POST /api/pull']);
  });

  it('goes on when its application has left, is joined, and ends', async ({ expect, onTestFinished }) => {
    const { ollama, broker } = await managing(onTestFinished);
    const held = new Held();
    ollama.until = held.over;
    const asked = ollama.nextReceived();
    await readUntil('1000000000', await begun(broker, 'POST', '/api/pull', { body: posted('new') }));
    await broker.until(({ requestsInFlight }) => requestsInFlight === 0);
    const later = await begun(broker, 'POST', '/api/pull', { body: posted('new') });
    held.release();
    expect(linesIn(await read(later)).at(-1)).toEqual(success);
    expect(await (await asked).closed).toBe(false);
    expect(ollama.managed).toEqual(['POST /api/pull']);
  });

  it('goes on when nobody is left, and the model is known then', async ({ expect, onTestFinished }) => {
    const { ollama, broker } = await managing(onTestFinished);
    const held = new Held();
    ollama.until = held.over;
    await readUntil('1000000000', await begun(broker, 'POST', '/api/pull', { body: posted('new') }));
    held.release();
    const { connections } = await broker.until((status) => status.connections[0]?.models.includes(pulled) === true);
    expect(connections[0]?.models).toEqual([model, pulled]);
  });

  it('begins anew when the last one has ended', async ({ expect, onTestFinished }) => {
    const { ollama, broker } = await managing(onTestFinished);
    for (const name of ['new', 'new']) await send(broker, 'POST', '/api/pull', { body: posted(name) });
    expect(ollama.managed).toHaveLength(2);
  });

  it('that the server refuses is told with its status and its words', async ({ expect, onTestFinished }) => {
    const { broker } = await managing(onTestFinished);
    for (const stream of [true, false]) {
      const answer = await send(broker, 'POST', '/api/pull', { body: { model: 'nobody/nothing', stream } });
      const error = 'pull model manifest: file does not exist';
      expect([answer.status, fieldsIn(answer)]).toEqual([500, { error }]);
    }
  });

  it.for<[how: ManagedOllama['breaks'], words: RegExp]>([
    ['error', /^max retries exceeded: EOF$/],
    ['cut', /broke off in the middle of its answer/],
    ['end', /stopped in the middle; pull it again/],
  ])('that fails in the middle (%s) ends with an error, and the next one is tried anew', async (broken, context) => {
    const { expect, onTestFinished } = context;
    const [breaks, words] = broken;
    const { ollama, broker } = await managing(onTestFinished);
    ollama.breaks = breaks;
    const streamed = await send(broker, 'POST', '/api/pull', { body: posted('new') });
    expect(linesIn(streamed).at(-1)).toEqual({ error: expect.stringMatching(words) as string });
    const whole = await send(broker, 'POST', '/api/pull', { body: { model: 'new', stream: false } });
    expect([whole.status, fieldsIn(whole)]).toEqual([500, { error: expect.stringMatching(words) as string }]);
    ollama.breaks = undefined;
    const again = await send(broker, 'POST', '/api/pull', { body: posted('new') });
    expect(linesIn(again).at(-1)).toEqual(success);
  });

  it('goes to the first Ollama on the route alone, whatever becomes of it', async ({ expect, onTestFinished }) => {
    const [provider, first, other] = [new OpenaiStandIn(), new ManagedOllama(), new ManagedOllama()];
    const broker = await serving({ provider: [provider], first: [first], other: [other] }, onTestFinished);
    await first.stop();
    const answer = await send(broker, 'POST', '/api/pull', { body: posted('new') });
    expect([answer.status, fieldsIn(answer)]).toEqual([
      502,
      { error: expect.stringContaining('first: Nothing is listening there') as string },
    ]);
    expect(other.managed).toEqual([]);
    const headers = { 'x-cloudtolocalllm-route': 'other' };
    expect((await send(broker, 'POST', '/api/pull', { body: posted('new'), headers })).status).toBe(200);
    expect(other.managed).toEqual(['POST /api/pull']);
  });

  it('needs a name, and an Ollama', async ({ expect, onTestFinished }) => {
    const broker = await serving({ provider: [new OpenaiStandIn()] }, onTestFinished);
    const nameless = await send(broker, 'POST', '/api/pull', { body: {} });
    expect([nameless.status, fieldsIn(nameless)]).toEqual([
      400,
      { error: expect.stringContaining('"model" is required') as string },
    ]);
    const nowhere = await send(broker, 'POST', '/api/pull', { body: posted('new') });
    expect([nowhere.status, fieldsIn(nowhere)]).toEqual([
      503,
      { error: 'no connection on the route "automatic" is an Ollama server' },
    ]);
  });

  it('costs no memory while its application does not read', async ({ expect, onTestFinished }) => {
    /** Tells more than any buffer between takes. */
    const line = `${JSON.stringify({ status: 'pulling dde5aa3fc5ff', digest: 'sha256:'.padEnd(1000, '0') })}\n`;
    class Talkative extends ManagedOllama {
      protected override takes(...[request, response]: Parameters<ManagedOllama['takes']>): boolean {
        if (request.url !== '/api/pull') return super.takes(request, response);
        request.resume();
        response.writeHead(200, { 'content-type': 'application/x-ndjson' });
        let left = 100_000;
        const tell = (): void => {
          while (left > 0) {
            left -= 1;
            if (!response.write(line)) {
              response.once('drain', tell);
              return;
            }
          }
          response.end(`${JSON.stringify(success)}\n`);
        };
        tell();
        return true;
      }
    }
    const broker = await serving({ home: [new Talkative()] }, onTestFinished);
    const slow = await begun(broker, 'POST', '/api/pull', { body: posted('new') });
    slow.pause();
    const before = memoryOf(broker.process.pid ?? 0).own;
    // Who reads it sees its end: by then all was there for the one who doesn't, too.
    const quick = await begun(broker, 'POST', '/api/pull', { body: { ...posted('new'), stream: false } });
    expect(fieldsIn(await read(quick))).toEqual(success);
    expect(memoryOf(broker.process.pid ?? 0).own - before).toBeLessThan(50);
    expect(linesIn(await read(slow)).at(-1)).toEqual(success);
  });
});

describe.concurrent('show', () => {
  it('is answered by the Ollama that has the model, byte by byte', async ({ expect, onTestFinished }) => {
    const [first, other] = [new OllamaStandIn(), new OllamaStandIn()];
    const broker = await serving({ first: [first], other: [other] }, onTestFinished);
    other.models = ['only:8b'];
    await send(broker, 'GET', '/api/ps');
    const direct = await send({ address: other.origin }, 'POST', '/api/show', { body: posted('only:8b') });
    const through = await send(broker, 'POST', '/api/show', { body: posted('only:8b') });
    expect([through.status, through.bytes]).toEqual([200, direct.bytes]);
    expect(through.headers['x-cloudtolocalllm-connection']).toBe('other');
  });

  it('is asked by the name that the connection knows', async ({ expect, onTestFinished }) => {
    const ollama = new OllamaStandIn();
    const broker = await serving({ home: [ollama, { models: { alias: model } }] }, onTestFinished);
    expect((await send(broker, 'POST', '/api/show', { body: posted('alias') })).status).toBe(200);
    expect(ollama.received[0]?.body).toEqual({ model });
  });

  it('tells of another connection’s model that it is there', async ({ expect, onTestFinished }) => {
    const provider = new OpenaiStandIn();
    const broker = await serving({ provider: [provider] }, onTestFinished);
    const answer = await send(broker, 'POST', '/api/show', { body: posted(model) });
    expect([answer.status, fieldsIn(answer)]).toEqual([
      200,
      expect.objectContaining({ capabilities: ['completion'], modified_at: '2025-10-09T08:53:20.000Z' }),
    ]);
    expect((await new Ollama({ host: broker.address }).show({ model })).details.format).toBe('');
  });

  it('asks the Ollama for what nobody lists: it knows best', async ({ expect, onTestFinished }) => {
    const broker = await serving({ provider: [new OpenaiStandIn()], home: [new OllamaStandIn()] }, onTestFinished);
    const answer = await send(broker, 'POST', '/api/show', { body: posted('unknown') });
    expect([answer.status, fieldsIn(answer)]).toEqual([404, { error: "model 'unknown' not found" }]);
  });

  it('names what there is where there is no Ollama', async ({ expect, onTestFinished }) => {
    const broker = await serving({ provider: [new OpenaiStandIn()] }, onTestFinished);
    const answer = await send(broker, 'POST', '/api/show', { body: posted('unknown') });
    expect([answer.status, fieldsIn(answer)]).toEqual([
      404,
      { error: expect.stringContaining(`'unknown' not found; there are ${model}`) as string },
    ]);
  });

  it('keeps to its route', async ({ expect, onTestFinished }) => {
    const [home, provider] = [new OllamaStandIn(), new OpenaiStandIn()];
    const broker = await serving({ home: [home], provider: [provider] }, onTestFinished);
    const headers = { 'x-cloudtolocalllm-route': 'provider' };
    const answer = await send(broker, 'POST', '/api/show', { body: posted(model), headers });
    expect([answer.status, fieldsIn(answer)]).toEqual([200, expect.objectContaining({ modelfile: '' })]);
    expect(home.received).toEqual([]);
  });
});

describe.concurrent('what is in memory', () => {
  /** An Ollama whose models stay for as long as said. */
  class Expiring extends OllamaStandIn {
    expiries: Readonly<Record<string, string>> = {};

    protected override async handle(...[received, response]: Parameters<OllamaStandIn['handle']>): Promise<void> {
      if (received.path !== '/api/ps') return super.handle(received, response);
      const models = Object.entries(this.expiries).map(([name, expires_at]) => ({
        ...{ name, model: name, size: 2, size_vram: 1, digest: 'a8', details: {}, context_length: 4096, expires_at },
      }));
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ models }));
      return Promise.resolve();
    }
  }

  it('is that of all connections, what stays longest first', async ({ expect, onTestFinished }) => {
    const [first, other] = [new Expiring(), new Expiring()];
    const broker = await serving({ first: [first], other: [other], provider: [new OpenaiStandIn()] }, onTestFinished);
    first.expiries = { short: '2031-01-01T00:00:00Z', long: '2041-01-01T00:00:00Z' };
    other.expiries = { middle: '2036-01-01T01:00:00+01:00', always: '2318-12-24T12:00:00.123456789+01:00' };
    const { models } = fieldsIn(await send(broker, 'GET', '/api/ps')) as { models: Record<string, unknown>[] };
    expect(models.map(({ name, connections }) => [name, connections])).toEqual([
      ['always', ['other']],
      ['long', ['first']],
      ['middle', ['other']],
      ['short', ['first']],
    ]);
    expect(models.at(-1)).toEqual({
      ...{ name: 'short', model: 'short', size: 2, size_vram: 1, digest: 'a8', details: {}, context_length: 4096 },
      ...{ expires_at: '2031-01-01T00:00:00Z', connections: ['first'] },
    });
  });
});

const blob = Buffer.from('GGUF and what comes then, not UTF-8: \xff\xfe', 'latin1');
const digest = `sha256:${createHash('sha256').update(blob).digest('hex')}`;

describe('the first Ollama on the route is told unread', () => {
  type Case = [what: string, method: string, path: string, body: object | Buffer | undefined, models: string[]];
  const cases: Case[] = [
    ['to push', 'POST', '/api/push', posted(model), [model]],
    ['to create', 'POST', '/api/create', { model: 'made', from: model }, [model, 'made:latest']],
    ['to copy', 'POST', '/api/copy', { source: model, destination: 'copied' }, [model, 'copied:latest']],
    ['to copy what there isn’t', 'POST', '/api/copy', { source: 'nothing', destination: 'copied' }, [model]],
    ['to delete', 'DELETE', '/api/delete', posted(model), []],
    ['to delete what there isn’t', 'DELETE', '/api/delete', posted('nothing'), [model]],
    ['to look for a blob', 'HEAD', `/api/blobs/${digest}`, undefined, [model]],
    ['to take a blob', 'POST', `/api/blobs/${digest}`, blob, [model]],
    ['to take a blob that is another', 'POST', `/api/blobs/sha256:00`, blob, [model]],
  ];

  describe('and its answer comes back as it is:', () => {
    let home: ManagedOllama;
    let other: ManagedOllama;
    let broker: RunningBroker;
    const releases: (() => unknown)[] = [];

    beforeAll(async () => {
      [home, other] = [new ManagedOllama(), new ManagedOllama()];
      const served = { provider: [new OpenaiStandIn()], home: [home], other: [other] } as const;
      broker = await serving(served, (release) => releases.push(release as () => unknown));
    });
    afterAll(async () => {
      for (const release of releases.reverse()) await release();
    });

    it.each(cases)('%s: %s %s', async (_what, method, path, body, models) => {
      const ask = async (to: { readonly address: string }): Promise<unknown[]> => {
        home.models = [model];
        home.digests.clear();
        const { status, bytes, headers } = await send(to, method, path, body === undefined ? {} : { body });
        return [status, bytes, headers['content-type'], headers['content-length']];
      };
      const direct = await ask({ address: home.origin });
      home.managed.length = 0;
      expect(await ask(broker)).toEqual(direct);
      expect([home.managed, other.managed]).toEqual([[`${method} ${path}`], []]);
      // What has changed is known by whoever was told that it has.
      expect(await tags(broker, 'home')).toEqual(models);
    });
  });

  it('and no other when it is down', async ({ onTestFinished }) => {
    const [home, other] = [new ManagedOllama(), new ManagedOllama()];
    const broker = await serving({ home: [home], other: [other] }, onTestFinished);
    await home.stop();
    for (const [what, method, path, body] of cases) {
      const answer = await send(broker, method, path, body === undefined ? {} : { body });
      expect([what, answer.status]).toEqual([what, 502]);
    }
    expect(other.managed).toEqual([]);
  });

  it('by the route that the request names', async ({ onTestFinished }) => {
    const [home, other] = [new ManagedOllama(), new ManagedOllama()];
    const broker = await serving({ home: [home], other: [other] }, onTestFinished);
    const headers = { 'x-cloudtolocalllm-route': 'other' };
    const answer = await send(broker, 'DELETE', '/api/delete', { body: posted(model), headers });
    expect([answer.status, answer.headers['x-cloudtolocalllm-connection']]).toEqual([200, 'other']);
    expect([home.managed, other.managed]).toEqual([[], ['DELETE /api/delete']]);
  });

  it.for(['/api/push', '/api/create'])('%s, until its application leaves', async (path, { onTestFinished }) => {
    const { ollama, broker } = await managing(onTestFinished);
    ollama.until = new Promise(() => undefined);
    const asked = ollama.nextReceived();
    await readUntil('retrieving manifest', await begun(broker, 'POST', path, { body: posted(model) }));
    const { closed } = await asked;
    expect(await within(closed, () => 'the upstream request goes on')).toBe(true);
    await broker.until(({ requestsInFlight }) => requestsInFlight === 0);
  });
});

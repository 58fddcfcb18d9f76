import type { IncomingMessage } from 'node:http';
import { beforeEach, describe, expect, it } from 'vitest';
import { RunningBroker, type Status, within } from '../../support/broker.ts';
import { releasing } from '../../support/releases.ts';
import { OllamaStandIn } from '../../upstreams/ollama.ts';
import { applicationKey, keyCommand, until } from './keyed.ts';
import { begun, send } from './sending.ts';

const release = releasing();
let ollama: OllamaStandIn;
let broker: RunningBroker;

beforeEach(async () => {
  ollama = await new OllamaStandIn().start();
  release(() => ollama.stop());
  broker = await RunningBroker.start({ config: config([ollama.origin]) });
  release(() => broker.release());
});

function config(urls: readonly string[], more: object = {}): object {
  return { connections: urls.map((url, index) => ({ id: `home${index}`, kind: 'ollama', url })), ...more };
}

/** Reads events as they come. */
class Events {
  readonly told: Status[] = [];
  ended = false;
  text = '';
  #wake = (): void => undefined;

  constructor(readonly reply: IncomingMessage) {
    reply.setEncoding('utf8').on('data', (chunk: string) => {
      this.text += chunk;
      const events = this.text.split('\n\n');
      this.text = events.pop() ?? '';
      for (const event of events) this.told.push(JSON.parse(event.replace(/^data: /, '')) as Status);
      this.#wake();
    });
    reply.on('close', () => {
      this.ended = true;
      this.#wake();
    });
  }

  async until(fits: (events: Events) => boolean): Promise<void> {
    const found = async (): Promise<void> => {
      while (!fits(this)) await new Promise<void>((resolve) => (this.#wake = resolve));
    };
    await within(found(), () => `what was awaited was not told, but: ${JSON.stringify(this.told)}`);
  }
}

/** All but when it was last looked. */
const essence = (status: Status): string =>
  JSON.stringify(status, (key, value: unknown) => (key === 'lastCheck' ? undefined : value));

async function followed(headers: Record<string, string> = {}): Promise<Events> {
  const events = new Events(await begun(broker, 'GET', '/broker/events', { headers }));
  await events.until(({ told }) => told.length > 0);
  return events;
}

describe('the events', () => {
  it('begin with the whole status, as /broker/status tells it', async () => {
    const events = await followed();
    expect(events.reply.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    expect(events.told.map(essence)).toEqual([essence(await broker.status())]);
  });

  it('tell the whole again when something has changed, and nothing when nothing has', async () => {
    const events = await followed();
    // Looks at the connections, and finds what was known.
    broker.process.kill('SIGHUP');
    await ollama.stop();
    const body = { model: 'llama3.2', messages: [{ role: 'user', content: 'Hello!' }] };
    await send(broker, 'POST', '/api/chat', { body });
    await events.until(({ told }) => told.at(-1)?.state === 'disconnected' && told.at(-1)?.requestsInFlight === 0);
    const essences = events.told.map(essence);
    for (const [index, one] of essences.entries()) expect(one).not.toBe(essences[index - 1]);
  });

  it('don’t count as a request, and end with the broker at once', async () => {
    const events = await followed();
    expect((await broker.status()).requestsInFlight).toBe(0);
    broker.process.kill('SIGTERM');
    await events.until(({ ended }) => ended);
    expect(await broker.ended()).toBe(0);
  });

  it('are for as many as want them, without a warning', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => followed()));
    await ollama.stop();
    await send(broker, 'POST', '/api/show', { body: { model: 'llama3.2' } });
    for (const events of all) await events.until(({ told }) => told.at(-1)?.state === 'disconnected');
    expect(broker.stderr).toBe('');
  });

  it('keep nothing for who doesn’t read, and tell it at last how things are then', async () => {
    // So large that a few fill whatever is between us.
    ollama.models = Array.from({ length: 20_000 }, (_, index) => `${'long'.repeat(10)}-${index}:latest`);
    await broker.until(({ connections }) => connections[0]?.models.length === 20_000);
    const slow = await begun(broker, 'GET', '/broker/events');
    slow.pause();
    const quick = await followed();
    ollama.fault = { silent: true };
    const body = { model: ollama.models[0], messages: [{ role: 'user', content: 'Hello!' }] };
    for (let round = 0; round < 10; round += 1) {
      const gone = new AbortController();
      const sent = begun(broker, 'POST', '/api/chat', { body, signal: gone.signal }).catch(() => undefined);
      await quick.until(({ told }) => told.at(-1)?.requestsInFlight === 1);
      gone.abort();
      await sent;
      await quick.until(({ told }) => told.at(-1)?.requestsInFlight === 0);
    }
    const late = new Events(slow);
    slow.resume();
    await ollama.stop();
    await send(broker, 'POST', '/api/show', { body: { model: 'x' } });
    await late.until(({ told }) => told.at(-1)?.state === 'disconnected');
    expect(late.told.length).toBeLessThan(quick.told.length);
  });
});

describe('who has a key', () => {
  it('follows what the key allows, and as long as it holds', async () => {
    const demo = { id: 'demo', kind: 'demo' };
    broker = await RunningBroker.start({ config: { connections: [demo, { ...demo, id: 'other' }] } });
    release(() => broker.release());
    const key = await applicationKey(broker, 'app', '--connection', 'demo');
    const events = await followed({ authorization: `Bearer ${key}` });
    expect(events.told[0]?.connections.map(({ id }) => id)).toEqual(['demo']);
    await keyCommand(broker, 'revoke', 'app');
    await until(broker, key, 401);
    const body = { model: 'demo', messages: [{ role: 'user', content: 'Hello!' }], stream: false };
    await send(broker, 'POST', '/api/chat', { body });
    await events.until(({ ended }) => ended);
  });
});

describe('who may not see the status', () => {
  it.each<[what: string, headers: Record<string, string>, status: number]>([
    ['a page that isn’t listed', { origin: 'https://evil.example' }, 403],
    ['another host name', { host: 'evil.example' }, 403],
    ['a key that isn’t valid', { authorization: `Bearer ctl-${'0'.repeat(43)}` }, 401],
  ])('%s: may not follow it', async (_what, headers, status) => {
    expect((await send(broker, 'GET', '/broker/events', { headers })).status).toBe(status);
  });
});

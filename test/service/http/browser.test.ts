import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { RunningBroker } from '../../support/broker.ts';
import { Chromium, type Page } from '../../support/chromium.ts';
import { OllamaStandIn } from '../../upstreams/ollama.ts';
import { json } from '../../upstreams/server.ts';
import { attempts, setting } from './attempts.ts';
import { PageServer } from './pageServer.ts';
import { fieldsIn, send } from './sending.ts';
import { Wiretap } from './wiretap.ts';

/** Counts what it is asked but for what the broker asks to look after it, and has something that no page may know. */
class Upstream extends OllamaStandIn {
  readonly asked: string[] = [];

  protected override takes({ method = '', url = '' }: IncomingMessage, response: ServerResponse): boolean {
    if (['/', '/api/version', '/api/tags', '/api/ps'].includes(url)) return false;
    this.asked.push(`${method} ${url}`);
    if (!url.startsWith('/api/experimental/')) return false;
    json(response, 200, { secret: 'of the server' });
    return true;
  }
}

let upstream: Upstream;
let broker: RunningBroker;
let wire: Wiretap;
let pages: PageServer, others: PageServer;
let chromium: Chromium;
let page: Page | undefined;
/** Of whom the broker knows nothing but by what the browser sends: it runs as the same user as the broker. */
const names = ['intruder.test', 'listed.test', 'sub.listed.test', 'rebound.test'];

beforeAll(async () => {
  upstream = await new Upstream().start();
  pages = await PageServer.start();
  others = await PageServer.start();
  const connections = [{ id: 'home', kind: 'ollama', url: upstream.origin }];
  const origins = [`http://listed.test:${pages.port}`];
  broker = await RunningBroker.start({ config: { connections, origins } });
  wire = await Wiretap.before(broker.address);
  chromium = await Chromium.start(names);
});
beforeEach(() => {
  wire.exchanges = [];
  upstream.asked.length = 0;
});
afterEach(() => page?.close());
afterAll(async () => {
  await wire.stop();
  await broker.release();
  for (const server of [pages, others, upstream]) await server.stop();
  await chromium.stop();
});

/** Opens a page and runs a script in it that knows the broker by this name. */
async function tried<T>(url: string, script: string, name = '127.0.0.1'): Promise<T> {
  page = await chromium.open(url);
  return page.run<T>(`${setting(`http://${name}:${wire.port}`)}\n${script}`);
}

describe('what a program of the same user gets', () => {
  it('is what the pages below are after', async () => {
    const through = { address: `http://127.0.0.1:${wire.port}` };
    const answer = await send(through, 'GET', '/api/experimental/secret');
    expect(fieldsIn(answer)).toEqual({ secret: 'of the server' });
    expect(await wire.answers(1)).toEqual(['GET 200']);
    expect(upstream.asked).toEqual(['GET /api/experimental/secret']);
  });
});

describe.each([
  ['of another site', 'intruder.test'],
  ['at another port of this machine', '127.0.0.1'],
])('a page %s reaches no server and learns nothing', (_where, host) => {
  it.each(attempts)('by $what', async ({ script, arrives = ['GET 403'], ...attempt }) => {
    const learnt = await tried(`http://${host}:${pages.port}/`, script);
    expect(await wire.answers(arrives.length)).toEqual(arrives);
    expect(learnt).toEqual('learns' in attempt ? attempt.learns : 'failed');
    expect(upstream.asked).toEqual([]);
  });
});

describe('under another name than its own the broker is as closed', () => {
  const own = `http://intruder.test`;

  it.each(['localhost', 'models.localhost', '0.0.0.0', '127.1', 'rebound.test'])('%s', async (name) => {
    const learnt = await tried(
      `${own}:${pages.port}/`,
      'return [await read(secret), await shown("img", { src: secret })];',
      name,
    );
    expect(learnt).toEqual(['failed', 'failed']);
    expect(await wire.answers(2)).toEqual(['GET 403', 'GET 403']);
    expect(upstream.asked).toEqual([]);
  });
});

describe('a page whose name led to the intruder, and now leads to the broker,', () => {
  /** Since it is of the same origin then, the page may read what it is told. */
  const refused = { type: 'basic', status: 403, text: expect.stringContaining('must be called 127.0.0.1') as string };

  beforeAll(() => {
    wire.pages.set('/before', '<!DOCTYPE html><title>A page</title>');
  });

  it.each<[what: string, script: string, arrives: string]>([
    ['fetch', 'return read(secret);', 'GET 403'],
    ['fetch POST of text', 'return read(chat, { method: "POST", body });', 'POST 403'],
    [
      'fetch POST of JSON, for which no leave is needed',
      'return read(chat, { method: "POST", body, headers: { "content-type": "application/json" } });',
      'POST 403',
    ],
    ['fetch DELETE', 'return read(broker + "/api/delete", { method: "DELETE", body });', 'DELETE 403'],
  ])('is told that it isn’t called so, and nothing else: %s', async (_what, script, arrives) => {
    const learnt = await tried(`http://rebound.test:${wire.port}/before`, script, 'rebound.test');
    expect(learnt).toEqual(refused);
    expect(await wire.answers(1)).toEqual([arrives]);
    expect(upstream.asked).toEqual([]);
  });
});

describe('a page that is a file of this machine', () => {
  it('is refused', async () => {
    const file = `file://${broker.write('page.html', '<!DOCTYPE html><title>A page</title>')}`;
    expect(await tried(file, 'return [await read(secret), await read(chat, { method: "POST", body })];')).toEqual([
      'failed',
      'failed',
    ]);
    expect(await wire.answers(2)).toEqual(['GET 403', 'POST 403']);
    expect(upstream.asked).toEqual([]);
  });
});

describe('a page that is listed', () => {
  const listed = (script: string): Promise<unknown> => tried(`http://listed.test:${pages.port}/`, script);
  const json = 'headers: { "content-type": "application/json" }';

  it('reads answers, and who gave them', async () => {
    const learnt = await listed(`
      const answer = await fetch(chat, { method: 'POST', body, ${json} });
      return [answer.status, answer.headers.get('x-cloudtolocalllm-connection'), (await answer.json()).done];`);
    expect(learnt).toEqual([200, 'home', true]);
    expect(await wire.answers(2)).toEqual(['OPTIONS 204', 'POST 200']);
    expect(upstream.asked).toEqual(['POST /api/chat']);
  });

  it('reads the first of an answer before there is more, and ends it by leaving', async () => {
    upstream.fault = { stallAfter: 2 };
    const received = upstream.nextReceived();
    const learnt = await listed(`
      const leave = new AbortController();
      const streamed = body.replace('"stream":false', '"stream":true');
      const answer = await fetch(chat, { method: 'POST', body: streamed, signal: leave.signal, ${json} });
      const { value } = await answer.body.getReader().read();
      leave.abort();
      return JSON.parse(new TextDecoder().decode(value).split('\\n')[0]).message.role;`);
    upstream.fault = undefined;
    expect(learnt).toBe('assistant');
    expect(await (await received).closed).toBe(true);
  });

  it('reads a streamed answer to its end', async () => {
    const learnt = await listed(`
      const streamed = body.replace('"stream":false', '"stream":true');
      const answer = await fetch(chat, { method: 'POST', body: streamed, ${json} });
      const lines = (await answer.text()).trimEnd().split('\\n').map((line) => JSON.parse(line));
      return [lines.length > 2, lines.filter(({ done }) => done).length, lines.at(-1).done];`);
    expect(learnt).toEqual([true, 1, true]);
  });

  it('reads why it is refused', async () => {
    const learnt = await listed('return read(chat, { method: "POST", body });');
    expect(learnt).toMatchObject({
      type: 'cors',
      status: 415,
      text: expect.stringContaining('application/json') as string,
    });
    expect(upstream.asked).toEqual([]);
  });

  it.each<[what: string, url: (ports: { own: number; other: number }) => string]>([
    ['at another port', ({ other }) => `http://listed.test:${other}/`],
    ['of a name below its own', ({ own }) => `http://sub.listed.test:${own}/`],
  ])('is the only one: not one %s', async (_what, url) => {
    const learnt = await tried(
      url({ own: pages.port, other: others.port }),
      `return read(chat, { method: 'POST', body, ${json} });`,
    );
    expect(learnt).toBe('failed');
    expect(await wire.answers(1)).toEqual(['OPTIONS 403']);
    expect(upstream.asked).toEqual([]);
  });

  it('is the only one: no frame in it that has no origin', async () => {
    expect(await listed('return told(inner + "return read(secret);", { sandbox: "allow-scripts" });')).toBe('failed');
    expect(await wire.answers(1)).toEqual(['GET 403']);
    expect(upstream.asked).toEqual([]);
  });
});

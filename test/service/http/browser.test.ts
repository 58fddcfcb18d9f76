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
  await chromium.stop();
  await wire.stop();
  await broker.release();
  for (const server of [pages, others, upstream]) await server.stop();
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

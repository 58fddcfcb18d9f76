import { createServer, type RequestListener } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { discover, type Found, told } from '../../../service/connections/discovery.js';
import { releasing } from '../../support/releases.ts';
import { OllamaStandIn } from '../../upstreams/ollama.ts';
import { OpenaiStandIn } from '../../upstreams/openai.ts';

const release = releasing();
const ok = (body: unknown) => ({ status: 200, text: typeof body === 'string' ? body : JSON.stringify(body) });
const list = (...owners: (string | undefined)[]) =>
  ok({ object: 'list', data: owners.map((owned_by, index) => ({ id: `m${index}`, object: 'model', owned_by })) });
const none = { root: undefined, version: undefined, models: undefined };

describe('a server is told by its answers', () => {
  it.each<[what: string, replies: Parameters<typeof told>[0], found: Omit<Found, 'url'> | undefined]>([
    [
      'Ollama',
      { root: ok('Ollama is running'), version: ok({ version: '0.33.0' }), models: list('library', 'library') },
      { kind: 'ollama', name: 'Ollama', models: 2 },
    ],
    [
      'Ollama without a model',
      { root: ok('Ollama is running'), version: ok({ version: '0.33.0' }), models: ok({ object: 'list', data: null }) },
      { kind: 'ollama', name: 'Ollama', models: 0 },
    ],
    ['llama.cpp', { ...none, models: list('llamacpp') }, { kind: 'openai', name: 'llama.cpp', models: 1 }],
    [
      'llama.cpp that loads',
      {
        ...none,
        models: {
          status: 503,
          text: '{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}',
        },
      },
      { kind: 'openai', name: 'llama.cpp', models: 0 },
    ],
    ['vLLM', { ...none, models: list('vllm') }, { kind: 'openai', name: 'vLLM', models: 1 }],
    ['LM Studio', { ...none, models: list('organization_owner') }, { kind: 'openai', name: 'LM Studio', models: 1 }],
    [
      'KoboldCpp, which speaks Ollama’s API, too',
      { root: ok('<html>'), version: ok({ version: '0.7.0' }), models: list('koboldcpp') },
      { kind: 'openai', name: 'KoboldCpp', models: 1 },
    ],
    [
      'another one of OpenAI’s API',
      { ...none, models: list(undefined, 'somebody') },
      { kind: 'openai', name: 'OpenAI-Compatible Server', models: 2 },
    ],
    [
      'one of OpenAI’s API without a model',
      { ...none, models: list() },
      { kind: 'openai', name: 'OpenAI-Compatible Server', models: 0 },
    ],
    [
      'a broker of another user',
      { root: ok('CloudToLocalLLM is running'), version: ok({ version: '0.33.0' }), models: list('library') },
      undefined,
    ],
    ['a web page', { root: ok('<!DOCTYPE html>'), version: ok('<html>'), models: ok('<html>') }, undefined],
    ['another API with a list', { ...none, models: ok({ data: [{ id: 'a' }] }) }, undefined],
    ['a list of something else', { ...none, models: ok({ object: 'list', data: [{ name: 'a' }] }) }, undefined],
    ['a refusal', { ...none, models: { status: 401, text: '{"error":"Unauthorized"}' } }, undefined],
    ['another server that isn’t ready', { ...none, models: { status: 503, text: '{"error":"busy"}' } }, undefined],
    ['silence', none, undefined],
  ])('%s', (_what, replies, found) => {
    const url = `http://127.0.0.1:9${found?.kind === 'openai' ? '/v1' : ''}`;
    expect(told(replies, 9)).toEqual(found && { ...found, url });
  });
});

async function serving(answer: RequestListener): Promise<number> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  release(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function standIns(): Promise<{ ollama: OllamaStandIn; openai: OpenaiStandIn; ports: number[] }> {
  const ollama = await new OllamaStandIn().start();
  const openai = await new OpenaiStandIn().start();
  release(() => ollama.stop());
  release(() => openai.stop());
  return { ollama, openai, ports: [ollama, openai].map(({ origin }) => Number(new URL(origin).port)) };
}

describe('this machine', () => {
  it('is looked through for servers of models, and what is none is left out', async () => {
    const { ollama, openai, ports } = await standIns();
    const page = await serving((_request, response) => response.end('<!DOCTYPE html>'));
    const elsewhere = await serving((_request, response) => {
      response.writeHead(307, { location: `${ollama.origin}/` }).end();
    });
    const endless = await serving((_request, response) => {
      response.writeHead(200);
      const piece = Buffer.alloc(1024 * 1024, ' ');
      const tell = (): void => {
        while (response.write(piece));
      };
      response.on('drain', tell);
      tell();
    });
    const broken = await serving((request) => request.socket.destroy());
    expect(await discover([page, elsewhere, endless, broken, ...ports, 1], [])).toEqual([
      { kind: 'ollama', name: 'Ollama', url: ollama.origin, models: 2 },
      {
        kind: 'openai',
        name: expect.any(String) as string,
        url: `${openai.origin}/v1`,
        models: expect.any(Number) as number,
      },
    ]);
  });

  it('and what never answers keeps nobody waiting', async () => {
    const { ollama, ports } = await standIns();
    const silent = await serving(() => undefined);
    const dripping = await serving((_request, response) => {
      response.writeHead(200).write('{');
    });
    const found = await discover([silent, dripping, ...ports.slice(0, 1)], []);
    expect(found.map(({ url }) => url)).toEqual([ollama.origin]);
  });

  it('is asked without a token', async () => {
    const seen: string[] = [];
    const port = await serving(({ headers, url }, response) => {
      seen.push(String(url), ...Object.keys(headers));
      response.end();
    });
    await discover([port], []);
    expect(new Set(seen)).toEqual(new Set(['/', '/api/version', '/v1/models', 'host', 'connection']));
  });

  it.each([
    'http://127.0.0.1:PORT',
    'http://localhost:PORT/v1',
    'http://[::1]:PORT/api',
    'http://127.0.0.2:PORT',
    'http://0.0.0.0:PORT',
  ])('but not where something is known: %s', async (address) => {
    let asked = 0;
    const port = await serving((_request, response) => {
      asked += 1;
      response.end();
    });
    expect(await discover([port], [address.replace('PORT', String(port))])).toEqual([]);
    expect(asked).toBe(0);
  });

  it.each(['', 'https://example.org:PORT', 'http://192.168.1.5:PORT'])(
    'also where something is known elsewhere: %s',
    async (address) => {
      const { ollama, ports } = await standIns();
      const [port] = ports;
      const found = await discover(ports.slice(0, 1), [address.replace('PORT', String(port))]);
      expect(found.map(({ url }) => url)).toEqual([ollama.origin]);
    },
  );
});

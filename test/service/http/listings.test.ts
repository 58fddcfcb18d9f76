import Anthropic from '@anthropic-ai/sdk';
import { Ollama } from 'ollama';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RunningBroker } from '../../support/broker.ts';
import { AnthropicStandIn } from '../../upstreams/anthropic.ts';
import { OllamaStandIn } from '../../upstreams/ollama.ts';
import { OpenaiStandIn } from '../../upstreams/openai.ts';
import { RawStandIn } from '../../upstreams/raw.ts';
import { fieldsIn, send } from './sending.ts';

const anthropicVersion = { 'anthropic-version': '2023-06-01' };

let home: OllamaStandIn;
let provider: OpenaiStandIn;
let claude: AnthropicStandIn;
let broker: RunningBroker;
const releases: (() => unknown)[] = [];

beforeAll(async () => {
  [home, provider, claude] = [new OllamaStandIn(), new OpenaiStandIn(), new AnthropicStandIn()];
  home.models = ['shared', 'hf.co/me/my.model:Q4_K_M', 'llama3.2:latest'];
  provider.models = ['shared', 'vendor/gpt-4'];
  for (const server of [home, provider, claude]) {
    await server.start();
    releases.push(() => server.stop());
  }
  broker = await RunningBroker.start({
    config: {
      connections: [
        { id: 'home', kind: 'ollama', url: home.origin },
        { id: 'provider', kind: 'openai', url: provider.origin, place: 'cloud' },
        { id: 'claude', kind: 'anthropic', url: claude.origin, token: { env: 'KEY' } },
      ],
    },
    env: { KEY: 'sk-ant' },
  });
  releases.push(() => broker.release());
});
afterAll(async () => {
  for (const release of releases.reverse()) await release();
});

type Fields = Record<string, unknown>;

async function asked(path: string, headers: Record<string, string> = {}): Promise<Fields> {
  const answer = await send(broker, 'GET', path, { headers });
  expect(answer.status).toBe(200);
  return fieldsIn(answer) as Fields;
}

const from = async (origin: string, path: string, list: string): Promise<Fields[]> =>
  (
    fieldsIn(
      await send({ address: origin }, 'GET', path, { headers: { ...anthropicVersion, 'x-api-key': 'sk-ant' } }),
    ) as Fields
  )[list] as Fields[];

describe('the models of all connections', () => {
  it('are listed at /api/tags: Ollama’s as they are, others as far as they are known', async () => {
    const own = await from(home.origin, '/api/tags', 'models');
    const { models } = (await asked('/api/tags')) as { models: Fields[] };
    const [shared, ...others] = own;
    const known = (name: string, modified_at: unknown, connections: string[]) => ({
      ...{ name, model: name, modified_at, connections, size: 0, digest: '' },
      details: { parent_model: '', format: '', family: '', families: null, parameter_size: '', quantization_level: '' },
    });
    expect(models).toEqual([
      { ...shared, connections: ['home', 'provider'] },
      ...others.map((one) => ({ ...one, connections: ['home'] })),
      known('vendor/gpt-4', '2025-10-09T08:53:20.000Z', ['provider']),
      ...claude.models.map((name) => known(name, expect.any(String), ['claude'])),
    ]);
  });

  it('are listed at /v1/models in OpenAI’s shape', async () => {
    const [, gpt] = await from(provider.origin, '/v1/models', 'data');
    const created = Date.parse('2026-10-01T12:00:00Z') / 1000;
    expect(await asked('/v1/models')).toEqual({
      object: 'list',
      data: [
        { id: 'shared', object: 'model', created, owned_by: 'library', connections: ['home', 'provider'] },
        { id: 'hf.co/me/my.model:Q4_K_M', object: 'model', created, owned_by: 'hf.co', connections: ['home'] },
        { id: 'llama3.2:latest', object: 'model', created, owned_by: 'library', connections: ['home'] },
        { ...gpt, connections: ['provider'] },
        ...claude.models.map((id) => ({
          ...{
            id,
            object: 'model',
            created: expect.any(Number) as number,
            owned_by: 'anthropic',
            connections: ['claude'],
          },
        })),
      ],
    });
  });

  it('are listed at /v1/models in Anthropic’s shape for who says its version', async () => {
    const own = await from(claude.origin, '/v1/models?limit=1000', 'data');
    const entry = (id: string, created_at: string, connections: string[]) => ({
      ...{ type: 'model', id, display_name: id, created_at, connections },
    });
    const data = [
      entry('shared', '2026-10-01T12:00:00Z', ['home', 'provider']),
      entry('hf.co/me/my.model:Q4_K_M', '2026-10-01T12:00:00Z', ['home']),
      entry('llama3.2:latest', '2026-10-01T12:00:00Z', ['home']),
      entry('vendor/gpt-4', '2025-10-09T08:53:20Z', ['provider']),
      ...own.map((one) => ({ ...one, connections: ['claude'] })),
    ];
    expect(await asked('/v1/models', anthropicVersion)).toEqual({
      ...{ data, has_more: false, first_id: 'shared', last_id: claude.models.at(-1) },
    });
  });

  it('are listed for the official clients', async () => {
    const all = [...home.models, 'vendor/gpt-4', ...claude.models];
    const baseURL = broker.address;
    const openai: string[] = [];
    for await (const { id } of new OpenAI({ baseURL: `${baseURL}/v1`, apiKey: '-' }).models.list()) openai.push(id);
    const anthropic: string[] = [];
    for await (const { id } of new Anthropic({ baseURL, apiKey: '-' }).models.list()) anthropic.push(id);
    const { models } = await new Ollama({ host: baseURL }).list();
    expect([openai, anthropic, models.map(({ name }) => name)]).toEqual([all, all, all]);
  });

  it.each<[route: string, connections: string[]]>([
    ['cloud', ['provider', 'claude']],
    ['claude', ['claude']],
    ['local', ['home']],
  ])('are those of the route %s where a request names it', async (route, connections) => {
    const { models } = (await asked('/api/tags', { 'x-cloudtolocalllm-route': route })) as { models: Fields[] };
    expect([...new Set(models.flatMap((model) => model.connections))]).toEqual(connections);
  });
});

describe('one model', () => {
  it.each<[name: string, connections: string[]]>([
    ['shared', ['home', 'provider']],
    ['shared:latest', ['home', 'provider']],
    ['llama3.2', ['home']],
    ['LLAMA3.2:latest', ['home']],
    ['hf.co/me/my.model:Q4_K_M', ['home']],
    ['vendor/gpt-4', ['provider']],
  ])('is found at /v1/models/%s, with all that have it', async (name, connections) => {
    for (const path of [name, encodeURIComponent(name)]) {
      const [openai, anthropic] = [
        await asked(`/v1/models/${path}`),
        await asked(`/v1/models/${path}`, anthropicVersion),
      ];
      expect([openai.object, openai.connections]).toEqual(['model', connections]);
      expect([anthropic.type, anthropic.id, anthropic.connections]).toEqual(['model', name, connections]);
    }
  });

  it.each(['llama3.2:1b', 'llama3', 'gpt-4', 'hf.co/me/my.model', 'vendor'])('is not there as %s', async (name) => {
    const answer = await send(broker, 'GET', `/v1/models/${name}`);
    const error = {
      message: expect.stringContaining(`'${name}' not found; there are`) as string,
      type: 'not_found_error',
    };
    expect([answer.status, fieldsIn(answer)]).toEqual([404, { error: expect.objectContaining(error) as object }]);
  });

  it('is asked for by the official clients', async () => {
    const name = 'hf.co/me/my.model:Q4_K_M';
    const openai = new OpenAI({ baseURL: `${broker.address}/v1`, apiKey: '-' });
    const anthropic = new Anthropic({ baseURL: broker.address, apiKey: '-' });
    expect([(await openai.models.retrieve(name)).id, (await anthropic.models.retrieve(name)).id]).toEqual([name, name]);
  });
});

describe('a connection that says nothing', () => {
  /** Takes every request and answers none. */
  class Hanging extends RawStandIn {
    protected override takes(): boolean {
      return true;
    }
  }

  it('doesn’t keep the others’ models back, just started or later', async ({ onTestFinished }) => {
    const hanging = await new Hanging().start();
    onTestFinished(() => hanging.stop());
    const connections = [
      { id: 'hanging', kind: 'ollama', url: hanging.origin },
      { id: 'home', kind: 'ollama', url: home.origin },
    ];
    const started = new RunningBroker({ config: { connections } });
    onTestFinished(() => started.release());
    // It serves before it has checked its connections.
    const [, address = ''] = await started.printed(/answers on (http:\S+)/);
    for (const [path, list] of [
      ['/api/tags', 'models'],
      ['/v1/models', 'data'],
      ['/v1/models/shared', 'connections'],
      ['/api/ps', 'models'],
    ] as const) {
      const answer = await send({ address }, 'GET', path);
      expect([path, answer.status, fieldsIn(answer)]).toEqual([
        path,
        200,
        expect.objectContaining({ [list]: expect.any(Array) as [] }),
      ]);
    }
    const { models } = fieldsIn(await send({ address }, 'GET', '/api/tags')) as { models: Fields[] };
    expect(models.map(({ name, connections: ids }) => [name, ids])).toEqual(
      home.models.map((name) => [name, ['home']]),
    );
    expect(started.stdout).not.toContain('Ctrl-C');
  });
});

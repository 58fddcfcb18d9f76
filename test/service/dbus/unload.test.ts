import { beforeEach, describe, expect, it } from 'vitest';
import { RunningBroker } from '../../support/broker.ts';
import { PrivateBus } from '../../support/bus.ts';
import { releasing } from '../../support/releases.ts';
import { OllamaStandIn } from '../../upstreams/ollama.ts';
import { send } from '../http/sending.ts';
import { monitored } from './monitored.ts';

const release = releasing();
const brokerPath = '/online/cloudtolocalllm/Broker';
const broker1 = 'online.cloudtolocalllm.Broker1';

let bus: PrivateBus;
let ollama: OllamaStandIn;
let broker: RunningBroker;

beforeEach(async () => {
  bus = await PrivateBus.start();
  release(() => bus.stop());
  ollama = await new OllamaStandIn().start();
  ollama.loaded = ['qwen3:8b'];
  release(() => ollama.stop());
  broker = await RunningBroker.start({
    config: {
      connections: [
        { id: 'home', name: 'Home', kind: 'ollama', url: ollama.origin },
        { id: 'demo', name: 'Demo', kind: 'demo' },
      ],
    },
    env: bus.env,
  });
  release(() => broker.release());
});

const unload = (model: string, id = 'home'): Promise<string> => bus.call(brokerPath, `${broker1}.Unload`, id, model);

const loaded = (): Promise<string> =>
  bus.call(
    `${brokerPath}/connections/home`,
    'org.freedesktop.DBus.Properties.Get',
    'online.cloudtolocalllm.Connection1',
    'Loaded',
  );

describe('a model that is to leave the memory', () => {
  it('is out when that is answered, and everybody who looks sees it', async () => {
    expect(await loaded()).toContain("'qwen3:8b'");
    const { until } = await monitored(bus, release);
    expect(await unload('qwen3:8b')).toBe('()');
    expect(await loaded()).toBe('(<@aa{sv} []>,)');
    await until(/connections\/home: .*PropertiesChanged.*'Loaded': <@aa{sv} \[\]>/);
    expect(ollama.received.map(({ path, body }) => [path, body])).toEqual([
      ['/api/generate', { model: 'qwen3:8b', keep_alive: 0, stream: false }],
    ]);
  });

  it('and stays is told of, with the reason that is most likely', async () => {
    ollama.clings = true;
    await expect(bus.run('gdbus', ...slowCall('qwen3:8b'))).rejects.toThrow(
      /qwen3:8b is still in memory: most likely a request is being answered with it/,
    );
  }, 30_000);

  it.each<[what: string, model: string, id: string, words: RegExp]>([
    ['there isn’t', 'nothing', 'home', /Failed: the server has no model “nothing”/],
    ['has no name', '', 'home', /InvalidArgs: which model\?/],
    ['is in no memory', 'demo', 'demo', /InvalidArgs: Demo can’t be told to take models out of its memory/],
  ])('but %s: is told in words', async (_what, model, id, words) => {
    await expect(unload(model, id)).rejects.toThrow(words);
  });

  it('at a server that has gone: is told in words', async () => {
    await ollama.stop();
    await expect(unload('qwen3:8b')).rejects.toThrow(/Home: Nothing is listening there/);
  });
});

describe('a model that comes into memory', () => {
  it('because somebody asks it something is told of soon', async () => {
    const { until } = await monitored(bus, release);
    const body = { model: 'llama3.2', messages: [{ role: 'user', content: 'Hello!' }], stream: false };
    expect((await send(broker, 'POST', '/api/chat', { body })).status).toBe(200);
    await until(/connections\/home: .*PropertiesChanged.*'Loaded': <\[.*'llama3\.2:latest'/);
  });
});

function slowCall(model: string): string[] {
  const destination = ['--session', '--dest', 'online.cloudtolocalllm.Broker', '--object-path', brokerPath];
  return ['call', ...destination, '--timeout', '25', '--method', `${broker1}.Unload`, 'home', model];
}

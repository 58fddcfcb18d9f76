import { beforeEach, describe, expect, it } from 'vitest';
import { RunningBroker } from '../../support/broker.ts';
import { PrivateBus } from '../../support/bus.ts';
import { releasing } from '../../support/releases.ts';
import { OllamaStandIn } from '../../upstreams/ollama.ts';
import { OpenaiStandIn } from '../../upstreams/openai.ts';
import { send } from '../http/sending.ts';

const release = releasing();
const brokerPath = '/online/cloudtolocalllm/Broker';
const broker1 = 'online.cloudtolocalllm.Broker1';

let bus: PrivateBus;

beforeEach(async () => {
  bus = await PrivateBus.start({ ownServices: true });
  release(() => bus.stop());
});

async function reported(): Promise<string> {
  const told = await bus.call(brokerPath, `${broker1}.Report`);
  return told.slice(2, -3).replaceAll('\\n', '\n');
}

describe('a report', () => {
  it('tells what somebody needs who looks for a fault', async () => {
    const ollama = await new OllamaStandIn().start();
    release(() => ollama.stop());
    const connections = [
      { id: 'home', kind: 'ollama', url: ollama.origin },
      { id: 'gone', kind: 'openai', url: 'http://127.0.0.1:1/v1', place: 'cloud' },
    ];
    const env = { ...bus.env, HTTPS_PROXY: 'http://user:canary@proxy.example:3128' };
    const broker = await RunningBroker.start({ config: { route: 'gone', connections }, env });
    release(() => broker.release());
    const told = await reported();
    expect(told).toMatch(/^CloudToLocalLLM \d+\.\d+\.\d+\nNode\.js: v\d+\.\S+, \w+\nSystem: .+, Linux \d/);
    expect(told).toMatch(/\nStarted: by hand, 0 min ago\nMemory: \d+ MB\n/);
    expect(told).toContain(
      'Configuration: a file, no problems\nState: partial, route: connection 2, requests in flight: 0',
    );
    expect(told).toContain('Keyring: none that runs, unavailable\nProxy: HTTPS_PROXY\n');
    expect(told).toMatch(
      /Connection 1: ollama, local, this machine, http\n {2}State: connected, breaker: closed, latency: [\d.]+ ms\n {2}Version: 0\.33\.0, models: 2, loaded: 0\n {2}Token: none \(fixed\), own authority: no\n {2}Last error: none\n/,
    );
    expect(told).toMatch(
      /Connection 2: openai, cloud, this machine, http\n.*unreachable.*\n.*\n.*\n {2}Last error: Nothing is listening there \(…\)\n/,
    );
    expect(told).not.toContain('canary');
  });

  it('has neither secrets nor prompts nor names in it', async () => {
    const openai = await new OpenaiStandIn().start();
    release(() => openai.stop());
    openai.fault = { status: 500, body: { error: { message: 'canaryprompt failed in canarywords' } } };
    const connections = [
      {
        id: 'canaryid',
        name: 'Canaryname',
        kind: 'openai',
        url: `${openai.origin}/canarypath/v1`,
        token: { env: 'CANARY_TOKEN' },
        models: { canaryalias: 'canarymodel' },
      },
      { id: 'canaryhost', name: 'Canary two', kind: 'ollama', url: 'https://canaryhost.invalid/canarypath' },
      { id: 'canaryfile', kind: 'openai', url: openai.origin, token: { file: '/canary/file' } },
      { id: 'canaryca', kind: 'openai', url: 'https://127.0.0.1:1/v1', ca: '/canary/ca.pem' },
    ];
    const env = { ...bus.env, CANARY_TOKEN: 'canarysecret' };
    const broker = await RunningBroker.start({ config: { connections, route: 'canaryid' }, env });
    release(() => broker.release());
    const body = { model: 'canaryalias', messages: [{ role: 'user', content: 'canaryprompt' }], stream: false };
    for (let again = 0; again < 3; again += 1) await send(broker, 'POST', '/v1/chat/completions', { body });
    const told = await reported();
    expect(told).toContain('Connection 4: openai');
    expect(told.toLowerCase()).not.toContain('canary');
    expect(told).not.toContain(bus.env.HOME);
  });
});

it('Discover answers in the shape that is declared', async () => {
  const broker = await RunningBroker.start({ config: {}, env: bus.env });
  release(() => broker.release());
  expect(await bus.call(brokerPath, `${broker1}.Discover`)).toMatch(/^\((@aa{sv} \[\]|\[{'kind': <'\w+'>, .*\]),\)$/);
});

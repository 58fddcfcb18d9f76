import packageJson from '../../../package.json' with { type: 'json' };
import { beforeEach, describe, expect, it } from 'vitest';
import { RunningBroker } from '../../support/broker.ts';
import { askedByOtherUser, noOtherUser } from '../../support/otherUser.ts';
import { readExposition, type Sample } from '../../support/prometheus.ts';
import { releasing } from '../../support/releases.ts';
import { OllamaStandIn } from '../../upstreams/ollama.ts';
import { applicationKey } from './keyed.ts';

const release = releasing();
let first: OllamaStandIn;
let second: OllamaStandIn;
let broker: RunningBroker;

beforeEach(async () => {
  [first, second] = [await new OllamaStandIn().start(), await new OllamaStandIn().start()];
  for (const one of [first, second]) release(() => one.stop());
  broker = await RunningBroker.start({
    config: {
      connections: [
        { id: 'one', name: 'O"ne\\', kind: 'ollama', url: first.origin, patience: 0 },
        { id: 'two', kind: 'ollama', url: second.origin },
      ],
    },
  });
  const started = broker;
  release(() => started.release());
});

/** What Prometheus reads. */
async function scraped(headers: Record<string, string> = {}): Promise<readonly Sample[]> {
  const answer = await fetch(`${broker.address}/metrics`, { headers });
  expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  return readExposition(await answer.text());
}

/** The values of a metric, by the values of its labels. */
function valuesOf(samples: readonly Sample[], name: string): Record<string, number> {
  return Object.fromEntries(
    samples
      .filter((sample) => sample.name === `cloudtolocalllm_${name}`)
      .map(({ labels, value }) => [Object.values(labels).join(' '), value]),
  );
}

async function asked(fields: object = {}, signal: AbortSignal | null = null): Promise<string> {
  const body = JSON.stringify({ model: 'llama3.2', messages: [{ role: 'user', content: 'Hello' }], ...fields });
  const answer = await fetch(`${broker.address}/api/chat`, { method: 'POST', body, signal });
  return answer.text();
}

/** Waits until a metric has a value: an answer is counted a moment after it has gone out. */
async function until(name: string, key: string): Promise<readonly Sample[]> {
  for (;;) {
    const samples = await scraped();
    if ((valuesOf(samples, name)[key] ?? 0) > 0) return samples;
  }
}

describe('the metrics', () => {
  it('tell of a broker that was asked nothing', async () => {
    const samples = await scraped();
    expect(Object.keys(valuesOf(samples, 'build_info'))).toEqual([`${packageJson.version} ${process.versions.node}`]);
    expect(valuesOf(samples, 'connection_up')).toEqual({ 'one ollama local': 1, 'two ollama local': 1 });
    expect(valuesOf(samples, 'connection_breaker')).toMatchObject({ 'one closed': 1, 'one open': 0 });
    expect(valuesOf(samples, 'requests_in_flight')).toEqual({ '': 0 });
    expect(valuesOf(samples, 'requests_total')).toEqual({});
    expect(samples.find(({ name }) => name === 'process_resident_memory_bytes')?.value).toBeGreaterThan(1e6);
  });

  it.each([true, false])('count an answer, its time and its tokens (streamed: %s)', async (stream) => {
    const said = await asked({ stream });
    const last = JSON.parse(said.trim().split('\n').at(-1) ?? '') as Record<string, number>;
    const samples = await until('requests_total', 'one ollama answered');
    expect(valuesOf(samples, 'requests_total')).toEqual({ 'one ollama answered': 1 });
    expect(valuesOf(samples, 'tokens_total')).toEqual({
      'one input': last.prompt_eval_count,
      'one output': last.eval_count,
    });
    expect(last.eval_count).toBeGreaterThan(0);
    expect(valuesOf(samples, 'first_byte_seconds_count')).toEqual({ one: 1 });
    expect(valuesOf(samples, 'request_duration_seconds_count')).toEqual({ one: 1 });
    expect(valuesOf(samples, 'attempts_total')).toEqual({ one: 1 });
  });

  it('count answers by the dialect in which was asked, translated or not', async () => {
    const body = JSON.stringify({ model: 'llama3.2', messages: [{ role: 'user', content: 'Hello' }] });
    await (await fetch(`${broker.address}/v1/chat/completions`, { method: 'POST', body })).text();
    const samples = await until('requests_total', 'one openai answered');
    expect(valuesOf(samples, 'tokens_total')['one output']).toBeGreaterThan(0);
  });

  it('count a failover, and show the breaker that it opens', async () => {
    first.fault = { status: 500, body: { error: 'out of memory' } };
    for (let turn = 0; turn < 3; turn += 1) await asked();
    const samples = await until('requests_total', 'two ollama answered');
    expect(valuesOf(samples, 'failovers_total')).toEqual({ two: 3 });
    expect(valuesOf(samples, 'attempts_total').two).toBeGreaterThan(3);
    expect(valuesOf(samples, 'connection_breaker')).toMatchObject({ 'one open': 1, 'one closed': 0 });
    expect(valuesOf(samples, 'connection_up')['one ollama local']).toBe(0);
  });

  it('count what nobody could answer', async () => {
    await asked({ model: 'none' });
    const samples = await until('requests_total', ' ollama failed');
    expect(valuesOf(samples, 'requests_total')).toEqual({ ' ollama failed': 1 });
    expect(valuesOf(samples, 'attempts_total')).toEqual({});
  });

  it('count an answer that broke off', async () => {
    const config = { continuation: false, connections: [{ id: 'one', kind: 'ollama', url: first.origin }] };
    broker = await RunningBroker.start({ config });
    release(() => broker.release());
    first.fault = { cutAfter: 2 };
    await asked({ stream: true }).catch(() => '');
    expect(valuesOf(await until('requests_total', 'one ollama broken'), 'request_duration_seconds_count').one).toBe(0);
  });

  it('count an answer that went on elsewhere', async () => {
    first.fault = { cutAfter: 2 };
    await asked({ stream: true });
    expect(valuesOf(await until('continuations_total', 'two'), 'continuations_total').two).toBe(1);
  });

  it('count a request that its client gave up', async () => {
    first.fault = { silent: true };
    const received = first.nextReceived();
    const gone = new AbortController();
    const asking = asked({}, gone.signal).catch(() => '');
    await received;
    expect(valuesOf(await scraped(), 'requests_in_flight')).toEqual({ '': 1 });
    gone.abort();
    await asking;
    await until('requests_total', ' ollama cancelled');
  });

  it('name neither models nor what was asked', async () => {
    await asked({ model: 'qwen3:8b' });
    await until('requests_total', 'one ollama answered');
    const text = await (await fetch(`${broker.address}/metrics`)).text();
    expect(text).not.toMatch(/qwen|llama3|Hello/);
  });

  it.skipIf(noOtherUser)('are told to nobody else', async () => {
    expect((await askedByOtherUser(`${broker.address}/metrics`)).status).toBe(403);
  });

  it('are told with a key as far as it reaches', async () => {
    await asked();
    await until('requests_total', 'one ollama answered');
    const key = await applicationKey(broker, 'grafana', '--connection', 'two');
    const samples = await scraped({ authorization: `Bearer ${key}` });
    expect(valuesOf(samples, 'connection_up')).toEqual({ 'two ollama local': 1 });
    expect(valuesOf(samples, 'requests_total')).toEqual({});
    expect(samples.some(({ name }) => name.startsWith('process_'))).toBe(false);
  });
});

import { beforeEach, describe, expect, it } from 'vitest';
import { Running, RunningBroker } from '../../support/broker.ts';
import { PrivateBus } from '../../support/bus.ts';
import { releasing } from '../../support/releases.ts';
import { OllamaStandIn } from '../../upstreams/ollama.ts';

const release = releasing();
let ollama: OllamaStandIn;
let bus: PrivateBus;
let broker: RunningBroker;

beforeEach(async () => {
  ollama = await new OllamaStandIn().start();
  release(() => ollama.stop());
  bus = await PrivateBus.start();
  release(() => bus.stop());
  broker = await RunningBroker.start({
    config: {
      connections: [
        { id: 'home', name: 'Home', kind: 'ollama', url: ollama.origin },
        { id: 'demo', name: 'Demo', kind: 'demo', place: 'cloud' },
      ],
    },
    // Where the command looks for it, too.
    args: ['--socket', `${bus.env.XDG_RUNTIME_DIR ?? ''}/cloudtolocalllm/broker.sock`],
    env: bus.env,
  });
  release(() => broker.release());
});

/** Runs the command beside the broker. */
async function command(...args: string[]): Promise<{ status: unknown; stdout: string; stderr: string }> {
  const running = new Running(args, { env: bus.env });
  release(() => running.release());
  const status = await running.ended();
  return { status, stdout: running.stdout, stderr: running.stderr };
}

describe('the command, beside a running broker', () => {
  it('models lists what can be asked for', async () => {
    expect(await command('models')).toEqual({ status: 0, stdout: 'llama3.2:latest\nqwen3:8b\ndemo\n', stderr: '' });
  });

  it('route chooses the route, and shows it', async () => {
    expect(await command('route', 'cloud')).toEqual({ status: 0, stdout: '', stderr: '' });
    expect((await command('route')).stdout).toBe('cloud\n');
  });

  it('route refuses one that there isn’t', async () => {
    const { status, stderr } = await command('route', 'mars');
    expect([status, stderr]).toEqual([
      1,
      expect.stringMatching(/^cloudtolocalllm: there is no route "mars"; there are/),
    ]);
  });

  it('test says that all connections answer', async () => {
    const { status, stdout } = await command('test');
    expect([status, stdout]).toEqual([
      0,
      expect.stringMatching(/^ {2}Home \(home\): connected, .*\n {2}Demo \(demo\): connected/),
    ]);
  });

  it('test finds now what has changed, and fails with the reason', async () => {
    await ollama.stop();
    const { status, stdout } = await command('test', 'home');
    expect([status, stdout]).toEqual([
      1,
      expect.stringMatching(/^ {2}Home \(home\): unreachable\n {4}Nothing is listening there/),
    ]);
  });

  it('status as JSON is what the broker tells', async () => {
    const { stdout } = await command('status', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ state: 'connected', activeConnection: 'home', route: 'automatic' });
  });
});

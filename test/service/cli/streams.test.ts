import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { beforeEach, describe, expect, it } from 'vitest';
import { program, Running, RunningBroker } from '../../support/broker.ts';
import { releasing } from '../../support/releases.ts';
import { ManagedOllama } from '../../upstreams/managed.ts';
import { Held } from '../pitfalls/asking.ts';

const release = releasing();
let home: ManagedOllama;
let other: ManagedOllama;
let broker: RunningBroker;
/** Of the command, which finds the broker's socket by it. */
let env: NodeJS.ProcessEnv;

beforeEach(async () => {
  [home, other] = [await new ManagedOllama().start(), await new ManagedOllama().start()];
  release(() => home.stop());
  release(() => other.stop());
  const place = new Running(['--version']);
  release(() => place.release());
  env = { XDG_RUNTIME_DIR: place.folder };
  broker = await RunningBroker.start({
    config: {
      connections: [
        { id: 'home', name: 'Home', kind: 'ollama', url: home.origin },
        { id: 'other', name: 'Other', kind: 'ollama', url: other.origin },
        { id: 'demo', name: 'Demo', kind: 'demo' },
      ],
    },
    args: ['--socket', `${place.folder}/cloudtolocalllm/broker.sock`],
  });
  release(() => broker.release());
});

function started(...args: string[]): Running {
  const running = new Running(args, { env });
  release(() => running.release());
  return running;
}

async function command(...args: string[]): Promise<{ status: unknown; stdout: string; stderr: string }> {
  const running = started(...args);
  const status = await running.ended();
  return { status, stdout: running.stdout, stderr: running.stderr };
}

/** Runs the command with something on standard input. */
async function piped(input: string, ...args: string[]): Promise<string> {
  const child = spawn(process.execPath, [program, ...args], { env, stdio: ['pipe', 'pipe', 'ignore'] });
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stdin.end(input);
  await once(child, 'close');
  return stdout;
}

/** What the model was asked last. */
const question = (): unknown => home.received.at(-1)?.body.messages;

describe('ask', () => {
  it('prints the answer of the first model that there is', async () => {
    const { status, stdout, stderr } = await command('ask', 'Why', 'is it so?');
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/\S.*\n$/s);
    expect(home.received.at(-1)?.body.model).toBe('llama3.2:latest');
    expect(question()).toEqual([{ role: 'user', content: 'Why is it so?' }]);
  });

  it('asks the model that is named, wherever it is', async () => {
    const { status, stdout } = await command('ask', '-m', 'demo', 'Hello');
    expect([status, stdout]).toEqual([0, expect.stringContaining('You wrote: “Hello”.') as string]);
  });

  it('asks what comes over standard input, by itself or behind what is asked', async () => {
    await piped('What is this?\n', 'ask');
    expect(question()).toEqual([{ role: 'user', content: 'What is this?' }]);
    await piped('line one\nline two\n', 'ask', 'Sum it up:');
    expect(question()).toEqual([{ role: 'user', content: 'Sum it up:\n\nline one\nline two' }]);
  });

  it('with nothing to ask is used wrongly', async () => {
    expect(await command('ask')).toEqual({
      status: 2,
      stdout: '',
      stderr: expect.stringMatching(
        /^cloudtolocalllm: what is to be asked\? cloudtolocalllm ask \[-m MODEL\] PROMPT; .*--help/,
      ) as string,
    });
  });

  it('of a model that there isn’t fails in a line', async () => {
    const { status, stderr } = await command('ask', '-m', 'nothing', 'Hello');
    expect([status, stderr]).toEqual([
      1,
      expect.stringMatching(/^cloudtolocalllm: model 'nothing' not found; there are .*\n$/),
    ]);
  });

  it('says when an answer breaks off, and keeps what came', async () => {
    await other.stop();
    home.fault = { cutAfter: 2 };
    const { status, stdout, stderr } = await command('ask', '-m', 'qwen3:8b', 'Hello');
    expect(status).toBe(1);
    expect(stdout).not.toBe('');
    expect(stderr).toMatch(/^cloudtolocalllm: .*broke off.*\n$/);
  });

  it('ends without a word where nobody reads', async () => {
    const run = spawn('sh', ['-c', `"${process.execPath}" "${program}" ask -m demo Hello | head -c 1`], {
      env: { ...env, PATH: process.env.PATH },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stderr = '';
    run.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    await once(run, 'close');
    expect(stderr).toBe('');
  });
});

describe('pull', () => {
  it('tells the step that the server is at, and that the model is there', async () => {
    const held = new Held();
    home.until = held.over;
    const running = started('pull', 'new');
    await running.printed(/^pulling dde5aa3fc5ff$/m);
    held.release();
    expect(await running.ended()).toBe(0);
    expect(running.stderr).toBe('');
    expect(running.stdout).toMatch(/^home has new now\.\n$/m);
    expect(home.models).toContain('new:latest');
  });

  it('goes to the connection that is named', async () => {
    expect((await command('pull', '--on', 'other', 'new')).stdout).toContain('other has new now.');
    expect([home.managed, other.managed]).toEqual([[], ['POST /api/pull']]);
  });

  it('as JSON has a line for each thing that the server tells', async () => {
    const lines = (await command('pull', 'new', '--json')).stdout.trim().split('\n');
    expect(JSON.parse(lines.at(-1) ?? '')).toEqual({ status: 'success' });
  });

  it.each<[what: string, args: string[], status: number, words: RegExp]>([
    ['what there isn’t', ['nobody/nothing'], 1, /^cloudtolocalllm: pull model manifest: file does not exist\n$/],
    ['on a connection that there isn’t', ['new', '--on', 'mars'], 1, /^cloudtolocalllm: there is no route "mars"/],
    ['on one that fetches none', ['new', '--on', 'demo'], 1, /no connection on the route "demo" is an Ollama server/],
    ['nothing', [], 2, /the command is: cloudtolocalllm pull MODEL \[--on ID\]/],
  ])('%s: fails in a line', async (_what, args, status, words) => {
    expect(await command('pull', ...args)).toEqual({
      status,
      stdout: '',
      stderr: expect.stringMatching(words) as string,
    });
  });

  it('that fails in the middle fails with the server’s words', async () => {
    home.breaks = 'error';
    const { status, stderr } = await command('pull', 'new');
    expect([status, stderr]).toEqual([1, 'cloudtolocalllm: max retries exceeded: EOF\n']);
  });

  it('is left by Ctrl-C, and goes on', async () => {
    const held = new Held();
    home.until = held.over;
    const running = started('pull', 'new');
    await running.printed(/pulling dde5aa3fc5ff/);
    running.process.kill('SIGINT');
    expect(await running.ended()).toBe(130);
    expect(running.stderr).toMatch(/Not followed any more\. The server goes on fetching/);
    held.release();
    await broker.until(({ connections }) => connections[0]?.models.includes('new:latest') === true);
  });

  it('needs a broker', async () => {
    broker.process.kill('SIGKILL');
    await broker.ended();
    const { status, stderr } = await command('pull', 'new');
    expect([status, stderr]).toEqual([3, expect.stringMatching(/no broker answers/)]);
  });
});

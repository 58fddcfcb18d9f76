import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { releasing } from '../../support/releases.ts';
import { begun } from '../http/sending.ts';
import { Household } from './household.ts';
import { pathOf } from './paths.ts';

const release = releasing();

/** The limit that the unit sets. */
const unit = readFileSync(
  fileURLToPath(new URL('../../../packaging/systemd/cloudtolocalllm.service', import.meta.url)),
  'utf8',
);
const [, limit = ''] = /^LimitCORE=(\d+)$/m.exec(unit) ?? [];

/** Where the kernel puts what is left of a process: beside it, elsewhere, or into a program. */
const pattern = readFileSync('/proc/sys/kernel/core_pattern', 'utf8').trim();
const beside = /^[^|/]/.test(pattern);

/** Names of what the kernel has left. */
const coresIn = (folder: string): string[] =>
  readdirSync(folder).filter((name) => name.startsWith(pattern.replace(/%.*/, '')) && pattern !== '');

describe('a broker that ends in the middle of an answer', () => {
  it.each(['SIGKILL', 'SIGABRT', 'SIGSEGV', 'SIGTERM', 'SIGHUP'] as const)('by %s leaves nothing', async (signal) => {
    const house = await Household.open();
    release(() => house.close());
    const { pid = 0 } = house.broker.process;
    execFileSync('prlimit', [`--pid=${pid}`, `--core=${limit}`]);
    const asked = ['Ollama’s chat', 'OpenAI’s chat', 'OpenAI’s responses for Ollama', 'Anthropic’s messages'];
    for (const name of asked) {
      const { to, path, body, headers } = pathOf(name);
      house.servers[to as keyof typeof house.servers].fault = { stallAfter: 4 };
      const secret = house.canaries.prompt(name);
      const sent = { body: body(secret) as object, headers: { ...headers, 'x-cloudtolocalllm-route': to } };
      const answer = await begun(house.broker, 'POST', path(secret), sent);
      await once(answer, 'data');
      answer.on('data', () => undefined);
    }
    expect((await house.broker.status()).requestsInFlight).toBe(asked.length);
    house.broker.process.kill(signal);
    if (signal === 'SIGHUP') house.broker.process.kill('SIGKILL');
    await house.broker.ended();
    await house.noteEverything();
    expect(coresIn(join(house.folder, 'home'))).toEqual([]);
    expect(house.evidence.report()).toBe('');
  });

  it.runIf(beside)('would leave its memory with another limit', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cloudtolocalllm-core-'));
    release(() => {
      rmSync(folder, { recursive: true });
    });
    const child = spawn('prlimit', ['--core=unlimited:unlimited', 'sh', '-c', 'kill -ABRT $$'], {
      cwd: folder,
      stdio: 'ignore',
    });
    await once(child, 'close');
    expect(existsSync(folder) && coresIn(folder)).toHaveLength(1);
  });
});

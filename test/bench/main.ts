// Measures what people feel: how much later an answer begins through the broker, what it holds in memory, how soon it is
// there. Everything that is compared is measured in one run, in turns; nothing here fails for being slow.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { OllamaStandIn } from '../upstreams/ollama.ts';
import { addedByFailover, cancellations, idleStreams } from './failover.ts';
import { firstByte } from './firstByte.ts';
import { memoryOf } from './memory.ts';
import { start } from './start.ts';
import { quantile } from './statistics.ts';
import { argumentTime, ratio, tokenServer } from './translation.ts';

const program = fileURLToPath(new URL('../service/cloudtolocalllm.mjs', import.meta.url));

/** The flags of the unit, and its variables: what the service runs with. */
const flags = ['--max-semi-space-size=1', '--single-threaded-gc', '--expose-gc'];
const variables = { MALLOC_ARENA_MAX: '1', MALLOC_TRIM_THRESHOLD_: '65536', MALLOC_MMAP_THRESHOLD_: '32768' };

const rounds = { start: 15, firstByte: 400, streams: 240, failover: 25, cancellations: 50, idle: 1000, translation: 5 };
const rest = 20_000;

if (process.argv[2] === 'upstream') await upstream();
else await bench();

/** A model server in a process of its own, so that it shares no event loop with whoever measures. */
async function upstream(): Promise<void> {
  const server = await new OllamaStandIn().start();
  console.log(server.origin);
}

async function bench(): Promise<void> {
  const releases: (() => unknown)[] = [];
  // Ended from outside, it takes its processes along.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      void releaseAll(releases).then(() => process.exit(1));
    });
  }
  try {
    await measure(releases);
  } finally {
    await releaseAll(releases);
  }
}

async function releaseAll(releases: (() => unknown)[]): Promise<void> {
  for (const release of releases.splice(0).reverse()) await release();
}

async function measure(releases: (() => unknown)[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'cloudtolocalllm-bench-'));
  releases.push(() => {
    rmSync(folder, { recursive: true });
  });
  const run = async (command: string, args: readonly string[], env: NodeJS.ProcessEnv) => {
    const child = spawn(command, args, {
      env: { ...env, PATH: process.env.PATH },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    releases.push(async () => {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
    });
    const lines = createInterface(child.stdout);
    const [line] = (await once(lines, 'line')) as [string];
    return { line, pid: child.pid ?? 0 };
  };

  const { line: busAddress } = await run('dbus-daemon', ['--session', '--nofork', '--print-address'], {});
  const { line: origin } = await run(process.execPath, [fileURLToPath(import.meta.url), 'upstream'], {});
  const config = join(folder, 'config.json');
  writeFileSync(config, JSON.stringify({ connections: [{ id: 'home', kind: 'ollama', url: origin }] }));
  const env = { ...variables, HOME: folder, DBUS_SESSION_BUS_ADDRESS: busAddress };
  const args = [...flags, program, 'serve', '--config', config, '--listen', '127.0.0.1:0'];

  console.log(`Node ${process.version} (${process.execPath})`);
  const { empty, broker } = await start(args, env, rounds.start);
  console.log(
    `Exec to ready            ${ms(broker)}, ${(broker / empty).toFixed(2)} times an empty program (${ms(empty)})`,
  );

  const { line, pid } = await run(process.execPath, args, env);
  const address = /http:\S+/.exec(line)?.[0] ?? '';
  await settle();
  console.log(`Memory, before first use ${mb(pid)}`);

  const { direct, through } = await firstByte(origin, address, rounds.firstByte);
  const added = { median: through.median - direct.median, p95: through.p95 - direct.p95 };
  console.log(`First byte, added        ${ms(added.median)} at the median, ${ms(added.p95)} at the 95th percentile`);
  console.log(`  direct                 ${ms(direct.median)}, ${ms(direct.p95)}`);
  console.log(`  through the broker     ${ms(through.median)}, ${ms(through.p95)}`);

  await Promise.all(Array.from({ length: 8 }, () => firstByte(address, address, rounds.streams / 16)));
  await settle();
  console.log(`Memory, after use        ${mb(pid)}`);

  const first = await new OllamaStandIn().start();
  const second = await new OllamaStandIn().start();
  releases.push(() => Promise.all([first.stop(), second.stop()]));
  const two = join(folder, 'two.json');
  const connection = (id: string, { origin: url }: OllamaStandIn) => ({ id, kind: 'ollama', url, concurrency: 0 });
  writeFileSync(two, JSON.stringify({ connections: [connection('first', first), connection('second', second)] }));
  const failing = await run(
    process.execPath,
    [...flags, program, 'serve', '--config', two, '--listen', '127.0.0.1:0', '--no-dbus'],
    { ...variables, HOME: folder },
  );
  const pair = { address: /http:\S+/.exec(failing.line)?.[0] ?? '', first, second };
  console.log(`Failover, added          ${ms(await addedByFailover(pair, 'refuse', rounds.failover))} when refused`);
  console.log(`                         ${ms(await addedByFailover(pair, 503, rounds.failover))} at status 503`);
  const cancelled = await cancellations(pair, rounds.cancellations);
  console.log(
    `Cancelled upstream in    ${ms(quantile(cancelled, 0.5))} at the median, ${ms(Math.max(...cancelled))} at most`,
  );
  const before = memoryOf(failing.pid).own;
  const close = await idleStreams(pair, rounds.idle);
  const each = ((memoryOf(failing.pid).own - before) * 1000) / rounds.idle;
  console.log(`An idle stream           ${each.toFixed(1)} kB its own (RssAnon), of ${rounds.idle}`);
  close();

  const { origin: behind, server } = await tokenServer();
  releases.push(() => {
    server.closeAllConnections();
    server.close();
  });
  for (const [kind, native, others] of [
    ['ollama', '/api/chat', ['/v1/chat/completions', '/v1/messages', '/v1/responses']],
    ['openai', '/v1/chat/completions', ['/api/chat', '/v1/messages', '/v1/responses']],
  ] as const) {
    const file = join(folder, `${kind}.json`);
    writeFileSync(file, JSON.stringify({ connections: [{ id: 'home', kind, url: behind }] }));
    const { line: told, pid: brokerPid } = await run(
      process.execPath,
      [...flags, program, 'serve', '--config', file, '--listen', '127.0.0.1:0', '--no-dbus'],
      { ...variables, HOME: folder },
    );
    const translating = { address: /http:\S+/.exec(told)?.[0] ?? '', pid: brokerPid };
    for (const path of [native, ...others]) await ratio(translating, path, native, 1);
    for (const path of others) {
      const times = await ratio(translating, path, native, rounds.translation);
      console.log(`A token of ${kind} at ${path}: ${times.toFixed(2)} times the processor time of one passed on`);
    }
    if (kind === 'openai') {
      const [half, all] = [await argumentTime(translating, 500_000, 5), await argumentTime(translating, 1_000_000, 5)];
      console.log(`Tool arguments of 1 MB   ${ms(all)}, ${(all / half).toFixed(2)} times those of half a MB`);
    }
  }
}

function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, rest));
}

function ms(time: number): string {
  return `${time.toFixed(time < 10 ? 2 : 0)} ms`;
}

function mb(pid: number): string {
  const { own, resident } = memoryOf(pid);
  return `${own.toFixed(1)} MB its own (RssAnon), ${resident.toFixed(1)} MB resident, after ${rest / 1000} s at rest`;
}

// Fuzzes everything that reads what others send (test/fuzz/) for as long as it is told: `npm run fuzz -- --minutes 10`.
// What fails says by which seed it can be had again: `npm run fuzz -- --seed 123`. Further arguments go to vitest.
import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('../', import.meta.url));
const { values, positionals } = parseArgs({
  options: { minutes: { type: 'string', default: '1' }, seed: { type: 'string' } },
  allowPositionals: true,
});
const seed = values.seed ?? String(randomInt(2 ** 31));
console.log(`Fuzzing for ${values.minutes} min from the seed ${seed} …`);

const env = { ...process.env, FUZZ_SECONDS: String(Number(values.minutes) * 60), FUZZ_SEED: seed };
const command = [
  `${root}node_modules/vitest/vitest.mjs`,
  'run',
  '--project',
  'fuzz',
  '--no-file-parallelism',
  ...positionals,
];
const { status } = spawnSync(process.execPath, command, { cwd: root, env, stdio: 'inherit' });
process.exitCode = status ?? 1;

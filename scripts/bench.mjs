// Builds the benchmark into dist/bench/main.mjs and runs it. That file needs nothing but dist/ to run elsewhere, too.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const path = (relative) => fileURLToPath(new URL(`../${relative}`, import.meta.url));
const outfile = path('dist/bench/main.mjs');

await build({
  entryPoints: [path('test/bench/main.ts')],
  outfile,
  bundle: true,
  platform: 'node',
  target: 'node20.18',
  format: 'esm',
  logLevel: 'warning',
});
const { status } = spawnSync(process.execPath, [outfile, ...process.argv.slice(2)], { stdio: 'inherit' });
process.exitCode = status ?? 1;

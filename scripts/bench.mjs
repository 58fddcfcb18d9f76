// Builds the benchmarks into dist/bench/ and runs them. main.mjs needs nothing but dist/ to run elsewhere, too; shell.mjs
// boots a desktop, and is left out where that can't be done. `--service` and `--shell` run one of them alone.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const path = (relative) => fileURLToPath(new URL(`../${relative}`, import.meta.url));
const [only] = process.argv.slice(2);

await build({
  entryPoints: ['main', 'shell'].map((name) => path(`test/bench/${name}.ts`)),
  outdir: path('dist/bench'),
  outExtension: { '.js': '.mjs' },
  bundle: true,
  platform: 'node',
  target: 'node20.18',
  format: 'esm',
  logLevel: 'warning',
});
if (only !== '--shell') run([process.execPath, path('dist/bench/main.mjs')]);
if (only !== '--service') benchShell();

function benchShell() {
  if (process.getuid() !== 0) {
    console.log('*** GNOME Shell is LEFT OUT: its desktop boots a whole system and needs root. ***');
    return;
  }
  // A network of its own: the broker's port may be in use on this machine.
  const apart = ['unshare', '--net', 'sh', '-c', 'ip link set lo up && exec "$@"', 'apart'];
  run([...apart, process.execPath, path('dist/bench/shell.mjs')]);
}

function run([program, ...args]) {
  const { status } = spawnSync(program, args, { stdio: 'inherit' });
  process.exitCode ||= status ?? 1;
}

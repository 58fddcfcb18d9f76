// Runs all tests and ends with one line that counts them. What they need from Debian is installed first, when root.
// --without-desktop leaves out the tests that need whole systems (GNOME desktops, model servers), and nothing else does;
// further arguments go to vitest.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { packageTools } from '../packaging/build/formats.mjs';
import { provide } from './provide.mjs';

const root = fileURLToPath(new URL('../', import.meta.url));
const results = `${root}test-results`;

/** Debian packages that the tests need. */
const packages = [
  'chromium',
  'dbus',
  'dbus-daemon',
  'dconf-gsettings-backend',
  'dconf-service',
  'gnome-keyring',
  'libglib2.0-bin',
  'libsecret-tools',
  'systemd',
  // The packages are built, and what each distribution checks them with finds nothing.
  ...packageTools,
  ...['bash-completion', 'fish', 'lintian', 'man-db', 'rpmlint', 'zsh'],
];
const packagesForDesktop = ['debootstrap', 'iproute2', 'mount', 'python3', 'systemd-container', 'util-linux'];

/** What runs now, and how many of them there were. */
const running = new Set();
let started = 0;
let interrupted = false;
const withDesktop = !process.argv.includes('--without-desktop');
const args = process.argv.slice(2).filter((arg) => arg !== '--without-desktop');
const leftOut =
  '*** The desktop tests are LEFT OUT (--without-desktop): nothing is known about GNOME Shell and model servers. ***';

if (!withDesktop) console.log(leftOut);
else if (process.getuid() !== 0) {
  fail(
    'The desktop tests boot whole systems and need root. Run `sudo npm test`, or leave them out: `npm test -- --without-desktop`.',
  );
}
try {
  provide(withDesktop ? [...packages, ...packagesForDesktop] : packages, 'The tests run');
} catch (error) {
  fail(error.message);
}
rmSync(results, { recursive: true, force: true });
mkdirSync(results);

// Ctrl-C in a terminal is sent to vitest by the terminal itself.
process.on('SIGINT', () => (interrupted = true));
for (const signal of ['SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    interrupted = true;
    for (const child of running) child.kill(signal);
  });
}

const gnomes = withDesktop ? await makeDesktops() : [];
const endings = await runAll();
const ending = endings.find((status) => status !== 0) ?? 0;
if (interrupted) {
  console.error('Interrupted. Systems that ran have ended; what they left on disk is removed by the next run.');
  process.exit(ending || 1);
}
if (!withDesktop) console.log(leftOut);
const { passed, failed, skipped } = counted();
if (passed + failed === 0) console.error('Not a single test ran.');
console.log(`Tests: ${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = ending || (passed === 0 || failed > 0 ? 1 : 0);

/**
 * Makes the desktops before vitest starts, because the tests get no way out of this machine. It is done in TypeScript,
 * which Node 20 doesn't run by itself.
 * @returns the names of vitest's projects for them
 */
async function makeDesktops() {
  const outfile = `${results}/make-desktops.mjs`;
  const entry = `${root}test/desktop/lab/make.ts`;
  await build({ entryPoints: [entry], outfile, bundle: true, platform: 'node', format: 'esm', logLevel: 'warning' });
  try {
    const made = await import(outfile);
    await made.makeDesktops();
    return made.suites.map(({ gnome }) => `GNOME ${gnome}`);
  } catch (error) {
    fail(error.message);
  } finally {
    rmSync(outfile, { force: true });
  }
}

/**
 * Runs what is asked for, or all: what uses every processor alone, and the desktops, which mostly wait, as many at a time
 * as there are processors.
 * @returns the statuses with which vitest ended
 */
async function runAll() {
  if (args.some((arg) => arg.startsWith('--project'))) return [await vitest([])];
  const endings = [await vitest(['unit', 'fuzz'])];
  if (!withDesktop) return endings;
  const waiting = gnomes.values();
  const worker = async () => {
    for (const gnome of waiting) endings.push(await vitest([gnome]));
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return [...endings, await vitest(['processes'])];
}

/** Runs some projects, or those that the arguments name, to their end, with its children. After an interruption, nothing. */
function vitest(projects) {
  if (interrupted) return 1;
  started += 1;
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${results}/vitest-${started}.json`];
  // A name of a file among the arguments need not be in all projects.
  const layers = projects.flatMap((project) => ['--project', project]).concat('--passWithNoTests');
  const command = [process.execPath, `${root}node_modules/vitest/vitest.mjs`, 'run', ...reporters, ...layers, ...args];
  // A network of its own: the tests use the port that a broker of this machine's user, or another test run, may have.
  const apart = ['unshare', '--net', 'sh', '-c', 'ip link set lo up && exec "$@"', 'apart', ...command];
  const [program, ...rest] = withDesktop ? apart : command;
  const child = spawn(program, rest, { cwd: root, stdio: 'inherit' });
  running.add(child);
  return new Promise((resolve) => {
    child.on('close', (status, signal) => {
      running.delete(child);
      resolve(status ?? 128 + constants.signals[signal]);
    });
  });
}

/** What vitest counted, in all its runs. A file that failed before or beside its tests counts as a failed test. */
function counted() {
  const sum = { passed: 0, failed: 0, skipped: 0 };
  for (let run = 1; run <= started; run += 1) {
    const report = reportOf(run);
    const broken = report.testResults.filter(
      (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
    );
    sum.passed += report.numPassedTests;
    sum.failed += report.numFailedTests + broken.length;
    sum.skipped += report.numPendingTests + report.numTodoTests;
  }
  return sum;
}

function reportOf(run) {
  try {
    return JSON.parse(readFileSync(`${results}/vitest-${run}.json`, 'utf8'));
  } catch (error) {
    console.error(`vitest left no counts of a run: ${error.message}`);
    return { testResults: [], numPassedTests: 0, numFailedTests: 1, numPendingTests: 0, numTodoTests: 0 };
  }
}

function fail(message) {
  console.error(message);
  process.exit(1);
}

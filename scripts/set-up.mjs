// Installs what package-lock.json names, unless that has been done: so `npm start` and `npm test` are one command each
// on a machine that has only Node and npm. With --with-dev also what tests, checks and the extension's build need.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';

const root = new URL('../', import.meta.url);
const stamp = new URL('node_modules/.set-up.json', root);
const withDev = process.argv.includes('--with-dev');

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 18)) {
  console.error(`CloudToLocalLLM needs Node.js 20.18 or newer; this is ${process.versions.node}.`);
  process.exit(1);
}

const wanted = createHash('sha256')
  .update(readFileSync(new URL('package-lock.json', root)))
  .digest('hex');

/** What is installed now, or nothing. A missing or broken stamp only means that the installation is done again. */
function installed() {
  try {
    return JSON.parse(readFileSync(stamp, 'utf8'));
  } catch {
    return {};
  }
}

const now = installed();
if (now.lock !== wanted || (withDev && !now.dev)) {
  const dev = withDev || now.dev === true;
  console.log('Installing dependencies …');
  try {
    // --engine-strict=false: dbus-native names a newer Node than it needs; CONTRIBUTING.md says why that is fine.
    const args = ['ci', '--no-audit', '--no-fund', '--engine-strict=false', '--loglevel=error'];
    execFileSync('npm', dev ? args : [...args, '--omit=dev'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  } catch {
    console.error('The dependencies could not be installed; npm says why above. Is the network there?');
    process.exit(1);
  }
  mkdirSync(new URL('node_modules/', root), { recursive: true });
  writeFileSync(stamp, JSON.stringify({ lock: wanted, dev }));
}

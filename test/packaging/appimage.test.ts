import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { assemble, fillAppDir } from '../../packaging/build/appimage.mjs';
import metadata from '../../metadata.json' with { type: 'json' };
import packageJson from '../../package.json' with { type: 'json' };

const source = fileURLToPath(new URL('../../', import.meta.url));
const date = 1767225600;

let folder: string;
let image: string;
let home: string;

/**
 * An AppImage as it is packaged, but for the size of Node: it takes minutes to compress, and what runs it doesn't depend on it.
 * A script has its place that runs the Node of the tests.
 */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'appimage-'));
  const root = join(folder, 'AppDir');
  fillAppDir(source, root);
  mkdirSync(join(root, 'product/runtime'));
  const node = join(root, 'product/runtime/node');
  writeFileSync(node, `#!/bin/sh\nexec ${process.execPath} "$@"\n`);
  chmodSync(node, 0o755);
  image = join(folder, 'CloudToLocalLLM.AppImage');
  assemble({ source, date }, folder, root, image);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  home = mkdtempSync(join(folder, 'home-'));
});

/** Runs it as somebody who has nothing but this home folder; there is no Node in the PATH. */
const run = (args: string[], env: Record<string, string> = {}, program = image) =>
  spawnSync(program, args, {
    encoding: 'utf8',
    cwd: home,
    env: { PATH: '/usr/bin:/bin', HOME: home, ...env },
    timeout: 30_000,
  });

const files = (): string[] =>
  execFileSync('find', [home, '-not', '-type', 'd', '-printf', '%P\\n'], { encoding: 'utf8' })
    .split('\n')
    .filter(Boolean)
    .sort();

describe('the AppImage', () => {
  it('is a static program that says what it is', () => {
    expect(readFileSync(image).subarray(8, 11)).toEqual(Buffer.from('AI\x02'));
    expect(execFileSync('readelf', ['-lW', image], { encoding: 'utf8' })).not.toContain('INTERP');
    const offset = Number(run(['--appimage-offset']).stdout);
    expect(readFileSync(image).toString('latin1', offset, offset + 4)).toBe('hsqs');
  });

  it('comes out the same once more', () => {
    const again = join(folder, 'again');
    mkdirSync(again);
    fillAppDir(source, join(again, 'AppDir'));
    mkdirSync(join(again, 'AppDir/product/runtime'));
    copyFileSync(join(folder, 'AppDir/product/runtime/node'), join(again, 'AppDir/product/runtime/node'));
    assemble({ source, date }, again, join(again, 'AppDir'), join(again, 'image'));
    expect(readFileSync(join(again, 'image')).equals(readFileSync(image))).toBe(true);
  });

  it('is the command', () => {
    expect(run(['--version'])).toMatchObject({ status: 0, stdout: `${packageJson.version}\n`, stderr: '' });
    expect(run(['what']).status).toBe(2);
  });

  it('unpacks itself once, for its user alone', () => {
    run(['--version']);
    const cache = join(home, '.cache/cloudtolocalllm');
    const [unpacked = ''] = readdirSync(cache);
    expect(statSync(cache).mode & 0o777).toBe(0o700);
    const first = statSync(join(cache, unpacked)).ino;
    run(['--version']);
    expect(readdirSync(cache)).toEqual([unpacked]);
    expect(statSync(join(cache, unpacked)).ino).toBe(first);
  });

  it('can be unpacked to be looked at', () => {
    expect(run(['--appimage-extract']).status).toBe(0);
    expect(readdirSync(join(home, 'squashfs-root')).sort()).toEqual([
      '.DirIcon',
      'AppRun',
      'cloudtolocalllm.desktop',
      'cloudtolocalllm.svg',
      'product',
    ]);
  });

  it('installs with the Node that it brings, and needs neither itself nor its cache afterwards', () => {
    expect(run(['install'])).toMatchObject({ status: 0, stderr: '' });
    const library = join(home, '.local/lib/cloudtolocalllm');
    expect(readdirSync(library).sort()).toEqual(['cloudtolocalllm.mjs', 'node']);
    const unit = readFileSync(join(home, '.local/share/systemd/user/cloudtolocalllm.service'), 'utf8');
    expect(unit).toContain(`ExecStart=${library}/node `);
    expect(files()).toContain(`.local/share/gnome-shell/extensions/${metadata.uuid}/extension.js`);
    expect(files().filter((path) => path.startsWith('.cache'))).toEqual([]);
    const command = join(home, '.local/bin/cloudtolocalllm');
    expect(run(['--version'], {}, command)).toMatchObject({ status: 0, stdout: `${packageJson.version}\n` });
  });

  it('takes out all that it installed', () => {
    run(['install']);
    expect(run(['uninstall'])).toMatchObject({ status: 0, stderr: '' });
    expect(files()).toEqual([]);
  });

  it('without an argument says what next, and runs the broker', async () => {
    const env = { PATH: '/usr/bin:/bin', HOME: home };
    const broker = spawn(image, [], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    broker.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
    broker.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    await vi.waitFor(() => {
      // Also where something else of this machine has the address already: then it says so, and ends.
      expect(said).toContain('127.0.0.1:11435');
    }, 20_000);
    broker.kill();
    if (broker.exitCode === null && broker.signalCode === null) await once(broker, 'exit');
    expect(said).toContain(`${image} install`);
    // It knows its settings without being installed.
    expect(said).not.toContain('settings schema');
  });

  it.each([
    ['no home folder', { HOME: '' }, /HOME/],
    ['a home folder that can’t be written', { HOME: '/proc' }, /\/proc\/\.cache/],
  ])('says in a line what is wrong: %s', (_, env, message) => {
    const { stderr, status } = run(['--version'], env);
    expect(stderr).toMatch(/^Not done: .*\n$/);
    expect(stderr).toMatch(message);
    expect(status).toBe(1);
  });

  it('says in a line that it is damaged', () => {
    const damaged = join(home, 'damaged');
    const content = readFileSync(image);
    writeFileSync(damaged, content.subarray(0, content.length - 200_000), { mode: 0o755 });
    appendFileSync(damaged, Buffer.alloc(200_000));
    expect(run(['--version'], {}, damaged)).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^Not done: .*damaged/) as string,
    });
  });
});

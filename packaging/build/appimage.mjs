import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Problem } from '../home/programs.mjs';
import { node } from '../appimage/node.mjs';
import { product } from '../product.mjs';
import { made, settle } from './folder.mjs';
import { copyRelease } from './release.mjs';
import { run } from './run.mjs';

/** The libraries behind squashfuse's, for each way of compressing that it knows. */
const libraries = ['squashfuse', 'zstd', 'lzma', 'z', 'lz4', 'lzo2'].map((name) => `-l${name}`);

/** One file that runs on any distribution, also without Node: the release's tree, Node, and what unpacks them. */
export const appImage = {
  name: 'appimage',
  tools: [
    ...['binutils', 'gcc', 'libc6-dev', 'libglib2.0-bin', 'squashfs-tools'],
    ...['libsquashfuse-dev', 'liblz4-dev', 'liblzma-dev', 'liblzo2-dev', 'libzstd-dev', 'zlib1g-dev'],
  ],
  build({ source, work, out, date }) {
    if (process.arch !== 'x64') throw new Problem('the AppImage is for x86-64, and can only be built there.');
    const folder = made(work, 'appimage');
    const root = join(folder, 'AppDir');
    fillAppDir(source, root);
    bringNode(work, made(root, 'product/runtime'));
    const name = `CloudToLocalLLM-${product.version}-x86_64.AppImage`;
    assemble({ source, date }, folder, root, join(out, name));
    return [name];
  },
};

/** Puts what the image has in it into a new folder, except for Node. */
export function fillAppDir(source, root) {
  copyRelease(source, join(root, 'product'));
  // So that it has its settings without being installed.
  run('glib-compile-schemas', ['--strict', join(root, 'product/schemas')]);
  for (const name of ['AppRun', 'cloudtolocalllm.desktop']) {
    cpSync(join(source, 'packaging/appimage', name), join(root, name));
  }
  const icon = join(source, 'extension/icons/cloudtolocalllm-connected-symbolic.svg');
  for (const name of ['cloudtolocalllm.svg', '.DirIcon']) copyFileSync(icon, join(root, name));
}

/**
 * Makes the file of what is in a folder.
 * @param {{ source: string, date: number }} job
 * @param {string} folder for what is made on the way
 * @param {string} root what the image has in it
 * @param {string} target the file
 */
export function assemble({ source, date }, folder, root, target) {
  settle(root, date);
  const image = join(folder, 'image.squashfs');
  const compression = ['-comp', 'xz', '-Xbcj', 'x86', '-b', '1M', '-all-root', '-no-xattrs', '-quiet', '-no-progress'];
  run('mksquashfs', [root, image, '-noappend', ...compression], { date });
  const content = readFileSync(image);
  writeFileSync(target, Buffer.concat([runtime(source, folder, content), content]));
  chmodSync(target, 0o755);
}

/** Puts Node and its licence into a folder. Names of functions are a tenth of it, which nobody needs. */
function bringNode(work, folder) {
  const unpacked = unpackedNode(work);
  const program = join(folder, 'node');
  run('strip', ['--strip-all', '-o', program, join(unpacked, 'bin/node')]);
  chmodSync(program, 0o755);
  copyFileSync(join(unpacked, 'LICENSE'), join(folder, 'LICENSE'));
}

/** Gets Node from the npm registry, or from npm's cache. */
function unpackedNode(work) {
  const folder = made(work, 'node');
  const spec = `${node.package}@${node.version}`;
  const [{ filename }] = JSON.parse(
    run('npm', ['pack', '--json', '--prefer-offline', spec], { cwd: folder }).toString(),
  );
  const file = join(folder, filename);
  const found = `sha512-${createHash('sha512').update(readFileSync(file)).digest('base64')}`;
  if (found !== node.integrity)
    throw new Problem(`${spec} is another file than the one in packaging/appimage/node.mjs.`);
  run('tar', ['-xzf', file, '-C', folder, '--strip-components=1', 'package/bin/node', 'package/LICENSE']);
  return folder;
}

/** The program in front of an image. */
function runtime(source, folder, image) {
  const target = join(folder, 'runtime');
  const id = createHash('sha256').update(image).digest('hex').slice(0, 16);
  const how = ['-std=gnu11', '-Os', '-Wall', '-Werror', '-static', '-s', '-Wl,--build-id=none', '-Wl,--gc-sections'];
  const what = [`-DIMAGE_ID="${id}"`, join(source, 'packaging/appimage/runtime.c')];
  run('gcc', [...how, ...what, '-o', target, ...libraries], { cwd: folder });
  const program = readFileSync(target);
  // What marks an AppImage of type 2, in bytes that ELF leaves free.
  program.write('AI\x02', 8, 'latin1');
  return program;
}

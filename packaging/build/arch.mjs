import { createHash } from 'node:crypto';
import { chownSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { product } from '../product.mjs';
import { pack, settle } from './folder.mjs';
import { run } from './run.mjs';
import { tarballName } from './tarball.mjs';
import { fromTemplate } from './template.mjs';

/** What makepkg builds both packages from: PKGBUILD and .SRCINFO, as the AUR takes them, for the release's tarball. */
export const arch = {
  name: 'arch',
  tools: ['makepkg', 'pacman-package-manager', 'libarchive-tools', 'util-linux'],
  after: 'tarball',
  build({ source, work, out, date, licence }) {
    const folder = join(work, 'arch', product.name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(
      join(folder, 'PKGBUILD'),
      fromTemplate(readFileSync(join(source, 'packaging/arch/PKGBUILD'), 'utf8'), {
        LICENSES: licence.replaceAll(' AND ', ' '),
        TARBALL: tarballName,
        SHA256: createHash('sha256')
          .update(readFileSync(join(out, tarballName)))
          .digest('hex'),
      }),
    );
    writeFileSync(join(folder, '.SRCINFO'), sourceInfo(folder));
    settle(folder, date);
    const name = `${product.name}-${product.version}-arch.tar.gz`;
    pack(folder, join(out, name), 'gzip -9n');
    return [name];
  },
};

/**
 * What makepkg makes of a PKGBUILD. It refuses to run as root, since recipes are programs: there it runs as nobody, in a folder
 * that nobody gets to, wherever the others are.
 */
function sourceInfo(folder) {
  if (process.getuid() !== 0) return run('makepkg', ['--printsrcinfo'], { cwd: folder });
  const nobody = 65534;
  const cwd = mkdtempSync('/tmp/cloudtolocalllm-makepkg-');
  try {
    copyFileSync(join(folder, 'PKGBUILD'), join(cwd, 'PKGBUILD'));
    for (const path of [cwd, join(cwd, 'PKGBUILD')]) chownSync(path, nobody, nobody);
    const as = [`--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups', '--'];
    return run('setpriv', [...as, 'makepkg', '--printsrcinfo'], { cwd, env: { HOME: cwd } });
  } finally {
    rmSync(cwd, { recursive: true });
  }
}

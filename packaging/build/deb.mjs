import { createHash } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { packageNames } from '../contents.mjs';
import { introductions, product } from '../product.mjs';
import { made, pathsBelow } from './folder.mjs';
import { run } from './run.mjs';

const version = `${product.version}-1`;

/** Debian's fields, beside those that all packages have. */
const fields = {
  service: {
    Section: 'net',
    Depends:
      'nodejs (>= 20.18), libglib2.0-bin, dconf-gsettings-backend | gsettings-backend, ' +
      'default-dbus-session-bus | dbus-session-bus, systemd (>= 254)',
    Suggests: `${packageNames.extension}, gnome-keyring`,
  },
  extension: {
    Section: 'gnome',
    Depends: `gnome-shell (>= 48~), gnome-shell (<< 52~), ${packageNames.service} (>= ${product.version}~)`,
  },
};

/** Packages for Debian and what is made from it. */
export const deb = {
  name: 'deb',
  tools: ['dpkg'],
  build(job) {
    return Object.keys(packageNames).map((of) => buildOne(of, job));
  },
};

function buildOne(of, { source, work, out, date }) {
  const root = join(work, 'deb', of);
  rmSync(root, { recursive: true, force: true });
  run(process.execPath, [join(source, 'packaging/place.mjs'), 'debian', of, root]);

  const documents = made(root, 'usr/share/doc', packageNames[of]);
  put(join(documents, 'copyright'), copyright(of, source));
  putZipped(join(documents, 'changelog.gz'), readFileSync(join(source, 'CHANGELOG.md')));
  putZipped(join(documents, 'changelog.Debian.gz'), changelog(of, date));
  zipManuals(root);
  const overrides = join(source, `packaging/deb/${of}.lintian-overrides`);
  if (existsSync(overrides))
    put(join(made(root, 'usr/share/lintian/overrides'), packageNames[of]), readFileSync(overrides));

  // Before there is a control folder, which is not installed.
  const installed = pathsBelow(root).filter((path) => statSync(join(root, path)).isFile());
  const control = made(root, 'DEBIAN');
  put(join(control, 'md5sums'), installed.map((path) => `${md5(join(root, path))}  ${path}\n`).join(''));
  put(join(control, 'control'), controlFile(of, Math.ceil(sizeOf(root, installed) / 1024)));
  const scripts = join(source, 'packaging/deb', of);
  for (const script of existsSync(scripts) ? readdirSync(scripts) : []) {
    put(join(control, script), readFileSync(join(scripts, script)), 0o755);
  }
  for (const path of ['', ...pathsBelow(root)])
    if (statSync(join(root, path)).isDirectory()) chmodSync(join(root, path), 0o755);

  const name = `${packageNames[of]}_${version}_all.deb`;
  // One thread: more of them cut the file into blocks of their own.
  const how = ['--root-owner-group', '--threads-max=1', '-Zxz', '-z9', '--build'];
  run('dpkg-deb', [...how, root, join(out, name)], { date });
  return name;
}

function controlFile(of, size) {
  const { summary, text } = introductions[of];
  const all = {
    Package: packageNames[of],
    Version: version,
    Architecture: 'all',
    Maintainer: product.maintainer,
    'Installed-Size': size,
    ...fields[of],
    Priority: 'optional',
    Homepage: product.homepage,
    Description: `${summary}\n${text.map((line) => ` ${line}`).join('\n')}`,
  };
  return `${Object.entries(all)
    .map(([field, value]) => `${field}: ${value}`)
    .join('\n')}\n`;
}

/** Where to find the licence, and the text of those whose code is in the package, as they ask. */
function copyright(of, source) {
  const own = [
    `${product.name}, from ${product.repository}`,
    'Copyright (C) 2025-2026 CloudToLocalLLM Team',
    'It is free software under the GNU General Public License as published by the Free Software Foundation, version 2 or',
    'any later one. The text of version 2 is in /usr/share/common-licenses/GPL-2.',
  ].join('\n');
  const bundled = of === 'service' ? `\n\n${readFileSync(join(source, 'dist/documents/licences.txt'), 'utf8')}` : '\n';
  return own + bundled;
}

function changelog(of, date) {
  const when = run('date', ['-R', '-u', '-d', `@${date}`]).toString();
  return `${packageNames[of]} (${version}) unstable; urgency=medium

  * Version ${product.version}; changelog.gz tells what is new.

 -- ${product.maintainer}  ${when}`;
}

function zipManuals(root) {
  const manuals = join(root, 'usr/share/man');
  if (!existsSync(manuals)) return;
  for (const path of pathsBelow(manuals).filter((each) => /\.\d$/.test(each))) {
    putZipped(join(manuals, `${path}.gz`), readFileSync(join(manuals, path)));
    rmSync(join(manuals, path));
  }
}

function putZipped(path, content) {
  put(path, gzipSync(content, { level: 9 }));
}

function put(path, content, mode = 0o644) {
  writeFileSync(path, content);
  chmodSync(path, mode);
}

function md5(path) {
  return createHash('md5').update(readFileSync(path)).digest('hex');
}

function sizeOf(root, paths) {
  return paths.reduce((sum, path) => sum + statSync(join(root, path)).size, 0);
}

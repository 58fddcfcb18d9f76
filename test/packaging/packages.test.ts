import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import metadata from '../../metadata.json' with { type: 'json' };
import packageJson from '../../package.json' with { type: 'json' };

const root = fileURLToPath(new URL('../../', import.meta.url));
const { version } = packageJson;
const extensionFolder = `/usr/share/gnome-shell/extensions/${metadata.uuid}`;
const debs = [`cloudtolocalllm_${version}-1_all.deb`, `gnome-shell-extension-cloudtolocalllm_${version}-1_all.deb`];
const rpms = [
  `cloudtolocalllm-${version}-1.noarch.rpm`,
  `gnome-shell-extension-cloudtolocalllm-${version}-1.noarch.rpm`,
];
const tarball = `cloudtolocalllm-${version}.tar.xz`;
const zip = `${metadata.uuid}.shell-extension.zip`;
const arch = `cloudtolocalllm-${version}-arch.tar.gz`;
const minutes = 5 * 60_000;

let folder: string;
let out: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'packages-'));
  out = join(folder, 'out');
  packageInto(out, {});
}, minutes);
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Packages all that is built here in seconds: the AppImage compresses Node for minutes, and is tested by itself. */
function packageInto(to: string, env: Record<string, string>, umask = '022'): void {
  const command = `umask ${umask}; exec "$0" "$@"`;
  const script = [join(root, 'scripts/package.mjs'), '--only', 'tarball,zip,deb,rpm,arch', '--out', to];
  execFileSync('sh', ['-c', command, process.execPath, ...script], {
    encoding: 'utf8',
    env: { ...process.env, ...env },
    stdio: 'pipe',
  });
}

const printed = (program: string, ...args: string[]): string =>
  execFileSync(program, args, { encoding: 'utf8', cwd: out, maxBuffer: 2 ** 26 });
const lines = (text: string): string[] => text.split('\n').filter(Boolean).sort();
const of = (name: string): string => readFileSync(join(out, name), 'utf8');

/** The files of a package, by what makes it. */
const listing = {
  deb: (name: string) =>
    lines(printed('sh', '-c', `dpkg-deb --fsys-tarfile ${name} | tar -t`))
      .map((path) => path.replace(/^\./, ''))
      .filter((path) => !path.endsWith('/')),
  rpm: (name: string) =>
    lines(printed('rpm', '-qp', '--nosignature', '--qf', '[%{FILEMODES:perms} %{FILENAMES}\\n]', name))
      .filter((line) => !line.startsWith('d'))
      .map((line) => line.replace(/^\S+ /, ''))
      .sort(),
};

describe('packaging', () => {
  it(
    'makes the same bytes again, whoever does it, where, and in which zone',
    () => {
      const again = join(folder, 'again');
      const elsewhere = join(folder, 'elsewhere');
      mkdirSync(elsewhere);
      packageInto(again, { TMPDIR: elsewhere, TZ: 'Asia/Kathmandu', LC_ALL: 'C', HOME: elsewhere }, '077');
      expect(readFileSync(join(again, 'SHA256SUMS'), 'utf8')).toBe(of('SHA256SUMS'));
      expect(readFileSync(join(again, 'NOTES.md'), 'utf8')).toBe(of('NOTES.md'));
      rmSync(again, { recursive: true });
    },
    minutes,
  );

  it('leaves the packages, their sums and the notes, and nothing else', () => {
    expect(readdirSync(out).sort()).toEqual([...debs, ...rpms, tarball, zip, arch, 'NOTES.md', 'SHA256SUMS'].sort());
    expect(printed('sha256sum', '--check', '--strict', 'SHA256SUMS').match(/: OK$/gm)).toHaveLength(7);
  });

  it('tells in the notes what is new, and the size of each file', () => {
    const notes = of('NOTES.md');
    expect(notes).toMatch(new RegExp(`^# CloudToLocalLLM ${version}\n\n\\S`));
    expect(notes).not.toContain('Unreleased');
    for (const name of [...debs, ...rpms, tarball, zip, arch]) {
      const kilobytes = Math.ceil(statSync(join(out, name)).size / 1000);
      expect(notes).toContain(`| \`${name}\``);
      expect(notes.replaceAll(/ +/g, ' ')).toContain(`\`${name}\` | ${kilobytes} kB |`);
    }
  });

  it('keeps both packages for Debian below 1.5 MB together', () => {
    expect(debs.reduce((sum, name) => sum + statSync(join(out, name)).size, 0)).toBeLessThan(1.5e6);
  });

  it.each([
    ['a format that there isn’t', ['--only', 'deb,msi'], 2, /msi.*appimage/],
    ['another version than its own', ['--version', '9.9.9'], 1, /9\.9\.9/],
  ])('refuses %s in a line, and touches nothing', (_, args, status, message) => {
    const { stderr, status: ended } = spawnSync(
      process.execPath,
      [join(root, 'scripts/package.mjs'), ...args, '--out', out],
      {
        encoding: 'utf8',
      },
    );
    expect(stderr).toMatch(/^Not done: .*\n$/);
    expect(stderr).toMatch(message);
    expect(ended).toBe(status);
    expect(readdirSync(out)).toContain(tarball);
  });
});

/** Where systems have what the broker's package installs; documents and licences differ. */
const installed = [
  '/usr/bin/cloudtolocalllm',
  '/usr/lib/systemd/system/cloudtolocalllm-server.service',
  '/usr/lib/systemd/user/cloudtolocalllm-unix.socket',
  '/usr/lib/systemd/user/cloudtolocalllm.service',
  '/usr/lib/systemd/user/cloudtolocalllm.service.d/confinement.conf',
  '/usr/lib/systemd/user/cloudtolocalllm.socket',
  '/usr/sbin/cloudtolocalllm-server',
  '/usr/share/bash-completion/completions/cloudtolocalllm',
  '/usr/share/cloudtolocalllm/cloudtolocalllm.mjs',
  '/usr/share/dbus-1/services/online.cloudtolocalllm.Broker.service',
  '/usr/share/fish/vendor_completions.d/cloudtolocalllm.fish',
  '/usr/share/glib-2.0/schemas/org.gnome.shell.extensions.cloudtolocalllm.gschema.xml',
  '/usr/share/man/man1/cloudtolocalllm.1.gz',
  '/usr/share/man/man8/cloudtolocalllm-server.8.gz',
];
const apart = /^\/usr\/share\/(doc|licenses|lintian)\//;

describe.each([
  { format: 'deb' as const, names: debs, own: ['/usr/share/zsh/vendor-completions/_cloudtolocalllm'] },
  {
    format: 'rpm' as const,
    names: rpms,
    own: ['/usr/lib/systemd/user-preset/90-cloudtolocalllm.preset', '/usr/share/zsh/site-functions/_cloudtolocalllm'],
  },
])('the packages in the format $format', ({ format, names: [broker = '', extension = ''], own }) => {
  it('have the broker with all that belongs to it', () => {
    const files = listing[format](broker).filter((path) => !apart.test(path));
    expect(files).toEqual([...installed, ...own].sort());
  });

  it('have every page of the documentation', () => {
    const all = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' });
    // That page is all pictures, which aren't shipped.
    const pages = all.filter((name) => name.endsWith('.md') && name !== 'looks.md');
    const files = listing[format](broker).filter((path) => path.startsWith('/usr/share/doc/cloudtolocalllm/docs/'));
    expect(files).toEqual(pages.map((name) => `/usr/share/doc/cloudtolocalllm/docs/${name}`).sort());
  });

  it('have the extension without its schema, which the broker’s package has', () => {
    const files = listing[format](extension).filter((path) => !apart.test(path));
    expect(files).toContain(`${extensionFolder}/extension.js`);
    expect(files).toContain(`${extensionFolder}/metadata.json`);
    expect(files.filter((path) => !path.startsWith(`${extensionFolder}/`) || path.includes('schemas'))).toEqual([]);
  });

  it('have the licences of everybody whose code is in them', () => {
    const files = listing[format](broker);
    const bundled = readFileSync(join(root, 'dist/documents/licences.txt'), 'utf8');
    for (const [, name] of readFileSync(join(root, 'docs/licences.md'), 'utf8').matchAll(/^\| `(\S+)`/gm)) {
      expect(bundled).toMatch(new RegExp(`^${name ?? ''} \\d`, 'm'));
    }
    const place =
      format === 'deb'
        ? '/usr/share/doc/cloudtolocalllm/copyright'
        : '/usr/share/licenses/cloudtolocalllm/bundled-licences.txt';
    expect(files).toContain(place);
  });

  it('have nothing in them from where they were built, and no places left open', () => {
    const unpacked = mkdtempSync(join(folder, `${format}-`));
    const unpack = { deb: 'dpkg-deb -x "$1" "$2"', rpm: 'rpm2cpio "$1" | (cd "$2" && cpio -id --quiet 2>&1)' }[format];
    for (const name of [broker, extension]) printed('sh', '-c', unpack, 'sh', join(out, name), unpacked);
    const leaks = spawnSync('grep', ['-rlE', `${root}|${folder}|@(NODE|LIBRARY|VERSION)@|node_modules/`, unpacked], {
      encoding: 'utf8',
    });
    expect(leaks.stdout).toBe('');
    const program = join(unpacked, 'usr/share/cloudtolocalllm/cloudtolocalllm.mjs');
    expect(readFileSync(program, 'utf8')).toMatch(/^#!\/usr\/bin\/node\n/);
    expect(printed(process.execPath, program, '--version')).toBe(`${version}\n`);
    rmSync(unpacked, { recursive: true });
  });
});

describe('the packages for Debian', () => {
  it(
    'are clean to lintian',
    () => {
      const args = ['--allow-root', '--info', '--display-info', '--fail-on', 'error,warning,info', ...debs];
      const { status, stdout } = spawnSync('lintian', args, { cwd: out, encoding: 'utf8' });
      expect(stdout).toBe('');
      expect(status).toBe(0);
    },
    minutes,
  );

  it.each([
    [debs[0], 'Depends', /nodejs \(>= 20\.18\)/],
    [debs[0], 'Version', new RegExp(`^${version}-1$`)],
    [debs[1], 'Depends', /cloudtolocalllm \(>= /],
  ])('say what %s has in its field %s', (name = '', field, expected) => {
    expect(printed('dpkg-deb', '--field', name, field).trim()).toMatch(expected);
  });

  it('go as far as the GNOME that the extension says it runs in', () => {
    const [, first, after] =
      /gnome-shell \(>= (\d+)~\), gnome-shell \(<< (\d+)~\)/.exec(
        printed('dpkg-deb', '--field', debs[1] ?? '', 'Depends'),
      ) ?? [];
    const shells = metadata['shell-version'].map(Number);
    expect([Number(first), Number(after)]).toEqual([Math.min(...shells), Math.max(...shells) + 1]);
  });

  it('have scripts that a plain shell understands', () => {
    const control = mkdtempSync(join(folder, 'control-'));
    printed('dpkg-deb', '--control', debs[0] ?? '', control);
    for (const script of ['postinst', 'prerm', 'postrm']) {
      expect(statSync(join(control, script)).mode & 0o777).toBe(0o755);
      printed('dash', '-n', join(control, script));
    }
    rmSync(control, { recursive: true });
  });
});

describe('the packages for Fedora', () => {
  it('are clean to rpmlint', () => {
    const config = join(root, 'packaging/rpm/rpmlint.toml');
    const { stdout, status } = spawnSync('rpmlint', ['--config', config, ...rpms], { cwd: out, encoding: 'utf8' });
    expect(stdout.split('\n').filter((line) => /: [EW]: /.test(line))).toEqual([]);
    expect(status).toBe(0);
  });

  it('have scripts without macros that a distribution might not know', () => {
    const scripts = printed('rpm', '-qp', '--nosignature', '--scripts', rpms[0] ?? '');
    expect(scripts).toContain('preset cloudtolocalllm.socket');
    expect(scripts).not.toMatch(/%\{?\w/);
  });
});

describe('the recipe for Arch', () => {
  it(
    'is built by makepkg, as a user, from the release’s tarball',
    () => {
      const build = join(folder, 'arch');
      mkdirSync(build);
      printed('tar', '-xzf', arch, '-C', build, '--strip-components=1');
      cpSync(join(out, tarball), join(build, tarball));
      const info = readFileSync(join(build, '.SRCINFO'), 'utf8');
      expect(info).toContain(`pkgver = ${version}`);

      const made = asNobody(build, ['makepkg', '--nodeps', '--noprogressbar', '--nocolor']);
      expect(made.stderr + made.stdout).toContain('Finished making: cloudtolocalllm');
      expect(made.stderr.match(/(WARNING|ERROR).*/g)).toEqual(['WARNING: Skipping dependency checks.']);
      const packages = readdirSync(build).filter((name) => name.includes('.pkg.tar'));
      expect(packages.map((name) => name.replace(/-[\d.]+-1-any\.pkg\.tar\.\w+$/, '')).sort()).toEqual([
        'cloudtolocalllm',
        'gnome-shell-extension-cloudtolocalllm',
      ]);
      const files = lines(
        printed('bsdtar', '-tf', join(build, packages.find((name) => name.startsWith('cloud')) ?? '')),
      );
      const expected = installed.map((path) => path.slice(1).replace('/sbin/', '/bin/'));
      expect(files).toEqual(expect.arrayContaining(expected));
      expect(files).toContain('usr/lib/systemd/user/sockets.target.wants/cloudtolocalllm.socket');
      expect(files).toContain('usr/share/zsh/site-functions/_cloudtolocalllm');
    },
    minutes,
  );

  /** makepkg doesn't run as root. */
  function asNobody(cwd: string, command: string[]): { stdout: string; stderr: string } {
    const env = { ...process.env, HOME: cwd, LC_ALL: 'C.UTF-8' };
    if (process.getuid?.() !== 0) return spawnSync(command[0] ?? '', command.slice(1), { cwd, env, encoding: 'utf8' });
    chmodSync(folder, 0o755);
    for (const path of [cwd, ...readdirSync(cwd).map((name) => join(cwd, name))]) chownSync(path, 65534, 65534);
    const as = ['--reuid=65534', '--regid=65534', '--clear-groups', '--'];
    return spawnSync('setpriv', [...as, ...command], { cwd, env, encoding: 'utf8' });
  }
});

describe('the extension’s zip', () => {
  it('has the extension, and no compiled schemas, sources or folders', () => {
    const names = lines(printed('unzip', '-Z1', zip));
    expect(names).toEqual(expect.arrayContaining(['extension.js', 'metadata.json', 'prefs.js', 'stylesheet.css']));
    expect(names).toContain('schemas/org.gnome.shell.extensions.cloudtolocalllm.gschema.xml');
    expect(names.filter((name) => !/\.(js|json|css|svg|gschema\.xml|po|mo)$/.test(name))).toEqual([]);
  });
});

describe('the tarball', () => {
  it('installs in a home folder, and takes out all that it installed', () => {
    const home = join(folder, 'home');
    mkdirSync(home);
    printed('tar', '-xJf', tarball, '-C', folder);
    const unpacked = join(folder, `cloudtolocalllm-${version}`);
    const inHome = (script: string) =>
      spawnSync(join(unpacked, script), [], { encoding: 'utf8', env: { PATH: process.env.PATH, HOME: home } });
    expect(inHome('install')).toMatchObject({ status: 0, stderr: '' });
    const files = (): string[] => lines(printed('find', home, '-type', 'f', '-printf', '%P\\n'));
    expect(files()).toEqual(
      expect.arrayContaining([
        '.local/bin/cloudtolocalllm',
        `.local/share/gnome-shell/extensions/${metadata.uuid}/extension.js`,
        '.local/share/man/man1/cloudtolocalllm.1',
        '.local/share/systemd/user/cloudtolocalllm.socket',
      ]),
    );
    expect(printed(join(home, '.local/bin/cloudtolocalllm'), '--version')).toBe(`${version}\n`);
    expect(inHome('uninstall')).toMatchObject({ status: 0, stderr: '' });
    expect(files()).toEqual([]);
  });
});

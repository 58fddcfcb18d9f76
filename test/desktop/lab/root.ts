import { createHash } from 'node:crypto';
import { spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, temporaryPath } from './cache.ts';
import { contained, ended } from './commands.ts';
import { mirror } from './mirror.ts';
import { desktopPackages, type Suite } from './suites.ts';

/** Minutes that making a root may take on a slow machine with a slow mirror. */
const minutes = 25;

/** The user of every desktop. */
export const user = { name: 'user', id: 1000, home: '/home/user' } as const;

/**
 * Makes the suite's system in the folder $2 from the mirror $1 with debootstrap's script $3; further arguments are packages.
 * dpkg may be careless about power cuts (a broken root is made again) and leaves out what no test reads.
 */
const recipe = `
mirror=$1 root=$2 script=$3 suite=$4; shift 4
mkdir -p "$root/etc/dpkg/dpkg.cfg.d" "$root/etc/apt/apt.conf.d"
printf '%s\\n' force-unsafe-io 'path-exclude=/usr/share/doc/*' 'path-exclude=/usr/share/man/*' \\
  'path-exclude=/usr/share/locale/*' >"$root/etc/dpkg/dpkg.cfg.d/test-desktop"
printf '%s\\n' 'Acquire::Languages "none";' 'APT::Install-Recommends "false";' >"$root/etc/apt/apt.conf.d/test-desktop"
debootstrap --variant=minbase --include=systemd,dbus,dbus-user-session,libpam-systemd,ca-certificates \\
  "$suite" "$root" "$mirror" "/usr/share/debootstrap/scripts/$script"
mountpoint -q "$root/proc" || mount -t proc proc "$root/proc"
chroot "$root" apt-get install -y "$@"
chroot "$root" apt-get clean
rm -rf "$root"/var/lib/apt/lists/*
chroot "$root" useradd --create-home --uid ${user.id} --shell /bin/bash ${user.name}
mkdir -p "$root/var/lib/systemd/linger"
touch "$root/var/lib/systemd/linger/${user.name}"
`;

/** Written last into a root: without it, or with another text, the root is not complete. */
const marker = '.test-desktop';

/**
 * The folder with a suite's system, made now unless it has been made before. Takes some minutes then, and says so.
 * Nothing is to be changed in it: desktops run on a layer above.
 * @throws Error when it can't be made, with the end of what the tools said and the path of the whole
 */
export async function rootOf(suite: Suite): Promise<string> {
  const packages = [...desktopPackages, ...suite.packages];
  const hash = createHash('sha256')
    .update(JSON.stringify([recipe, suite.name, packages]))
    .digest('hex')
    .slice(0, 12);
  const root = join(cacheFolder(), `${suite.name}-${hash}`);
  if (isComplete(root, hash)) {
    utimesSync(root, new Date(), new Date());
    return root;
  }

  console.log(`Making the ${suite.title} desktop with GNOME ${suite.gnome} (about 3 minutes, once) …`);
  const making = temporaryPath(suite.name);
  mkdirSync(making, { mode: 0o755 });
  try {
    await make([mirror(), making, suite.script, suite.name, ...packages], join(cacheFolder(), `${suite.name}.log`));
    writeFileSync(join(making, marker), hash);
    // Another test run may have made it meanwhile, and be using it.
    if (isComplete(root, hash)) return root;
    rmSync(root, { recursive: true, force: true });
    renameSync(making, root);
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
  return root;
}

/** Whether a root was made to its end, from this recipe and these packages. */
function isComplete(root: string, hash: string): boolean {
  const path = join(root, marker);
  return existsSync(path) && readFileSync(path, 'utf8') === hash;
}

/** Runs the recipe with its output in a log file. */
async function make(args: readonly string[], log: string): Promise<void> {
  const output = openSync(log, 'w');
  const [program = '', ...rest] = contained(['sh', '-euc', recipe, 'make', ...args]);
  const child = spawn(program, rest, {
    stdio: ['ignore', output, output],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' },
  });
  closeSync(output);
  const timer = setTimeout(() => child.kill('SIGKILL'), minutes * 60_000);
  const status = await ended(child);
  clearTimeout(timer);
  if (status === 0) return;
  const end = readFileSync(log, 'utf8').split('\n').slice(-15).join('\n');
  throw new Error(
    `The desktop could not be made (exit status ${status}). The whole output is in ${log}; its end:\n${end}`,
  );
}

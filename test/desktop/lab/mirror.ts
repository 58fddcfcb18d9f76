import { readFileSync, readdirSync } from 'node:fs';

/** One archive that this machine's apt is told about. */
interface Source {
  readonly uris: readonly string[];
  readonly suites: readonly string[];
}

/**
 * The Debian mirror this machine's own apt uses, for its own release: what serves that, serves the other suites too.
 * @throws Error when no source of apt's names one
 */
export function mirror(): string {
  const release = codename();
  for (const source of sources()) {
    const uri = source.uris.find((each) => /^(https?|file):/.test(each));
    if (uri && source.suites.includes(release)) return uri.replace(/\/+$/, '');
  }
  throw new Error(
    `No mirror for Debian ${release} is named in /etc/apt/sources.list or /etc/apt/sources.list.d. ` +
      'The desktop tests make their desktops from the mirror that this machine itself uses: add one there.',
  );
}

/** This machine's own release, by name. */
function codename(): string {
  const release = readFileSync('/etc/os-release', 'utf8');
  return /^VERSION_CODENAME="?([^"\n]+)/m.exec(release)?.[1] ?? 'stable';
}

/** All of apt's sources, in both of its formats. */
function* sources(): Generator<Source> {
  const folder = '/etc/apt/sources.list.d';
  const names = readdirSync(folder).map((name) => `${folder}/${name}`);
  for (const path of ['/etc/apt/sources.list', ...names]) {
    if (path.endsWith('.list')) yield* oneLine(textOf(path));
    if (path.endsWith('.sources')) yield* deb822(textOf(path));
  }
}

/** `deb [options] URI SUITE COMPONENT…`, a line each. */
export function* oneLine(text: string): Generator<Source> {
  for (const line of text.split('\n')) {
    const match = /^deb\s+(?:\[[^\]]*\]\s*)?(\S+)\s+(\S+)/.exec(line.trim());
    if (match) yield { uris: [match[1] ?? ''], suites: [match[2] ?? ''] };
  }
}

/** Stanzas of `Field: value value …`, apart by empty lines. */
export function* deb822(text: string): Generator<Source> {
  const unfolded = text.replace(/^#.*\n/gm, '').replace(/\n[ \t]+/g, ' ');
  for (const stanza of unfolded.split(/\n\s*\n/)) {
    const field = (name: string): string[] =>
      new RegExp(`^${name}:\\s*(.*)$`, 'im').exec(stanza)?.[1]?.trim().split(/\s+/) ?? [];
    if (field('Types').includes('deb') && field('Enabled')[0] !== 'no')
      yield { uris: field('URIs'), suites: field('Suites') };
  }
}

/** A file's text, nothing if there is no such file: a machine has one of apt's formats, seldom both. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Evidence } from './evidence.ts';

/** Notes the names and contents of all files below a folder. */
export function noteFiles(evidence: Evidence, folder: string): void {
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const path = join(folder, name);
    evidence.note('the name of a file', path);
    if (lstatSync(path).isFile()) evidence.note(path, readFileSync(path));
  }
}

/** Notes what anybody can see of a process, and what it has open. */
export function noteProcess(evidence: Evidence, pid: number): void {
  if (!existsSync(`/proc/${pid}/fd`)) return;
  evidence.note('a command line', readFileSync(`/proc/${pid}/cmdline`));
  for (const fd of readdirSync(`/proc/${pid}/fd`)) noteOpen(evidence, `/proc/${pid}/fd/${fd}`);
}

function noteOpen(evidence: Evidence, path: string): void {
  try {
    const target = readlinkSync(path);
    evidence.note('the name of what is open', target);
    // Also what has no name any more.
    if (statSync(path).isFile()) evidence.note(`${target}, open`, readFileSync(path));
  } catch (error) {
    // It was closed while we looked.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

import { mkdirSync, readFileSync, readdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { isLeftover } from './cache.ts';
import { until } from './wait.ts';

/**
 * Makes a control group for one system to run in. Without one of its own, two systems that run at the same time would
 * each take the other's processes for its own, and end them.
 * @param name tells whose it is, and is part of its path
 * @returns its folder
 * @throws Error when this machine has no control groups of version 2, or they may not be changed
 */
export function makeControlGroup(name: string): string {
  const folder = join(ownControlGroup(), name);
  mkdirSync(folder);
  return folder;
}

/**
 * Removes the control groups of test runs that were killed.
 * @throws Error as makeControlGroup
 */
export async function tidyControlGroups(): Promise<void> {
  const own = ownControlGroup();
  for (const name of readdirSync(own).filter(isLeftover)) await removeControlGroup(join(own, name));
}

/** The folder of the control group that this process is in. */
function ownControlGroup(): string {
  // A line is “id parent device root WHERE options … - TYPE source options”.
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
  const mounted = mounts.find((line) => line.includes(' - cgroup2 '))?.split(' ')[4];
  if (!mounted)
    throw new Error('No control groups of version 2 are mounted here, and no system can be booted without.');
  const own = /^0::(.*)$/m.exec(readFileSync('/proc/self/cgroup', 'utf8'))?.[1] ?? '/';
  return join(mounted, own);
}

/**
 * Removes a control group, those in it, and waits for the last of their processes to have gone.
 * @throws Error when they don't go
 */
export async function removeControlGroup(folder: string): Promise<void> {
  await until(`${folder} to be empty`, () => isRemoved(folder));
}

function isRemoved(folder: string): boolean {
  try {
    removeFolders(folder);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EBUSY') return false;
    throw error;
  }
}

/** Its files can't be removed; they go with the folders. */
function removeFolders(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) removeFolders(join(folder, entry.name));
  }
  rmdirSync(folder);
}

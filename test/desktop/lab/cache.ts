import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Days after which a cached thing that no test has used is removed. */
const daysKept = 14;

/**
 * The folder, outside the checkout, that keeps made desktops between test runs.
 * CLOUDTOLOCALLLM_DESKTOP_CACHE names another one.
 */
export function cacheFolder(): string {
  const caches = given(process.env.XDG_CACHE_HOME) ?? join(homedir(), '.cache');
  const folder = given(process.env.CLOUDTOLOCALLLM_DESKTOP_CACHE) ?? join(caches, 'cloudtolocalllm', 'desktop');
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** An environment variable's value; an empty one counts as none. */
function given(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}

/** A path in the cache folder that names this process, so that what a killed test run left can be told from what is in use. */
export function temporaryPath(purpose: string): string {
  return join(cacheFolder(), `${purpose}.tmp-${process.pid}-${(count += 1)}`);
}
let count = 0;

/** What temporaryPath() makes: the number is the process’s. */
const temporary = /\.tmp-(\d+)-\d+$/;

/** Removes what killed test runs left, and what nothing has used for long. */
export function tidyCache(): void {
  const folder = cacheFolder();
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const unused = !isTemporary(name) && statSync(path).mtimeMs < Date.now() - daysKept * 86_400_000;
    if (unused || isLeftover(name)) rmSync(path, { recursive: true, force: true });
  }
}

/** Whether something of this name was a test run's that has ended without removing it. */
export function isLeftover(name: string): boolean {
  const owner = temporary.exec(name)?.[1];
  return owner !== undefined && !isRunning(Number(owner));
}

function isTemporary(name: string): boolean {
  return temporary.test(name);
}

/** Whether a process of this id exists. */
function isRunning(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

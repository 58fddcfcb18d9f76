import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';

const root = new URL('../../', import.meta.url).pathname;

/**
 * The date of what is packaged, in seconds: SOURCE_DATE_EPOCH if it is set, else the last commit's, else (sources without
 * their history) the changelog's. Nothing that is built has a later one, so that it comes out the same tomorrow.
 */
export function sourceDate() {
  const given = process.env.SOURCE_DATE_EPOCH;
  if (given) return Number(given);
  const { status, stdout } = spawnSync('git', ['-C', root, 'log', '-1', '--format=%ct'], { encoding: 'utf8' });
  return status === 0 && stdout ? Number(stdout) : Math.floor(statSync(`${root}CHANGELOG.md`).mtimeMs / 1000);
}

import { spawnSync } from 'node:child_process';
import { Problem } from '../home/programs.mjs';

/**
 * Runs a program that builds something: in English, without the clock, the locale and the zone of who calls it.
 * @param {string} program
 * @param {string[]} args
 * @param {{ cwd?: string, date?: number, env?: Record<string, string>, input?: string | Buffer }} options
 * @returns {Buffer} what it printed
 * @throws {Problem} with what it complained about
 */
export function run(program, args, { cwd, date, env = {}, input } = {}) {
  const { status, error, stdout, stderr } = spawnSync(program, args, {
    cwd,
    input,
    env: {
      ...process.env,
      ...{ LC_ALL: 'C.UTF-8', TZ: 'UTC' },
      ...(date !== undefined && { SOURCE_DATE_EPOCH: String(date) }),
      ...env,
    },
    maxBuffer: 2 ** 28,
  });
  if (error) throw new Problem(`\`${program}\` can't be run: ${error.message}`);
  if (status !== 0) throw new Problem(`\`${[program, ...args].join(' ')}\` failed:\n${stderr}${stdout}`.trimEnd());
  return stdout;
}

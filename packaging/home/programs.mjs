import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

/** Something that a person can put right: its message is all there is to say about it. */
export class Problem extends Error {
  /** @param {string} message what is wrong and the way out  @param {number} status the exit status for it */
  constructor(message, status = 1) {
    super(message);
    this.status = status;
  }
}

/** The path of a program, or nothing if it isn't installed. */
export function find(program) {
  return (process.env.PATH ?? '/usr/bin:/bin')
    .split(':')
    .map((folder) => join(folder, program))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/**
 * Runs a program, at most for 60 seconds.
 * @returns whether it is there and succeeded, what it printed, and in `said` what it complained about
 */
export function ask(program, args) {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8', timeout: 60_000 });
  const said = error ? error.message : (stderr.trim().split('\n').at(-1) ?? '');
  return { ok: !error && status === 0, printed: (stdout ?? '').trim(), said };
}

/** Runs a program that has to succeed, and returns what it printed. */
export function call(program, args) {
  const answer = ask(program, args);
  if (!answer.ok) throw new Problem(`\`${program} ${args.join(' ')}\` failed: ${answer.said}`);
  return answer.printed;
}

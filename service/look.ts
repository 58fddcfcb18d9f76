import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { childEnvironment } from './childEnvironment.js';

const run = promisify(execFile);

/** What takes longer hangs. Milliseconds. */
const patience = 5000;

/** What a program has printed, or why it hasn't. */
export type Printed = { readonly text: string } | { readonly problem: string };

/** Runs a program that only looks. */
export async function look(environment: NodeJS.ProcessEnv, program: string, ...args: string[]): Promise<Printed> {
  try {
    const env = childEnvironment(environment);
    const { stdout } = await run(program, args, { env, timeout: patience, encoding: 'utf8' });
    return { text: stdout };
  } catch (error) {
    const { code, stderr = '' } = error as { code?: string | number; stderr?: string };
    if (code === 'ENOENT') return { problem: `there is no program ${program}` };
    const said = stderr.trim().split('\n').at(-1) ?? '';
    return { problem: said === '' ? `${program} has failed` : said };
  }
}

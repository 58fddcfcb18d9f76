import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** How a command ended, and what it said. */
export interface Outcome {
  /** Exit status; 128 and the signal's number after a signal, as a shell counts. */
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  /** Seconds until the command is killed and counts as failed. */
  readonly limit?: number;
  /** What the command reads from its standard input; nothing if left out. */
  readonly input?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** Seconds a command may take if its caller doesn't say. */
const usualLimit = 20;

/**
 * Runs a command to its end, whatever its exit status.
 * @throws Error when the command can't be started or doesn't end in time
 */
export async function attempt(command: readonly string[], options: CommandOptions = {}): Promise<Outcome> {
  const [program = '', ...args] = command;
  const limit = options.limit ?? usualLimit;
  const child = spawn(program, args, { env: options.env ?? process.env, stdio: 'pipe' });
  const [stdout, stderr] = [gather(child.stdout), gather(child.stderr)];
  // A command that doesn't read its input closes it early; what matters is how it ends.
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');

  let late = false as boolean; // Set below, which TypeScript doesn't see.
  const timer = setTimeout(() => {
    late = true;
    child.kill('SIGKILL');
  }, limit * 1000);
  try {
    const status = await ended(child);
    if (late) throw new Error(`Not done within ${limit} s: ${shown(command)}\n${stdout()}${stderr()}`);
    return { status, stdout: stdout(), stderr: stderr() };
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Runs a command that has to succeed, and returns what it printed, without the newline at the end.
 * @throws Error when it fails or takes too long, with what it said
 */
export async function run(command: readonly string[], options: CommandOptions = {}): Promise<string> {
  const { status, stdout, stderr } = await attempt(command, options);
  if (status !== 0) throw new Error(`Exit status ${status}: ${shown(command)}\n${stdout}${stderr}`.trimEnd());
  return stdout.replace(/\n$/, '');
}

/**
 * Waits for a started program to end.
 * @returns its exit status, as a shell counts
 * @throws Error when it couldn't be started
 */
export async function ended(child: ChildProcess): Promise<number> {
  if (child.exitCode !== null) return child.exitCode;
  if (child.signalCode !== null) return 128;
  const [status] = (await once(child, 'close')) as [number | null];
  return status ?? 128;
}

/**
 * A command as the ancestor of whatever it starts: in PID and mount namespaces of its own, and gone together with all of
 * its descendants and mounts as soon as this process ends, however it ends.
 */
export function contained(command: readonly string[]): string[] {
  const outlive = ['setpriv', '--pdeathsig', 'KILL'];
  const namespaces = ['--mount', '--propagation', 'private', '--pid', '--mount-proc', '--fork', '--kill-child'];
  return [...outlive, 'unshare', ...namespaces, ...command];
}

/** Collects a stream's text. */
function gather(stream: NodeJS.ReadableStream): () => string {
  let text = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => (text += chunk));
  return () => text;
}

/** A command for a message: whole if short. */
function shown(command: readonly string[]): string {
  const line = command.join(' ');
  return line.length > 300 ? `${line.slice(0, 300)} …` : line;
}

import { PullProgress } from '../routing/pullProgress.js';
import type { Pull } from './arguments.js';
import { RequestFailed } from './client.js';
import { streamed } from './streaming.js';
import type { Terminal } from './terminal.js';

/** `pull`: has a server fetch a model, and tells how far it is. @throws {NoService | RequestFailed} */
export async function pull(
  { model, on, json }: Pull,
  environment: NodeJS.ProcessEnv,
  { print, isTerminal }: Terminal,
): Promise<void> {
  const { connection, lines } = await streamed('/api/pull', { model }, environment, { route: on });
  const progress = new PullProgress();
  let step = '';
  let done = false;
  for await (const line of lines) {
    done ||= line.status === 'success';
    if (json) {
      print(`${JSON.stringify(line)}\n`);
      continue;
    }
    progress.hear(line);
    // One line that is written over and over, where there is somebody who sees that.
    if (isTerminal) print(`\r\u001b[K${printable(progress.step)}${howFar(progress)}`);
    else if (progress.step !== step) print(`${printable(progress.step)}\n`);
    ({ step } = progress);
  }
  if (isTerminal && !json) print('\r\u001b[K');
  if (!done) throw new RequestFailed('the broker told no end of the pull');
  if (!json) print(`${connection} has ${model} now.\n`);
}

/** What a person is told whose Ctrl-C ends the following, which is not the pull's end. */
export const left = 'Not followed any more. The server goes on fetching; the same command follows it again.';

function howFar({ completed, total }: PullProgress): string {
  if (total === 0) return '';
  return `  ${Math.floor((completed / total) * 100)} %  ${size(completed)} of ${size(total)}`;
}

function size(bytes: number): string {
  return bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}

/** A server's words without what would steer a terminal. */
function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, '');
}

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** Somebody who isn't whoever runs the tests: Debian's `nobody`. */
export const otherUser = 65534;

/** Why nothing can be run as another user; undefined where it can. Only root can. */
export const noOtherUser = process.getuid?.() === 0 ? undefined : 'only root can run something as another user';

/** Runs JavaScript in a process of another user; it prints a line when it has done its work, and may stay. */
export async function asOtherUser(
  script: string,
  ...args: readonly string[]
): Promise<{ readonly line: string; readonly process: ChildProcess }> {
  const child = spawn(process.execPath, ['-e', script, ...args], {
    uid: otherUser,
    gid: otherUser,
    cwd: '/',
    env: {},
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  return { line, process: child };
}

const sending = `
const [url, headers] = process.argv.slice(1);
fetch(url, { headers: JSON.parse(headers) }).then(async (answer) => {
  console.log(JSON.stringify({ status: answer.status, body: await answer.text() }));
});
`;

/** Asks for something as another user. */
export async function askedByOtherUser(
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ readonly status: number; readonly body: string }> {
  const { line } = await asOtherUser(sending, url, JSON.stringify(headers));
  return JSON.parse(line) as { status: number; body: string };
}

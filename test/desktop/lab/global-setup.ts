import { once } from 'node:events';
import { connect } from 'node:net';
import { makeDesktops } from './make.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The Debian suite that a desktop test runs on. */
    suite: string;
  }
}

/** The port that applications know, which the desktops share with this machine. */
const port = 11435;

/**
 * Before the first desktop test: makes all desktops, at the same time, and sees that this machine can run them.
 * @throws Error when it can't, with what to do
 */
export default async function setUp(): Promise<void> {
  if (process.getuid?.() !== 0) {
    throw new Error(
      'The desktop tests boot whole systems and need root. Run `sudo npm test`, or leave them out: `npm test -- --without-desktop`.',
    );
  }
  if (await isTaken()) {
    throw new Error(
      `Something listens on 127.0.0.1:${port}, which the desktop tests need. \`ss -ltnp\` shows what; stop it.`,
    );
  }
  await makeDesktops();
}

async function isTaken(): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

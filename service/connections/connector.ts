import type { Socket } from 'node:net';
import type { buildConnector } from 'undici';
import connectorOf from 'undici/lib/core/connect.js';
import symbols from 'undici/lib/core/symbols.js';

/** What undici reads a socket's answers with (its lib/dispatcher/client-h1.js), as far as is needed here. */
interface Parser {
  paused: boolean;
  readonly ptr: number;
  readonly llhttp: { llhttp_resume(parser: number): void };
  resume(): void;
}

/**
 * Opens sockets for undici, as it does itself, and makes up for a fault of its: where a server closes a connection whose
 * answer is paused, an assertion fails in it that nobody can catch (nodejs/undici#5360, mended in version 8, which needs
 * Node 22). Such an answer is told to its end at once: all of it has been read by then.
 */
export function connector(options: buildConnector.BuildOptions): buildConnector.connector {
  const connect = connectorOf(options);
  return (target, done) => {
    connect(target, (...outcome) => {
      const [, socket] = outcome;
      // Before undici's own listener.
      socket?.on('end', () => {
        readToEnd(socket);
      });
      done(...outcome);
    });
  };
}

function readToEnd(socket: Socket): void {
  const paused = (): Parser | undefined => {
    const parser = (socket as unknown as Record<symbol, Parser | null>)[symbols.kParser];
    return parser?.paused === true && !socket.destroyed ? parser : undefined;
  };
  // Tells the end of an answer that says where that is.
  paused()?.resume();
  // One that goes on until its connection is closed has paused again, and undici ends it next.
  const parser = paused();
  if (parser === undefined) return;
  parser.llhttp.llhttp_resume(parser.ptr);
  parser.paused = false;
}

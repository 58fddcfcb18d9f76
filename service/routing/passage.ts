import type { Connection } from '../connections/connection.js';
import { UpstreamError } from '../connections/errors.js';
import type { UpstreamReply, UpstreamRequest } from '../connections/upstream.js';
import type { Broker } from './broker.js';
import type { Scope } from './choose.js';
import { AllFailed, NoConnection } from './errors.js';

/** A request that is handed through unread, and for which there is but one connection. */
export interface Passage extends Scope {
  readonly request: UpstreamRequest;
  /** Which connections may be asked, and what they must be, for messages: "speaks Ollama’s API". */
  readonly fits: (connection: Connection) => boolean;
  readonly must: string;
}

/** The answer, and where it comes from. */
export interface Passed {
  readonly connection: Connection;
  readonly reply: UpstreamReply;
}

/**
 * Hands a request to the first connection on the route that may be asked, and never to another, also while that one is
 * down: what is done there is meant for it, and may not be done twice.
 *
 * @throws {UnknownRoute | RouteForbidden | NoConnection | AllFailed | Cancelled}
 */
export async function passOn(broker: Broker, passage: Passage, signal: AbortSignal): Promise<Passed> {
  const connection = theOne(broker, passage);
  return alone(connection, async () => {
    const reply = await connection.send(passage.request, signal);
    connection.began();
    connection.completed();
    return { connection, reply };
  });
}

/** Asks a connection in whose place no other can be asked: when it fails, that is all that is told. @throws {AllFailed} */
export async function alone<T>(connection: Connection, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    connection.failed(error);
    throw new AllFailed([{ connection: connection.settings.name, error }]);
  }
}

/** The connection that a passage leads to. @throws {UnknownRoute | RouteForbidden | NoConnection} */
export function theOne(broker: Broker, passage: Omit<Passage, 'request'>): Connection {
  const { route, fits, must } = passage;
  const first = broker.routed(passage).find(fits);
  if (first === undefined) throw new NoConnection(`no connection on the route "${route ?? broker.route}" ${must}`);
  return first;
}

import type { Connection } from '../connections/connection.js';
import { NotReady, UpstreamError } from '../connections/errors.js';
import type { UpstreamReply, UpstreamRequest } from '../connections/upstream.js';
import type { Broker } from './broker.js';
import { onRoute } from './choose.js';
import { AllFailed, NoConnection } from './errors.js';

/** A request that is handed through unread, and for which there is but one connection. */
export interface Passage {
  readonly request: UpstreamRequest;
  /** A route for this request alone. */
  readonly route: string | undefined;
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
 * @throws {UnknownRoute | NoConnection | AllFailed | Cancelled}
 */
export async function passOn(broker: Broker, passage: Passage, signal: AbortSignal): Promise<Passed> {
  const connection = theOne(broker, passage);
  try {
    const reply = await connection.send(passage.request, signal);
    connection.began();
    connection.completed();
    return { connection, reply };
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    if (!(error instanceof NotReady)) connection.failed(error);
    throw new AllFailed([{ connection: connection.settings.name, error }]);
  }
}

/** The connection that a passage leads to. @throws {UnknownRoute | NoConnection} */
export function theOne(broker: Broker, { route, fits, must }: Omit<Passage, 'request'>): Connection {
  if (route !== undefined) broker.checkRoute(route);
  const chosen = route ?? broker.route;
  const first = broker.connections.find((one) => one.state !== 'disabled' && onRoute(one, chosen) && fits(one));
  if (first === undefined) throw new NoConnection(`no connection on the route "${chosen}" ${must}`);
  return first;
}

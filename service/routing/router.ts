import { isWebPage } from '../connections/body.js';
import type { Connection } from '../connections/connection.js';
import { BrokenAnswer, TimedOut, Unreachable, UpstreamError } from '../connections/errors.js';
import type { UpstreamReply } from '../connections/upstream.js';
import type { Dialect } from '../dialects/dialect.js';
import type { Fields } from '../dialects/fields.js';
import type { Log } from '../telemetry/log.js';
import type { Broker } from './broker.js';
import { able, usable } from './choose.js';
import { AllFailed, ModelMissing, NoConnection } from './errors.js';

/** A request of an application, once its dialect is understood as far as routing needs. */
export interface RoutedRequest {
  readonly dialect: Dialect;
  readonly path: string;
  readonly model: string;
  /** The body as it came, and what it says. */
  readonly bytes: Buffer;
  readonly fields: Fields;
  readonly headers: Readonly<Record<string, string>>;
  /** A route for this request alone. */
  readonly route: string | undefined;
}

/** An answer that has begun, and where it comes from. */
export interface RoutedReply {
  readonly connection: Connection;
  /** How many connections were tried, the answering one included. */
  readonly attempts: number;
  readonly reply: UpstreamReply;
}

/** Finds a connection for each request, and the next one when it can't be reached. */
export class Router {
  constructor(
    private readonly broker: Broker,
    private readonly log: Log,
  ) {}

  /**
   * @param signal ends the request, before and after its answer began
   * @throws {UnknownRoute | NoConnection | ModelMissing | AllFailed | Cancelled}
   */
  async send(request: RoutedRequest, signal: AbortSignal): Promise<RoutedReply> {
    const candidates = await this.#candidates(request);
    const failures: { connection: string; error: UpstreamError }[] = [];
    for (const connection of candidates) {
      const { name } = connection.settings;
      try {
        const reply = await connection.send(
          { method: 'POST', path: request.path, headers: request.headers, body: bodyFor(connection, request) },
          signal,
        );
        if (isWebPage(reply)) {
          reply.body.cancel();
          throw new BrokenAnswer(`${connection.settings.url} answers with a web page; is the address right?`);
        }
        return { connection, attempts: failures.length + 1, reply };
      } catch (error) {
        if (!(error instanceof UpstreamError)) throw error;
        failures.push({ connection: name, error });
        this.log.warn(`${name} could not answer: ${error.message}`);
        if (!movesOn(error)) break;
      }
    }
    throw new AllFailed(failures);
  }

  async #candidates({ dialect, model, route }: RoutedRequest): Promise<readonly Connection[]> {
    if (route !== undefined) this.broker.checkRoute(route);
    const chosen = route ?? this.broker.route;
    const there = usable(this.broker.connections, chosen);
    // Just started: what is known in a moment decides better than what isn't known yet.
    if (!there.some(({ state }) => state === 'connected')) await oneConnected(there);
    const candidates = able(usable(this.broker.connections, chosen), dialect, model);
    if (candidates.length > 0) return candidates;
    const speaking = there.filter((one) => one.speaks(dialect));
    if (speaking.length === 0) {
      throw new NoConnection(
        there.length === 0
          ? `no connection is switched on for the route "${chosen}"`
          : `no connection on the route "${chosen}" speaks this API (${dialect})`,
      );
    }
    const known = speaking.flatMap(({ status, settings }) => [...status.models, ...Object.keys(settings.models)]);
    throw new ModelMissing(model, [...new Set(known)]);
  }
}

/** Settles when the check of one of the connections has succeeded, or all have failed. */
async function oneConnected(connections: readonly Connection[]): Promise<void> {
  const checks = connections.map(async (connection) => {
    await connection.check();
    if (connection.state !== 'connected') throw new Error(connection.settings.id);
  });
  await Promise.any(checks).catch(() => undefined);
}

/** Whether the next connection is tried. An upstream that was reached and then silent may still be at work. */
function movesOn(error: UpstreamError): boolean {
  return (
    error instanceof Unreachable ||
    error instanceof BrokenAnswer ||
    (error instanceof TimedOut && error.phase === 'connect')
  );
}

/** The request's bytes as they came, unless the user calls the model by another name there. */
function bodyFor(connection: Connection, { model, bytes, fields }: RoutedRequest): Buffer {
  const name = connection.nameFor(model);
  return name === model ? bytes : Buffer.from(JSON.stringify({ ...fields, model: name }));
}

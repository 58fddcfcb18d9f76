import type { IncomingHttpHeaders } from 'node:http';
import type { Connection } from '../connections/connection.js';
import { Declined } from '../connections/errors.js';
import type { Body, UpstreamRequest } from '../connections/upstream.js';
import type { ContinuingRequest, Delivered, Uptake } from '../dialects/continuation.js';
import type { Dialect } from '../dialects/dialect.js';
import type { Fields } from '../dialects/fields.js';
import type { Framing } from '../dialects/frames.js';
import type { Needs } from '../dialects/needs.js';
import type { Log } from '../telemetry/log.js';
import { Answer, type Continuation, WholeBody } from './answer.js';
import type { Broker } from './broker.js';
import { able, usable } from './choose.js';
import { AllFailed, ModelMissing, NoConnection } from './errors.js';
import { Pursuit } from './pursuit.js';

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
  /** Whether the answer is to be streamed, and how that is done. */
  readonly streamed: boolean;
  readonly framing: Framing;
  /** What it needs of a model beside text. */
  readonly needs: Needs;
  /** The request for the rest of its answer. */
  readonly continued: (delivered: Delivered, how: Uptake) => ContinuingRequest;
}

/** An answer that has begun, and where it comes from. */
export interface RoutedReply {
  readonly connection: Connection;
  /** How many attempts it took, the answering one included. */
  readonly attempts: number;
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Body;
  /** Ids of the connections that went on where another broke off; undefined for an answer that came whole. */
  readonly continuedBy: (() => readonly string[]) | undefined;
}

/** Finds a connection for each request, and others when it fails. */
export class Router {
  constructor(
    private readonly broker: Broker,
    private readonly log: Log,
  ) {}

  /**
   * @param signal ends the request, before and after its answer began
   * @throws {UnknownRoute | NoConnection | ModelMissing | AllFailed | Declined | Cancelled}
   */
  async send(request: RoutedRequest, signal: AbortSignal): Promise<RoutedReply> {
    const candidates = await this.#candidates(request);
    const { framing, streamed } = request;
    const pursuit = new Pursuit({ framing, streamed, signal, log: this.log });
    const attempt = await pursuit.answer(candidates, (connection) => upstreamRequest(connection, request));
    const { connection, status, headers, bytes } = attempt;
    const { attempts } = pursuit;
    if (bytes !== undefined) {
      return { connection, attempts, status, headers, body: new WholeBody(bytes), continuedBy: undefined };
    }
    const takeUp = this.broker.continuation ? this.#taker(request, connection, pursuit) : undefined;
    const body = new Answer(attempt, framing, takeUp, this.log);
    return { connection, attempts, status, headers, body, continuedBy: () => body.continuedBy };
  }

  /** Finds who goes on with an answer: each connection once, but for the one that began it. */
  #taker(request: RoutedRequest, first: Connection, pursuit: Pursuit) {
    const asked = [first];
    return async (delivered: Delivered): Promise<Continuation | undefined> => {
      for (const connection of this.#able(request)) {
        if (asked.includes(connection) || !connection.ready) continue;
        asked.push(connection);
        const how = connection.takesUp(request.model);
        // A server that doesn't take a beginning from others (some refuse one while they think) may still tell its own.
        for (const uptake of how === 'anew' ? (['anew'] as const) : ([how, 'anew'] as const)) {
          const { fields, anew } = request.continued(delivered, uptake);
          try {
            const attempt = await pursuit.answer([connection], () =>
              upstreamRequest(connection, { ...request, fields }, true),
            );
            if (attempt.bytes === undefined) return { attempt, anew };
            break;
          } catch (error) {
            if (error instanceof AllFailed) break;
            if (!(error instanceof Declined)) throw error;
            if (error.failure !== 'client') break;
          }
        }
      }
      return undefined;
    };
  }

  #able({ dialect, model, route, needs }: RoutedRequest): Connection[] {
    return able(usable(this.broker.connections, route ?? this.broker.route), dialect, model, needs);
  }

  async #candidates(request: RoutedRequest): Promise<readonly Connection[]> {
    const { dialect, model, route } = request;
    if (route !== undefined) this.broker.checkRoute(route);
    const chosen = route ?? this.broker.route;
    const there = usable(this.broker.connections, chosen);
    // Just started: what is known in a moment decides better than what isn't known yet.
    if (!there.some(({ ready }) => ready)) await oneConnected(there.filter(({ state }) => state === 'connecting'));
    const candidates = this.#able(request);
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

/** The request's bytes as they came, unless the user calls the model by another name there, or it isn't as it came. */
function upstreamRequest(connection: Connection, request: RoutedRequest, altered = false): UpstreamRequest {
  const { path, headers, model, bytes, fields } = request;
  const name = connection.nameFor(model);
  const body = name === model && !altered ? bytes : Buffer.from(JSON.stringify({ ...fields, model: name }));
  return { method: 'POST', path, headers, body };
}

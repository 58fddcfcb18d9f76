import type { IncomingHttpHeaders } from 'node:http';
import type { Connection } from '../connections/connection.js';
import { BrokenAnswer, Declined, UpstreamError } from '../connections/errors.js';
import type { Body } from '../connections/upstream.js';
import { WholeBody } from '../connections/body.js';
import type { ErrorKind } from '../dialects/dialect.js';
import { InvalidRequest } from '../dialects/errors.js';
import { type Fields, objectFrom } from '../dialects/fields.js';
import type { Before } from '../dialects/rendering.js';
import type { Delivered } from '../dialects/continuation.js';
import { countedTokens, type TokenCount } from '../dialects/usage.js';
import type { Log } from '../telemetry/log.js';
import { Answer, type Continuation } from './answer.js';
import type { Broker } from './broker.js';
import { type Asked, Caller } from './call.js';
import { able, alike, type Scope, usable } from './choose.js';
import { embeddingCall, type EmbeddingAsked } from './embedding.js';
import { AllFailed, ModelMissing, NoConnection } from './errors.js';
import { Pursuit } from './pursuit.js';

/** A request of an application, once its dialect is understood as far as routing needs. */
export interface RoutedRequest extends Asked, Scope {}

/** What is counted of an answer. */
export interface Observed {
  readonly connection: Connection;
  /** How many attempts it took, the answering one included. */
  readonly attempts: number;
  /** Whether another connection had been asked before, and failed. */
  readonly failedOver: boolean;
  /** What it took, as far as the server says; known when it is over. */
  readonly tokens: () => TokenCount | undefined;
  /** Ids of the connections that went on where another broke off; undefined for an answer that came whole. */
  readonly continuedBy: (() => readonly string[]) | undefined;
}

/** An answer that has begun, and where it comes from. */
export interface RoutedReply extends Observed {
  /** By name what of the request could not be carried to it. */
  readonly dropped: readonly string[];
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Body;
  /** What is written into it when it breaks off. */
  readonly failure: (kind: ErrorKind, message: string) => string;
}

/** Vectors, and where they come from. */
export interface RoutedVectors extends Observed, Pick<RoutedReply, 'dropped'> {
  /** JSON, in the application's dialect. */
  readonly bytes: Buffer;
}

/** Finds a connection for each request, and others when it fails. */
export class Router {
  constructor(
    private readonly broker: Broker,
    private readonly log: Log,
  ) {}

  /**
   * @param signal ends the request, before and after its answer began
   * @throws {UnknownRoute | RouteForbidden | NoConnection | ModelMissing | AllFailed | Declined | Cancelled}
   */
  async send(request: RoutedRequest, signal: AbortSignal): Promise<RoutedReply> {
    const { api, fields } = request;
    let candidates = await this.#candidates(request, () => this.#able(request));
    const idle = api.idle(fields, new Date());
    if (idle !== undefined) {
      const working = candidates.filter(({ ready }) => ready);
      const loading = (working.length > 0 ? working : candidates).filter((one) => one.answers(api.path));
      const [first] = working.length > 0 ? working : candidates;
      // Where a model is always there, there is nothing to do, and nothing that could be asked.
      if (loading.length === 0 && first !== undefined) return toldHere(first, idle);
      candidates = loading;
    }
    const caller = new Caller(request);
    const pursuit = new Pursuit({ streamed: api.streamed(fields), signal, log: this.log });
    const { attempt, call } = await pursuit.answer(candidates, (connection) => caller.for(connection));
    const { connection, status, headers, bytes } = attempt;
    connection.used(request.model);
    const { dropped, contentType, failure } = call;
    const failedOver = pursuit.hasFailedAt((name) => name !== connection.settings.name);
    const head = { connection, attempts: pursuit.attempts, failedOver, dropped, status, failure };
    const typed = contentType === undefined ? headers : { ...headers, 'content-type': contentType };
    if (bytes !== undefined) {
      const sized = { ...typed, 'content-length': String(bytes.length) };
      return { ...head, headers: sized, body: new WholeBody(bytes), tokens: tokensIn(bytes), continuedBy: undefined };
    }
    const alike = contentType === undefined;
    const takeUp = this.broker.continuation ? this.#taker(request, caller, connection, alike, pursuit) : undefined;
    const body = new Answer(attempt, call.rendering(undefined), takeUp, this.log);
    return { ...head, headers: typed, body, tokens: () => body.tokens, continuedBy: () => body.continuedBy };
  }

  /**
   * Asks for vectors, which only ever come from the very same model.
   *
   * @throws {UnknownRoute | RouteForbidden | NoConnection | ModelMissing | AllFailed | Declined | InvalidRequest | Cancelled}
   */
  async embed(request: EmbeddingAsked & Scope, signal: AbortSignal): Promise<RoutedVectors> {
    const candidates = await this.#candidates(request, () => {
      const there = this.broker.routed(request);
      const embedding = there.filter(({ embeddings }) => embeddings !== undefined);
      const having = alike(embedding, request.model);
      const other = there.find((one) => !embedding.includes(one) && one.has(request.model) === 'yes');
      if (having.length === 0 && other !== undefined) throw new InvalidRequest(withoutVectors(request.model, other));
      return usable(having, request.route ?? this.broker.route);
    });
    const pursuit = new Pursuit({ streamed: false, signal, log: this.log });
    const { attempt, call } = await pursuit.answer(candidates, (connection) => embeddingCall(connection, request));
    const { connection, bytes } = attempt;
    connection.used(request.model);
    if (bytes === undefined) {
      attempt.cancel();
      throw new BrokenAnswer(`${connection.settings.url} streams an answer that can’t be streamed`);
    }
    const failedOver = pursuit.hasFailedAt((name) => name !== connection.settings.name);
    const head = { connection, attempts: pursuit.attempts, failedOver, dropped: call.dropped };
    return { ...head, bytes, tokens: tokensIn(bytes), continuedBy: undefined };
  }

  /** Finds who goes on with an answer: each connection once, but for the one that began it. */
  #taker(request: RoutedRequest, caller: Caller, first: Connection, alike: boolean, pursuit: Pursuit) {
    const asked = [first];
    // Once it was translated, what goes on is, too.
    let native = alike;
    return async (delivered: Delivered, before: Before): Promise<Continuation | undefined> => {
      for (const connection of this.#able(request)) {
        if (asked.includes(connection) || !connection.ready) continue;
        asked.push(connection);
        // From nothing nobody can go on.
        const how = delivered.text === '' ? 'anew' : connection.takesUp(request.model);
        // A server that doesn't take a beginning from others (some refuse one while they think) may still tell its own.
        for (const uptake of how === 'anew' ? (['anew'] as const) : ([how, 'anew'] as const)) {
          try {
            let anew = false;
            const { attempt, call } = await pursuit.answer([connection], () => {
              const continuing = caller.continuing(connection, delivered, uptake, native);
              ({ anew } = continuing);
              return continuing.call;
            });
            if (attempt.bytes !== undefined) break;
            native &&= call.contentType === undefined;
            return { attempt, rendering: call.rendering(before), anew };
          } catch (error) {
            const failed = [AllFailed, UpstreamError, InvalidRequest].some((kind) => error instanceof kind);
            if (!failed) throw error;
            if (!(error instanceof Declined) || error.failure !== 'client') break;
          }
        }
      }
      return undefined;
    };
  }

  #able({ api, fields, model, route, only }: RoutedRequest): Connection[] {
    return able(usable(this.broker.within(only), route ?? this.broker.route), model, api.needs(fields));
  }

  /** @param able says who could be asked, with what is known now */
  async #candidates(
    { model, ...scope }: Scope & Pick<RoutedRequest, 'model'>,
    able: () => Connection[],
  ): Promise<readonly Connection[]> {
    this.broker.checkRoute(scope);
    const chosen = scope.route ?? this.broker.route;
    const there = usable(this.broker.within(scope.only), chosen);
    // Just started: what is known in a moment decides better than what isn't known yet.
    if (!there.some(({ ready }) => ready)) await oneConnected(there.filter(({ state }) => state === 'connecting'));
    const candidates = able();
    if (candidates.length > 0) return candidates;
    if (there.length === 0) throw new NoConnection(`no connection is switched on for the route "${chosen}"`);
    const known = there.flatMap(({ status, settings }) => [...status.models, ...Object.keys(settings.models)]);
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

function withoutVectors(model: string, { settings: { name } }: Connection): string {
  return `"${model}" is a model of ${name}, whose API tells no vectors: choose one of another connection for embeddings`;
}

/** The tokens of a whole answer, looked for when it has gone out. */
function tokensIn(bytes: Buffer): () => TokenCount | undefined {
  return () => countedTokens(objectFrom(bytes.toString('utf8')), undefined);
}

/** An answer that takes no server. */
function toldHere(connection: Connection, fields: Fields): RoutedReply {
  const bytes = Buffer.from(JSON.stringify(fields));
  return {
    connection,
    ...{ attempts: 0, failedOver: false, dropped: [], status: 200, tokens: () => undefined },
    headers: { 'content-type': 'application/json; charset=utf-8', 'content-length': String(bytes.length) },
    body: new WholeBody(bytes),
    failure: () => '',
    continuedBy: undefined,
  };
}

import { Declined, type UpstreamError } from '../connections/errors.js';
import { type Failure, failureOf } from '../connections/failure.js';
import { nearest, shortened } from './nearest.js';

/** No connection has the model that was asked for. */
export class ModelMissing extends Error {
  override readonly name = 'ModelMissing';

  /** @param known names of the models that there are */
  constructor(model: string, known: readonly string[]) {
    const some = nearest(model, known);
    const rest = known.length > some.length ? `, and ${known.length - some.length} more` : '';
    super(
      known.length === 0
        ? `model '${shortened(model)}' not found: no connection has any model`
        : `model '${shortened(model)}' not found; there are ${some.join(', ')}${rest}`,
    );
  }
}

/** A request asks for a route that there isn't. */
export class UnknownRoute extends Error {
  override readonly name = 'UnknownRoute';

  constructor(route: string, ids: readonly string[]) {
    super(`there is no route "${route}"; there are ${['automatic', 'local', 'cloud', ...ids].join(', ')}`);
  }
}

/** There is no connection with the id that somebody names. */
export class UnknownConnection extends Error {
  override readonly name = 'UnknownConnection';

  constructor(id: string) {
    super(`there is no connection "${id}"`);
  }
}

/** A request asks for a route on which it may not go. */
export class RouteForbidden extends Error {
  override readonly name = 'RouteForbidden';

  /** @param allowed ids of the connections that it may use */
  constructor(route: string, allowed: readonly string[]) {
    const routes = ['automatic', 'local', 'cloud', ...allowed].join(', ');
    super(`the key of this request doesn’t allow the route "${route}"; it allows ${routes}`);
  }
}

/** The route leaves no connection that could be asked. */
export class NoConnection extends Error {
  override readonly name = 'NoConnection';
}

/** A connection's server can't be told what to do with its models, or isn't to be told anything. */
export class NotManaged extends Error {
  override readonly name = 'NotManaged';
}

/** A server doesn't take a model out of its memory. The message says why. */
export class NotUnloaded extends Error {
  override readonly name = 'NotUnloaded';
}

/** An Ollama server that refuses to pull, in its own words. */
export class PullRefused extends Error {
  override readonly name = 'PullRefused';

  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** A failed attempt. */
export interface FailedAttempt {
  /** The connection's name. */
  readonly connection: string;
  readonly error: UpstreamError;
}

/** Every connection that could be asked has failed. */
export class AllFailed extends Error {
  override readonly name = 'AllFailed';
  /** What they have in common; undefined if they failed in different ways. */
  readonly failure: Failure | undefined;
  /** Milliseconds after which asking again makes sense, if a server said so. */
  readonly retryAfter: number | undefined;

  /** What of the message anybody may read. */
  readonly brief: string;

  /** @param failures in the order of the attempts */
  constructor(failures: readonly FailedAttempt[]) {
    // Two tries that failed alike are one story.
    super([...new Set(failures.map(({ connection, error }) => `${connection}: ${error.message}`))].join('; '));
    this.brief = [...new Set(failures.map(({ connection, error }) => `${connection}: ${error.brief}`))].join('; ');
    const [first, ...others] = new Set(failures.map(({ error }) => failureOf(error)));
    this.failure = others.length === 0 ? first : undefined;
    const pauses = failures.flatMap(({ error }) => (error instanceof Declined ? (error.retryAfter ?? []) : []));
    this.retryAfter = pauses.length > 0 ? Math.min(...pauses) : undefined;
  }
}

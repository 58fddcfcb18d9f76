import type { UpstreamError } from '../connections/errors.js';

/** No connection has the model that was asked for. */
export class ModelMissing extends Error {
  override readonly name = 'ModelMissing';

  /** @param known names of the models that there are */
  constructor(model: string, known: readonly string[]) {
    const some = known.slice(0, 10);
    const rest = known.length > some.length ? `, and ${known.length - some.length} more` : '';
    super(
      known.length === 0
        ? `model '${model}' not found: no connection has any model`
        : `model '${model}' not found; there are ${some.join(', ')}${rest}`,
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

/** The route leaves no connection that could be asked. */
export class NoConnection extends Error {
  override readonly name = 'NoConnection';
}

/** Every connection that could be asked has failed. */
export class AllFailed extends Error {
  override readonly name = 'AllFailed';

  /** @param failures in the order of the attempts */
  constructor(failures: readonly { readonly connection: string; readonly error: UpstreamError }[]) {
    super(failures.map(({ connection, error }) => `${connection}: ${error.message}`).join('; '));
  }
}

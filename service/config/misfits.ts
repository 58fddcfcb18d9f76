import type { Configuration } from './configuration.js';
import { ConfigurationError } from './errors.js';
import { validated } from './validate.js';

/** What has parts that can be left out. */
type List = 'connections' | 'hosts' | 'origins';

/** A configuration as it was read, of any shape but for its lists. */
export type Doubtful = Readonly<Record<string, unknown>> & Readonly<Record<List, readonly unknown[]>>;

/**
 * The configuration that is left without what can't be used of it.
 *
 * @param source where it was read from, for messages
 * @param leaveOut told of each thing that is left out; without it the first such is an error
 * @throws {ConfigurationError}
 */
export function withoutMisfits(
  written: Doubtful,
  source: string,
  leaveOut: ((error: ConfigurationError) => void) | undefined,
): Configuration {
  try {
    return validated(written, source);
  } catch (thrown) {
    if (!(thrown instanceof ConfigurationError)) throw thrown;
    const { path, expectation } = thrown;
    const [, list, misfit] = /^(connections|hosts|origins)\/(\d+)/.exec(path) ?? [];
    const error = new ConfigurationError(source, path, expectation, inWords(thrown, written, list as List, misfit));
    // What is wrong is one of a list, or else the route.
    if (leaveOut === undefined || (list === undefined && path !== 'route')) throw error;
    leaveOut(error);
    const left =
      list === undefined
        ? { ...written, route: 'automatic' }
        : { ...written, [list]: written[list as List].toSpliced(Number(misfit), 1) };
    return withoutMisfits(left, source, leaveOut);
  }
}

function inWords(
  error: ConfigurationError,
  written: Doubtful,
  list: List | undefined,
  misfit: string | undefined,
): string {
  const { path } = error;
  const expectation = error.expectation.replace(/\.$/, '');
  if (list === undefined) return `The ${path} can’t be used: ${expectation}`;
  const part = written[list][Number(misfit)];
  if (list !== 'connections') {
    return `The ${list === 'hosts' ? 'name' : 'web page'} “${String(part)}” can’t be used: ${expectation}`;
  }
  const key = path.split('/').slice(2).join('/');
  const { id } = part as { readonly id: unknown };
  return `The connection “${String(id)}” can’t be used: ${key === '' ? '' : `${key} `}${expectation}`;
}

import type { ConnectionState } from '../connections/connection.js';
import type { Dialect } from '../dialects/dialect.js';

/** What the choice needs to know of a connection. */
export interface Candidate {
  readonly settings: { readonly id: string; readonly place: string };
  readonly state: ConnectionState;
  speaks(dialect: Dialect): boolean;
  has(model: string): 'yes' | 'no' | 'unknown';
}

/** Whether a route leads to a connection. `local` and `cloud` mean the place, also where a connection's id is such a word. */
export function onRoute({ settings }: Candidate, route: string): boolean {
  if (route === 'automatic') return true;
  if (route === 'local' || route === 'cloud') return settings.place === route;
  return settings.id === route;
}

/**
 * The connections to try, best first: those on the route that are switched on, in the user's order, but the ones that
 * work before the ones that are not known to. Those that don't work are tried all the same when nothing else is left:
 * what was known of them may be old.
 */
export function usable<C extends Candidate>(connections: readonly C[], route: string): C[] {
  const there = connections.filter((one) => one.state !== 'disabled' && onRoute(one, route));
  return [...there.filter(({ state }) => state === 'connected'), ...there.filter(({ state }) => state !== 'connected')];
}

/**
 * Of `usable` ones those that can answer a request: they speak its dialect, and have its model or may have it. One that
 * has it comes before one that may, as long as it works.
 */
export function able<C extends Candidate>(candidates: readonly C[], dialect: Dialect, model: string): C[] {
  const speaking = candidates.filter((one) => one.speaks(dialect));
  const rank = (one: C): number => {
    const has = one.has(model);
    if (has === 'no') return 3;
    if (one.state !== 'connected') return 2;
    return has === 'yes' ? 0 : 1;
  };
  return speaking
    .map((one) => ({ one, rank: rank(one) }))
    .filter(({ rank: worth }) => worth < 3)
    .sort((a, b) => a.rank - b.rank)
    .map(({ one }) => one);
}

import type { ConnectionState } from '../connections/connection.js';
import type { Needs } from '../dialects/needs.js';

/** What the choice needs to know of a connection. */
export interface Candidate {
  readonly settings: {
    readonly id: string;
    readonly place: string;
    readonly models: Readonly<Record<string, string>>;
  };
  readonly state: ConnectionState;
  /** Whether it works and isn't left alone. */
  readonly ready: boolean;
  /** Milliseconds for which it is left alone. */
  readonly wait: number;
  has(model: string): 'yes' | 'no' | 'unknown';
  lacks(model: string, needs: Needs): boolean;
}

/** What the choice of a connection for vectors needs to know beside that. */
export interface EmbeddingCandidate extends Candidate {
  /** What tells a model's file from all others; undefined where the server doesn't say. */
  digest(model: string): string | undefined;
}

/** Where a request may go. */
export interface Scope {
  /** A route for this request alone; undefined for the one that holds for all. */
  readonly route: string | undefined;
  /** Ids of the connections that it may use; undefined for all. */
  readonly only: readonly string[] | undefined;
}

/** Whether a route leads to a connection. `local` and `cloud` mean the place, also where a connection's id is such a word. */
export function onRoute({ settings }: Candidate, route: string): boolean {
  if (route === 'automatic') return true;
  if (route === 'local' || route === 'cloud') return settings.place === route;
  return settings.id === route;
}

/**
 * The connections to try, best first: those on the route that are switched on, in the user's order, but the ones that
 * work before the ones that are not known to, and last the ones that are to be left alone, the soonest first. Those are
 * tried all the same when nothing else is left: what was known of them may be old.
 */
export function usable<C extends Candidate>(connections: readonly C[], route: string): C[] {
  return connections
    .filter((one) => one.state !== 'disabled' && onRoute(one, route))
    .map((one) => ({ one, rank: rankOf(one), wait: one.wait }))
    .sort((a, b) => a.rank - b.rank || a.wait - b.wait)
    .map(({ one }) => one);
}

function rankOf({ ready, state }: Candidate): number {
  if (ready) return 0;
  return state === 'cooling' || state === 'limited' ? 2 : 1;
}

/**
 * Of `usable` ones those that can answer a request: they have its model or may have it. One that
 * has it comes before one that may, as long as it works. One whose model is known not to do what is needed is left out
 * unless there is no other; then it tells itself why it can't.
 */
export function able<C extends Candidate>(candidates: readonly C[], model: string, needs: Needs): C[] {
  const having = candidates.filter((one) => one.has(model) !== 'no');
  const capable = having.filter((one) => !one.lacks(model, needs));
  const rank = (one: C): number => (!one.ready ? 2 : one.has(model) === 'yes' ? 0 : 1);
  return (capable.length > 0 ? capable : having)
    .map((one) => ({ one, rank: rank(one) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ one }) => one);
}

/**
 * Of connections in the user's order those whose vectors of a model can stand beside each other: the first that has it,
 * and of the others those that have the very same file, or for which the user says that the model is the same. Vectors
 * of another model look alike and mean nothing in a collection. Where no server lists the model, only the first that may
 * have it.
 */
export function alike<C extends EmbeddingCandidate>(connections: readonly C[], model: string): C[] {
  const having = connections.filter((one) => one.has(model) === 'yes');
  const [first] = having;
  if (first === undefined) return connections.filter((one) => one.has(model) === 'unknown').slice(0, 1);
  const digest = first.digest(model);
  return having.filter(
    (one) =>
      one === first ||
      one.settings.models[model] !== undefined ||
      (digest !== undefined && one.digest(model) === digest),
  );
}

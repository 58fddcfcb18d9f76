/** How many requests a connection is sent at a time. */
export type Concurrency = 'suitable' | 'unlimited' | 'limited';

/** In the order in which they are offered. */
export const CONCURRENCIES: readonly Concurrency[] = ['suitable', 'unlimited', 'limited'];

/** What a number in the settings means. */
export function concurrencyOf(number: number): Concurrency {
  if (number < 0) return 'suitable';
  return number === 0 ? 'unlimited' : 'limited';
}

/** The number for the settings; a limit that nobody has set yet is that of a server with one model and one user. */
export function numberFor(concurrency: Concurrency, before: number): number {
  if (concurrency === 'limited') return before > 0 ? before : 1;
  return concurrency === 'unlimited' ? 0 : -1;
}

import { setTimeout as pause } from 'node:timers/promises';

export interface WaitOptions {
  /** Seconds until it is given up. */
  readonly limit?: number;
  /** Milliseconds between two looks. */
  readonly every?: number;
}

/** What a value is once it is known to be truthy. */
type Present<T> = Exclude<T, undefined | null | false | 0 | ''>;

/**
 * Looks again and again until `look` returns something truthy, and returns that.
 * @param what completes “Waited for …” in the error
 * @throws Error when that doesn't happen within the limit, with what was seen last; whatever `look` throws
 */
export async function until<T>(
  what: string,
  look: () => T | Promise<T>,
  options: WaitOptions = {},
): Promise<Present<T>> {
  const { limit = 20, every = 100 } = options;
  const end = Date.now() + limit * 1000;
  for (;;) {
    const seen = await look();
    if (seen) return seen as Present<T>;
    if (Date.now() > end) throw new Error(`Waited ${limit} s for ${what}; it is still ${JSON.stringify(seen)}.`);
    await pause(every);
  }
}

/**
 * Looks until a value fulfils a condition, and returns the value.
 * @param what completes “Waited for …” in the error
 * @throws Error when that doesn't happen within the limit, with the value seen last; whatever `read` throws
 */
export async function untilIt<T>(
  what: string,
  read: () => T | Promise<T>,
  fits: (value: T) => boolean,
  options: WaitOptions = {},
): Promise<T> {
  let last: T | undefined;
  try {
    await until(
      what,
      async () => {
        last = await read();
        return fits(last);
      },
      options,
    );
  } catch (error) {
    throw new Error(`${(error as Error).message} Seen last: ${JSON.stringify(last)}`, { cause: error });
  }
  return last as T;
}

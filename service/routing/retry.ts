import type { WhenBusy } from '../config/configuration.js';
import type { Failure } from '../connections/failure.js';

/** What comes after a failed attempt: the same connection again, when it is ready for it; the next one; or an end. */
export type Decision =
  | { readonly do: 'again'; readonly after: number }
  | { readonly do: 'await' }
  | { readonly do: 'next' }
  | { readonly do: 'stop' };

/** What is known when an attempt has failed. Times in milliseconds. */
export interface Situation {
  readonly failure: Failure;
  /** Attempts on this connection in this turn, this one included, but for those that only waited for it. */
  readonly tries: number;
  /** What the server asked for. */
  readonly retryAfter: number | undefined;
  /** Whether a connection that works could take over. */
  readonly others: boolean;
  /** Since this connection's turn began. */
  readonly waited: number;
  /** For how long a server is asked again that is busy, 0 for no limit. */
  readonly queueLimit: number;
  /** The longest pause that is kept when the server asks for one. */
  readonly patience: number;
  readonly busy: WhenBusy;
  /** Attempts of the whole request so far, and when it must have an answer. */
  readonly attempts: number;
  readonly remaining: number;
}

/** The most attempts for one request; whatever is tried again, there is an end. */
export const mostAttempts = 16;

/** When no attempt begins any more. A local model may load for minutes; nobody waits longer for two. Milliseconds. */
export const deadline = 900_000;

/** Attempts of one turn on a connection that failed in passing, and on one whose quota is used up. */
const mostTries = 2;

/**
 * What to do after a failed attempt. The one place where anything is tried again.
 *
 * @param random from 0 to 1, so that requests that failed together don't come back together
 */
export function decide(situation: Situation, random: () => number): Decision {
  const { failure, tries, retryAfter, others, waited, patience, attempts, remaining } = situation;
  const next: Decision = { do: 'next' };
  if (failure === 'client' || failure === 'policy') return { do: 'stop' };
  if (attempts >= mostAttempts || remaining <= 0) return { do: 'stop' };
  const again = (after: number): Decision => (after < remaining ? { do: 'again', after } : next);
  switch (failure) {
    case 'transient':
      if (tries >= mostTries) return next;
      if (retryAfter !== undefined) return retryAfter <= patience ? again(retryAfter) : next;
      // Somebody else can answer: then only what vanishes at once, such as a socket that was closed while idle, is worth it.
      return again(others ? 1 + 2 * random() : 100 + 200 * random());
    case 'quota':
      if (tries >= mostTries) return next;
      if (retryAfter !== undefined) return retryAfter <= patience ? again(retryAfter) : next;
      return patience > 0 ? again(Math.min(patience, 500 + 500 * random())) : next;
    case 'busy': {
      const mayWait = situation.queueLimit === 0 || waited + (retryAfter ?? 0) < situation.queueLimit;
      if ((others && situation.busy === 'spill') || !mayWait) return next;
      return again(Math.max(retryAfter ?? 0, Math.min(2000, 250 + waited / 4) * (0.75 + random() / 2)));
    }
    case 'loading':
      return { do: 'await' };
    case 'silence':
    case 'missing':
    case 'unsuitable':
    case 'credentials':
    case 'context':
    case 'broken':
      return next;
  }
}

import type { Tokens } from './session.js';

/** A sign-in that runs and waits for a person. */
export interface Invitation {
  /** Where the person signs in. */
  readonly url: string;
  /** What they have to enter there; only in the device flow. */
  readonly code: string | undefined;
  /** What comes of it. */
  readonly tokens: Promise<Tokens>;
}

/** Rejects with the signal's reason as soon as it is aborted, whether what is waited for has noticed or not. */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const aborted = (): void => {
      reject(signal.reason as Error);
    };
    if (signal.aborted) aborted();
    signal.addEventListener('abort', aborted);
    promise.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', aborted);
    });
  });
}

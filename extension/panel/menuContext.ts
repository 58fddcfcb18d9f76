import type { Translator } from '../broker/translator.js';

/** What the menu's models need to know beside the state of the service. */
export interface MenuContext {
  /** The time of day, seconds since 1970. */
  readonly now: number;
  /** A moment, seconds since 1970, as a time of day in the person's own format. */
  readonly clock: (moment: number) => string;
  /** Turns words into the person's language. */
  readonly translator: Translator;
}

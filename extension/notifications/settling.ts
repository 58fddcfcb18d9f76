import type { Notice, ShownNotice } from './notice.js';

/** Seconds that something must be so before it is told. */
export const SETTLE = 5;

/** Seconds after a banner in which the same thing, come again, is only put in the list. */
export const QUIET = 600;

/** Something that is so at this moment, or of which that isn’t known: then what was told stays, and nothing new is told. */
export interface Fact {
  readonly notice: Notice;
  readonly certain: boolean;
  /** Whether it was already so when it was first looked at, and so is no news. */
  readonly old: boolean;
}

interface Told {
  readonly since: number;
  /** The notice as it was last true; null before it is told. */
  notice: Notice | null;
  quiet: boolean;
  dismissed: boolean;
}

/** Makes notices of facts: those that last, each once, and none twice within minutes with a banner. */
export class Settling {
  readonly #told = new Map<string, Told>();
  readonly #banners = new Map<string, number>();

  /**
   * Takes over what is so now.
   *
   * @param now - seconds of a clock that never goes back
   * @param watched - whether the person sees all of it elsewhere at this moment
   * @returns the seconds at which something may have lasted long enough, null if nothing will
   */
  observe(facts: readonly Fact[], now: number, watched: boolean): number | null {
    const keys = new Set(facts.map(({ notice }) => notice.key));
    for (const key of this.#told.keys()) if (!keys.has(key)) this.#told.delete(key);

    let next: number | null = null;
    for (const { notice, certain, old } of facts) {
      const told = this.#told.get(notice.key);
      if (told?.notice) {
        if (certain) told.notice = notice;
        continue;
      }
      if (!certain) {
        this.#told.delete(notice.key);
        continue;
      }
      const since = told?.since ?? now;
      const due = old ? now : since + SETTLE;
      if (due <= now) {
        const quiet = old || watched || now - (this.#banners.get(notice.key) ?? -QUIET) < QUIET;
        if (!quiet) this.#banners.set(notice.key, now);
        this.#told.set(notice.key, { since, notice, quiet, dismissed: false });
      } else {
        this.#told.set(notice.key, { since, notice: null, quiet: false, dismissed: false });
        next = Math.min(next ?? due, due);
      }
    }
    return next;
  }

  /** What is told and wasn’t put away. */
  get notices(): ShownNotice[] {
    return [...this.#told.values()].flatMap(({ notice, quiet, dismissed }) =>
      notice === null || dismissed ? [] : [{ ...notice, quiet, passing: false }],
    );
  }

  /** Whether a banner told this, and it is still so. */
  hasBanner(key: string): boolean {
    const told = this.#told.get(key);
    return told?.notice != null && !told.quiet;
  }

  /** The person put it away: it isn’t shown again before it was otherwise in between. */
  dismiss(key: string): void {
    const told = this.#told.get(key);
    if (told) told.dismissed = true;
  }
}

import type { Canaries, Finding } from './canaries.ts';

/** Everything that a broker has left, searched for canaries as it is found: those that come later are in none of it. */
export class Evidence {
  readonly #places: string[] = [];
  readonly #leaks: string[] = [];

  constructor(private readonly canaries: Canaries) {}

  /** @param allowed names of canaries that may be there */
  note(place: string, content: string | Buffer, allowed: readonly string[] = []): void {
    this.#places.push(place);
    const found = this.canaries.foundIn(content).filter(({ canary }) => !allowed.includes(canary));
    this.#leaks.push(...found.map((finding) => line(place, finding)));
  }

  /** Where something was found. */
  get places(): readonly string[] {
    return this.#places;
  }

  /** What has leaked, one a line: which canary, in which form, where, and what stands around it; '' if nothing has. */
  report(): string {
    return this.#leaks.join('\n');
  }
}

function line(place: string, { canary, form, excerpt }: Finding): string {
  return `${canary} (${form}) in ${place}: ${JSON.stringify(excerpt)}`;
}

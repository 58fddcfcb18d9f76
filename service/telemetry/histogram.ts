/** Counts durations by how long they were. */
export class Histogram {
  readonly counts: number[];
  sum = 0;
  total = 0;

  /** @param bounds the longest duration of each count, ascending; seconds */
  constructor(readonly bounds: readonly number[]) {
    this.counts = bounds.map(() => 0);
  }

  /** Counts one. Seconds. */
  add(value: number): void {
    this.sum += value;
    this.total += 1;
    const at = this.bounds.findIndex((bound) => value <= bound);
    if (at >= 0) this.counts[at] = (this.counts[at] ?? 0) + 1;
  }
}

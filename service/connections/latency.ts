/** The smallest difference that is worth telling. Milliseconds. */
const smallest = 2;

/**
 * The latency to show after a new measurement: the shown one stays while the new one is much the same, so that nobody
 * who watches is woken for nothing.
 *
 * @param shown milliseconds, 0 for none yet
 * @param measured milliseconds
 */
export function steadyLatency(shown: number, measured: number): number {
  const difference = Math.abs(measured - shown);
  const same = shown > 0 && (difference < smallest || difference < shown / 4);
  return same ? shown : Math.round(measured * 10) / 10;
}

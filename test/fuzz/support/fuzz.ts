import fc from 'fast-check';
import { it } from 'vitest';
import { budget } from './budget.ts';

/** How much of the time each target gets: more where an input takes longer. */
const shares = {
  requests: 2,
  replies: 3,
  configuration: 1,
  gvariant: 1,
  http: 4,
  bytes: 2,
  upstreams: 4,
  bus: 2,
  listings: 2,
} as const;

export type Target = keyof typeof shares;

/** For the smallest input that fails to be looked for. Milliseconds. */
const shrinking = 60_000;

/** How it is done. */
interface How {
  /** Inputs that are drawn from one seed. */
  readonly batch?: number;
  /** Is called when all inputs have passed. */
  readonly after?: () => void | Promise<void>;
}

/**
 * Specifies that a check holds for random inputs, for as long as the target's share of the time is. What fails is told
 * with its seed and the smallest input that does.
 *
 * @param check throws where something is wrong
 */
export function fuzz<T>(
  target: Target,
  what: string,
  inputs: fc.Arbitrary<T>,
  check: (input: T) => void | Promise<void>,
  { batch = 100, after }: How = {},
): void {
  const all = Object.values(shares).reduce((sum, share) => sum + share, 0);
  const milliseconds = (budget.seconds * 1000 * shares[target]) / all;

  it(
    what,
    async () => {
      const begun = performance.now();
      const left = (): number => begun + milliseconds - performance.now();
      let count = 0;
      const property = fc.asyncProperty(inputs, async (input) => {
        count += 1;
        await check(input);
      });
      for (let seed = budget.seed; seed === budget.seed || left() > 0; seed += 1) {
        const outcome = await fc.check(property, { seed, numRuns: batch, interruptAfterTimeLimit: left() + shrinking });
        if (outcome.failed) {
          const [input] = outcome.counterexample ?? [];
          const { stack, message } = outcome.errorInstance as Error;
          throw new Error(`FUZZ_SEED=${seed} gives it again. The smallest input: ${told(input)}\n${stack ?? message}`);
        }
      }
      await after?.();
      if (budget.told) {
        const seconds = (performance.now() - begun) / 1000;
        console.log(`${target}: ${count} inputs in ${seconds.toFixed(0)} s, ${(count / seconds).toFixed(0)} a second`);
      }
    },
    milliseconds + 3 * shrinking,
  );
}

/** An input as it can be put into a test. */
function told(input: unknown): string {
  return JSON.stringify(input, (_key, value: unknown) => {
    const { type, data } = (value ?? {}) as { type?: unknown; data?: unknown };
    return type === 'Buffer' ? Buffer.from(data as number[]).toString('latin1') : value;
  });
}

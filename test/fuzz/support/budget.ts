const { FUZZ_SECONDS, FUZZ_SEED } = process.env;

/**
 * How long and from where: `FUZZ_SECONDS` for all targets together, `FUZZ_SEED` that the first inputs are drawn from. Without
 * them the same inputs come every time, as long as the machine is as fast.
 */
export const budget = {
  seconds: numberIn('FUZZ_SECONDS', FUZZ_SECONDS) ?? 60,
  seed: numberIn('FUZZ_SEED', FUZZ_SEED) ?? 20,
  /** Whether somebody wants to know how far it came. */
  told: FUZZ_SECONDS !== undefined,
};

function numberIn(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (!Number.isFinite(number)) throw new Error(`${name} must be a number, not ${text}`);
  return number;
}

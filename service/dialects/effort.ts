import type { Effort } from './chat.js';

/**
 * How many tokens an effort may take to think, for servers that are told tokens: from the least that Anthropic's API allows
 * to what leaves an answer room below 32,000 tokens, the most that Claude Opus 4 gives ("Extended thinking").
 */
export const budgets: Readonly<Record<Effort, number>> = {
  none: 1024,
  minimal: 1024,
  low: 2048,
  medium: 8192,
  high: 16_384,
  max: 24_576,
};

/** The effort whose budget is the next above, for servers that are told an effort. */
export function effortFor(budget: number): Effort {
  return (['low', 'medium', 'high'] as const).find((effort) => budget <= budgets[effort]) ?? 'max';
}

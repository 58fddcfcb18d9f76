/** What a model accepts of a request. */
export interface Accepts {
  /** Thinking with a budget of tokens; else the model decides, and is told an effort. */
  readonly budget: boolean;
  /** What it is told so that it doesn't think: that thinking is off, nothing, or nothing helps. */
  readonly off: 'disabled' | 'nothing' | 'never';
  /** `temperature`, `top_p` and `top_k`. */
  readonly sampling: boolean;
  /** `temperature` and `top_p` in one request. */
  readonly both: boolean;
  /** An assistant's message at the end, from which it goes on. */
  readonly prefill: boolean;
  /** Tokens of an answer, which every model of its generation can give. */
  readonly limit: number;
}

/**
 * What a model accepts, by its name, since the API refuses whatever else it is told (Anthropic's documentation: "Models
 * overview", "Thinking", and the migration guides of Claude 4, 4.6, 4.7 and 5). Other servers' models, whatever their
 * name, are taken for what the API was made for.
 */
export function accepts(model: string): Accepts {
  const claude = generationOf(model);
  const before = (generation: number): boolean => claude === undefined || claude < generation;
  const off = claude === undefined ? 'disabled' : before(500) ? 'nothing' : 'never';
  return {
    budget: before(406),
    off,
    sampling: before(407),
    both: before(400),
    prefill: before(406),
    // Claude Opus 4 gives 32,000 tokens and all others since more; Claude 3 gives 4096, and of others nothing is known.
    limit: before(400) ? 4096 : 32_000,
  };
}

/**
 * Claude's generation as a number: 405 for claude-opus-4-5-20251101, 305 for claude-3-5-haiku-latest. A name without a
 * number (claude-mythos-preview) is of no old one. Undefined for what isn't Claude.
 */
function generationOf(model: string): number | undefined {
  const [, version] = /(?:^|[/.])claude-(.*)$/.exec(model.toLowerCase()) ?? [];
  if (version === undefined) return undefined;
  // Eight digits are a date.
  const [, major, minor = '0'] = /(?:^|-)(\d)(?:[-.](\d{1,2}))?(?!\d)/.exec(version) ?? [];
  return major === undefined ? Infinity : Number(major) * 100 + Number(minor);
}

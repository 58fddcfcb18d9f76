import type { TokenProbability } from '../events.js';
import type { Fields } from '../fields.js';

type Token = TokenProbability['alternatives'][number];

/** Writes `logprobs` of an answer (`Logprob` in api/types.go of Ollama); what is empty is left out there. */
export function probabilitiesTo(probabilities: readonly TokenProbability[]): readonly Fields[] {
  return probabilities.map(({ alternatives, ...token }) => ({
    ...probabilityTo(token),
    ...(alternatives.length === 0 ? {} : { top_logprobs: alternatives.map(probabilityTo) }),
  }));
}

function probabilityTo({ token, logprob, bytes }: Token): Fields {
  return { token, logprob, ...(bytes === undefined ? {} : { bytes }) };
}

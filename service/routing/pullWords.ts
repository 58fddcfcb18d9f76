import { UpstreamError } from '../connections/errors.js';
import { AllFailed } from './errors.js';

/** What Ollama says it is doing (its server/images.go and download.go). */
const steps =
  /^(pulling (manifest|model|[0-9a-f]{1,64})|verifying sha256 digest|writing manifest|removing (any )?unused layers)$/;

/** What servers' errors mean, by what is in them. */
const meanings: readonly [pattern: RegExp, meaning: string][] = [
  [/no space left/i, 'the server’s disk is full'],
  [/unauthorized|forbidden|access denied/i, 'the server isn’t allowed to fetch it; is it a private model?'],
  [
    /EOF|retries|timeout|lookup|dial tcp|connection/i,
    'the server’s connection to the library of models failed; try again',
  ],
];

/** A step as everybody may see it: a server's own words may repeat what somebody else has asked. */
export function stepInWords(step: string): string {
  return steps.test(step) ? step : '';
}

/** Why a pull failed, as everybody may see it. @param error what was thrown, or what the server said */
export function errorInWords(error: unknown, model: string): string {
  if (error instanceof AllFailed || error instanceof UpstreamError) return error.brief;
  const told = error instanceof Error ? error.message : String(error);
  if (/file does not exist|manifest unknown/.test(told)) {
    return `There is no model “${model}” to fetch; is its name right?`;
  }
  const known = meanings.find(([pattern]) => pattern.test(told));
  return known?.[1] ?? 'the server gave it up; its log, or pulling it from a terminal, tells why';
}

import { type Fields, isObject } from '../dialects/fields.js';
import type { Abilities } from '../dialects/needs.js';

/**
 * What a model can do, as far as its entry in the server's list says; undefined if that says nothing of it. Ollama lists
 * `capabilities` (server/routes.go there), OpenRouter `architecture.input_modalities` and `supported_parameters`.
 */
export function abilitiesOf({ capabilities, architecture, supported_parameters }: Fields): Abilities | undefined {
  if (Array.isArray(capabilities)) {
    return { tools: capabilities.includes('tools'), vision: capabilities.includes('vision') };
  }
  const modalities = isObject(architecture) ? architecture.input_modalities : undefined;
  if (!Array.isArray(modalities) || !Array.isArray(supported_parameters)) return undefined;
  return { tools: supported_parameters.includes('tools'), vision: modalities.includes('image') };
}

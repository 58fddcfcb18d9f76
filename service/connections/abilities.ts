import { type Fields, isObject } from '../dialects/fields.js';

/** What a request may need of a model beside text. */
export type Ability = 'tools' | 'vision';

/**
 * What a model can do, as far as its entry in the server's list says; undefined if that says nothing of it. Ollama lists
 * `capabilities` (server/routes.go there), OpenRouter `architecture.input_modalities` and `supported_parameters`.
 */
export function abilitiesOf({ capabilities, architecture, supported_parameters }: Fields): Set<Ability> | undefined {
  if (Array.isArray(capabilities)) return only(capabilities.includes('tools'), capabilities.includes('vision'));
  const modalities = isObject(architecture) ? architecture.input_modalities : undefined;
  if (!Array.isArray(modalities) || !Array.isArray(supported_parameters)) return undefined;
  return only(supported_parameters.includes('tools'), modalities.includes('image'));
}

function only(tools: boolean, vision: boolean): Set<Ability> {
  const abilities = new Set<Ability>();
  if (tools) abilities.add('tools');
  if (vision) abilities.add('vision');
  return abilities;
}

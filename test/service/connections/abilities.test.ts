import { describe, expect, it } from 'vitest';
import { abilitiesOf } from '../../../service/connections/abilities.js';
import type { Fields } from '../../../service/dialects/fields.js';
import type { Abilities } from '../../../service/dialects/needs.js';

const neither: Abilities = { tools: false, vision: false };
const tools: Abilities = { tools: true, vision: false };
const eyes: Abilities = { tools: false, vision: true };
const both: Abilities = { tools: true, vision: true };

const openRouter = (input_modalities: unknown, supported_parameters: unknown): Fields => ({
  architecture: { input_modalities },
  supported_parameters,
});

describe('what a model can do', () => {
  it.each<[what: string, entry: Fields, expected: Abilities]>([
    ['Ollama’s text model', { capabilities: ['completion'] }, neither],
    ['Ollama’s model with tools', { capabilities: ['completion', 'tools', 'thinking'] }, tools],
    ['Ollama’s model with eyes', { capabilities: ['completion', 'vision'] }, eyes],
    ['Ollama’s model with both', { capabilities: ['vision', 'tools'] }, both],
    ['OpenRouter’s text model', openRouter(['text'], ['temperature']), neither],
    ['OpenRouter’s model with tools', openRouter(['text'], ['tool_choice', 'tools']), tools],
    ['OpenRouter’s model with eyes', openRouter(['text', 'image'], []), eyes],
    ['OpenRouter’s model with both', openRouter(['image', 'text'], ['tools']), both],
  ])('is told: %s', (_what, entry, expected) => {
    expect(abilitiesOf(entry)).toEqual(expected);
  });

  it.each<[what: string, entry: Fields]>([
    ['OpenAI’s entries', { id: 'gpt-4o', object: 'model', owned_by: 'system' }],
    ['capabilities that are no list', { capabilities: { tools: true } }],
    ['modalities alone', { architecture: { input_modalities: ['image'] } }],
    ['parameters alone', { supported_parameters: ['tools'] }],
    ['an architecture in a word', { architecture: 'llama', supported_parameters: ['tools'] }],
  ])('is unknown: %s', (_what, entry) => {
    expect(abilitiesOf(entry)).toBeUndefined();
  });
});

import { describe, expect, it } from 'vitest';
import { abilitiesOf, type Ability } from '../../../service/connections/abilities.js';
import type { Fields } from '../../../service/dialects/fields.js';

const openRouter = (input_modalities: unknown, supported_parameters: unknown): Fields => ({
  architecture: { input_modalities },
  supported_parameters,
});

describe('what a model can do', () => {
  it.each<[what: string, entry: Fields, expected: Ability[]]>([
    ['Ollama’s text model', { capabilities: ['completion'] }, []],
    ['Ollama’s model with tools', { capabilities: ['completion', 'tools', 'thinking'] }, ['tools']],
    ['Ollama’s model with eyes', { capabilities: ['completion', 'vision'] }, ['vision']],
    ['Ollama’s model with both', { capabilities: ['vision', 'tools'] }, ['tools', 'vision']],
    ['OpenRouter’s text model', openRouter(['text'], ['temperature']), []],
    ['OpenRouter’s model with tools', openRouter(['text'], ['tool_choice', 'tools']), ['tools']],
    ['OpenRouter’s model with eyes', openRouter(['text', 'image'], []), ['vision']],
    ['OpenRouter’s model with both', openRouter(['image', 'text'], ['tools']), ['tools', 'vision']],
  ])('is told: %s', (_what, entry, expected) => {
    expect(abilitiesOf(entry)).toEqual(new Set(expected));
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

import type { Translator } from '../broker/translator.js';

/** What a connection speaks, as the settings name it. */
export type Kind = 'ollama' | 'openai' | 'demo';

/** A kind in words, and what a new connection of it begins with. */
export interface KindDescription {
  readonly kind: Kind;
  readonly label: string;
  readonly name: string;
  /** "" for a kind that needs none. */
  readonly url: string;
}

/** All kinds, in the order in which they are offered. */
export function describeKinds({ gettext: _ }: Translator): KindDescription[] {
  return [
    { kind: 'ollama', label: _('Ollama'), name: _('Local Ollama'), url: 'http://127.0.0.1:11434' },
    {
      kind: 'openai',
      label: _('OpenAI-Compatible'),
      name: _('OpenAI-Compatible Server'),
      url: 'http://127.0.0.1:8080/v1',
    },
    { kind: 'demo', label: _('Demo'), name: _('Demo'), url: '' },
  ];
}

import type { Translator } from '../broker/translator.js';

/** What a connection speaks, as the settings name it. */
export type Kind = 'ollama' | 'openai' | 'anthropic' | 'cloudtolocalllm' | 'demo';

/** What a new connection begins with. */
export interface NewConnection {
  readonly kind: Kind;
  readonly name: string;
  /** "" for a kind that needs none. */
  readonly url: string;
  readonly place: 'local' | 'cloud';
  /** Where one signs in for it, if that is known. */
  readonly provider?: ProviderPreset;
}

/** A kind in words, and what a new connection of it begins with. */
export interface KindDescription extends NewConnection {
  readonly label: string;
}

/** A provider at which one signs in, and what it needs to be told. */
export interface ProviderPreset {
  readonly issuer: string;
  readonly client: string;
  readonly audience: string;
}

/** Where the original service's applications sign in, by their public source. */
const ORIGINAL_SERVICE: ProviderPreset = {
  issuer: 'https://dev-v2f2p008x3dr74ww.us.auth0.com/',
  client: 'FuXPnevXpp311CdYHGsbNZe9t3D8Ts7A',
  audience: 'https://api.cloudtolocalllm.online',
};

/** All kinds, in the order in which they are offered. */
export function describeKinds({ gettext: _ }: Translator): KindDescription[] {
  return [
    { kind: 'ollama', label: _('Ollama'), name: _('Local Ollama'), url: 'http://127.0.0.1:11434', place: 'local' },
    {
      kind: 'openai',
      label: _('OpenAI-Compatible'),
      name: _('OpenAI-Compatible Server'),
      url: 'http://127.0.0.1:8080/v1',
      place: 'local',
    },
    {
      kind: 'anthropic',
      label: _('Anthropic'),
      name: _('Anthropic'),
      url: 'https://api.anthropic.com',
      place: 'cloud',
    },
    {
      kind: 'cloudtolocalllm',
      label: _('CloudToLocalLLM Cloud'),
      name: _('CloudToLocalLLM Cloud'),
      url: 'https://api.cloudtolocalllm.online',
      place: 'cloud',
      provider: ORIGINAL_SERVICE,
    },
    { kind: 'demo', label: _('Demo'), name: _('Demo'), url: '', place: 'local' },
  ];
}

import { anthropicMessages } from '../../../service/dialects/anthropic/api.js';
import type { ClientApi } from '../../../service/dialects/codec.js';
import { ollamaChat } from '../../../service/dialects/ollama/api.js';
import { openaiChat } from '../../../service/dialects/openai/api.js';
import { openaiResponses } from '../../../service/dialects/openai/responses/api.js';
import type { Language } from '../../service/dialects/vectors.ts';

/** The chat of each API. */
export const clients: Readonly<Record<Language, ClientApi>> = {
  ollama: ollamaChat,
  openai: openaiChat,
  responses: openaiResponses,
  anthropic: anthropicMessages,
};

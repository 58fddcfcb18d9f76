import { anthropicServer } from './anthropic/api.js';
import type { ServerApi, ServerName } from './codec.js';
import { ollamaServer } from './ollama/api.js';
import { openaiItself, openaiServer, openaiServerWithExtras } from './openai/api.js';

/** How servers are asked. Apart from what names them, since a broker that nobody asks has no use for it. */
export const servers: Readonly<Record<ServerName, ServerApi>> = {
  ollama: ollamaServer,
  openai: openaiServer,
  openaiItself,
  openaiWithExtras: openaiServerWithExtras,
  anthropic: anthropicServer,
};

import type { ServerName } from '../dialects/codec.js';
import { entryOf, wordIn } from '../dialects/fields.js';
import { sameNameOf } from '../dialects/ollama/modelName.js';
import type { Client } from './upstream.js';
import { HttpClient } from './httpClient.js';
import type { ConnectionKind } from './kind.js';
import { listedIn, query } from './query.js';

/** How a server is asked whose list names them as a model's owner. */
const byOwner: Readonly<Record<string, ServerName>> = {
  llamacpp: 'openaiWithExtras',
  vllm: 'openaiWithExtras',
  openai: 'openaiItself',
  'openai-internal': 'openaiItself',
  system: 'openaiItself',
};

/** A server that speaks OpenAI's API: llama.cpp, vLLM, LM Studio, a provider. */
export const openai: ConnectionKind = {
  dialect: 'openai',
  paths: ['/v1/chat/completions', '/v1/completions', '/v1/embeddings'],
  embeddings: 'openai',

  takesUp: (_model, entry) => {
    const owner = entry?.listing.owned_by;
    if (owner === 'llamacpp') return 'prefix';
    return owner === 'vllm' ? 'vllm' : 'anew';
  },
  server: (entry) => entryOf(byOwner, wordIn(entry?.listing.owned_by)) ?? 'openai',

  client(settings, tokens): Client {
    // The address is what comes before /chat/completions, as every client of that API has it; people often leave /v1 out.
    const path = new URL(settings.url).pathname.replace(/\/$/, '');
    const client = new HttpClient(settings, path === '' ? '/v1' : path, tokens);
    return {
      send: (request, signal) => client.send({ ...request, path: request.path.replace(/^\/v1(?=\/)/, '') }, signal),
      close: () => {
        client.close();
      },
    };
  },

  async check(client, address, signal) {
    const answer = await query(client, '/models', address, 'OpenAI’s API', signal);
    return { version: '', models: listedIn(answer), loaded: [] };
  },

  sameModel: (one, other) => one === other,

  ownName: sameNameOf,
};

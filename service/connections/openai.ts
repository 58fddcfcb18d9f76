import type { ServerName } from '../dialects/codec.js';
import { sameNameOf } from '../dialects/ollama/modelName.js';
import type { Client } from './upstream.js';
import { bearer, HttpClient } from './httpClient.js';
import type { ConnectionKind } from './kind.js';
import { objectsIn, query } from './query.js';

/** How a server is asked whose list names them as a model's owner. */
const byOwner: Partial<Record<string, ServerName>> = {
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
  server: (entry) => byOwner[String(entry?.listing.owned_by)] ?? 'openai',

  client(settings, token): Client {
    // The address is what comes before /chat/completions, as every client of that API has it; people often leave /v1 out.
    const path = new URL(settings.url).pathname.replace(/\/$/, '');
    const client = new HttpClient(settings, path === '' ? '/v1' : path, bearer(token));
    return {
      send: (request, signal) => client.send({ ...request, path: request.path.replace(/^\/v1(?=\/)/, '') }, signal),
      close: () => {
        client.close();
      },
    };
  },

  async check(client, address, signal) {
    const { status, fields } = await query(client, '/models', address, 'OpenAI’s API', signal);
    const models = objectsIn(fields.data).flatMap((listing) =>
      typeof listing.id === 'string' ? [{ name: listing.id, listing }] : [],
    );
    // Some servers have no list; then nothing is known of their models, and they may be tried with any.
    return { version: '', models: status === 200 && Array.isArray(fields.data) ? models : undefined, loaded: [] };
  },

  sameModel: (one, other) => one === other,

  ownName: sameNameOf,
};

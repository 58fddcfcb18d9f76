import { accepts } from '../dialects/anthropic/generation.js';
import { sameNameOf } from '../dialects/ollama/modelName.js';
import { HttpClient } from './httpClient.js';
import type { ConnectionKind } from './kind.js';
import { listedIn, query } from './query.js';
import type { Client } from './upstream.js';

/** The version of the API that our own requests are written for; an application's own says which it means. */
const version = '2023-06-01';

/** A server that speaks Anthropic's API. */
export const anthropic: ConnectionKind = {
  dialect: 'anthropic',
  paths: ['/v1/messages'],

  takesUp: (model) => (accepts(model).prefill ? 'prefix' : 'anew'),
  server: () => 'anthropic',

  client(settings, tokens): Client {
    // People write the address with and without the /v1 that every path of this API begins with.
    const path = new URL(settings.url).pathname.replace(/\/$/, '').replace(/\/v1$/, '');
    const client = new HttpClient(settings, path, tokens, (token) => ({ 'x-api-key': token }));
    return {
      send: (request, signal) =>
        client.send({ ...request, headers: { 'anthropic-version': version, ...request.headers } }, signal),
      close: () => {
        client.close();
      },
    };
  },

  async check(client, address, signal) {
    const answer = await query(client, '/v1/models?limit=1000', address, 'Anthropic’s API', signal);
    return { version: '', models: listedIn(answer), loaded: [] };
  },

  sameModel: (one, other) => one === other,

  ownName: sameNameOf,
};

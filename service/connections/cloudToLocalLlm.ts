import { BrokenAnswer } from './errors.js';
import { HttpClient } from './httpClient.js';
import type { ConnectionKind } from './kind.js';
import { modelsOf, ollama, pathOf } from './ollama.js';
import { query } from './query.js';
import type { Client } from './upstream.js';

/**
 * The cloud proxy of the original CloudToLocalLLM, which leads to the Ollama of a signed-in user: Ollama's API below
 * another path, and a status of its own instead of a version.
 */
export const cloudToLocalLlm: ConnectionKind = {
  ...ollama,

  client(settings, tokens): Client {
    const client = new HttpClient(settings, pathOf(settings), tokens);
    return {
      send: (request, signal) => client.send({ ...request, path: proxied(request.path) }, signal),
      close: () => {
        client.close();
      },
    };
  },

  async check(client, address, signal) {
    const { status, fields } = await query(client, '/api/version', address, 'the API of CloudToLocalLLM', signal);
    if (status !== 200) {
      throw new BrokenAnswer(`${address} answers, but is no cloud proxy of CloudToLocalLLM; is the address right?`);
    }
    const version = typeof fields.version === 'string' ? fields.version : '';
    return { version, ...(await modelsOf(client, address, signal)) };
  },
};

function proxied(path: string): string {
  return path === '/api/version' ? '/api/proxy/status' : path.replace(/^\/api\//, '/api/ollama/api/');
}

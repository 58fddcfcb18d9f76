import type { ServerResponse } from 'node:http';
import { OllamaStandIn } from './ollama.ts';
import { json, type Received } from './server.ts';

/**
 * Stands in for the cloud proxy of the original CloudToLocalLLM: a signed-in user's Ollama below another path, and a status
 * of its own.
 */
export class CloudProxyStandIn extends OllamaStandIn {
  /** The only token it accepts. */
  token = 'jwt';
  /** Everything it was asked, checks too, as `METHOD PATH`. */
  readonly asked: string[] = [];

  protected override async handle(received: Received, response: ServerResponse): Promise<void> {
    const { method, path, headers } = received;
    this.asked.push(`${method} ${path}`);
    if (headers.authorization !== `Bearer ${this.token}`) {
      json(response, 401, { error: 'Access token required' });
    } else if (path === '/api/proxy/status') {
      json(response, 200, { status: 'ok', version: '2.1.0' });
    } else if (path.startsWith('/api/ollama/')) {
      await super.handle({ ...received, path: path.slice('/api/ollama'.length) }, response);
    } else {
      json(response, 404, { error: 'Not found' });
    }
  }
}

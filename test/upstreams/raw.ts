import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { OllamaStandIn } from './ollama.ts';

/** What a server is asked by whoever looks after it. */
const checks = ['/api/version', '/api/tags', '/api/ps', '/v1/models'];

/** What came to a server, without its body. */
export interface Head {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
}

/** A server, of whichever API, that is told by the test what it does with every request but those that look after it. */
export class RawStandIn extends OllamaStandIn {
  /** What it was asked. */
  readonly heads: Head[] = [];
  serve: (request: IncomingMessage, response: ServerResponse) => void = (request, response) => {
    request.resume();
    response.end();
  };

  protected override takes(request: IncomingMessage, response: ServerResponse): boolean {
    const { method, url = '', headers } = request;
    if (method === 'GET' && checks.includes(url.replace(/\?.*/, ''))) return false;
    this.heads.push({ method, url, headers });
    // Who goes away in the middle is seen by its test.
    request.on('error', () => undefined);
    this.serve(request, response);
    return true;
  }
}

import type { ServerResponse } from 'node:http';
import { chatTurn, completion, completionChunks, created } from './openaiChat.ts';
import { response as whole, responseEvents, responseTurn } from './openaiResponses.ts';
import { saidTo, vectorOf } from './said.ts';
import { json, type Received, StandIn } from './server.ts';

const fingerprint = 'fp_vendor';

/** Stands in for a provider that speaks OpenAI's API, with a token that it wants. */
export class OpenaiStandIn extends StandIn {
  models = ['vendor/llama-3.2-3b'];
  /** The only token it accepts, if any. */
  token: string | undefined;
  /** What it says where it is asked for nothing else, token by token. */
  texts = ['Hello', ' from', ' the', ' cloud', '.'];

  protected override async handle(request: Received, response: ServerResponse): Promise<void> {
    const { method, path, headers, body } = request;
    const model = String(body.model);
    if (this.token !== undefined && headers.authorization !== `Bearer ${this.token}`) {
      const error = { message: 'Incorrect API key provided.', type: 'invalid_request_error', param: null };
      json(response, 401, { error: { ...error, code: 'invalid_api_key' } });
      return;
    }
    const entry = (id: string) => ({ id, object: 'model', created, owned_by: 'vendor' });
    const [, wanted] = /^\/v1\/models\/(.+)$/.exec(path) ?? [];
    if (method === 'GET' && wanted !== undefined && this.models.includes(wanted)) {
      json(response, 200, entry(wanted));
      return;
    }
    switch (`${method} ${path}`) {
      case 'GET /v1/models':
        json(response, 200, { object: 'list', data: this.models.map(entry) });
        return;
      case 'POST /v1/chat/completions': {
        const said = saidTo(chatTurn(body), this.texts);
        if (body.stream === true) {
          const { include_usage } = (body.stream_options ?? {}) as { readonly include_usage?: boolean };
          const chunks = completionChunks(model, said, fingerprint, include_usage === true);
          await this.stream(response, 'text/event-stream', chunks);
        } else {
          await this.whole(response, completion(model, said, fingerprint));
        }
        return;
      }
      case 'POST /v1/responses': {
        const said = saidTo(responseTurn(body), this.texts);
        if (body.stream === true) await this.stream(response, 'text/event-stream', responseEvents(body, said));
        else await this.whole(response, whole(body, said));
        return;
      }
      case 'POST /v1/embeddings':
        await this.whole(response, embeddings(model, [body.input].flat().map(String), body.encoding_format));
        return;
      default: {
        const error = { message: `Unknown request URL: ${method} ${path}`, type: 'invalid_request_error', param: null };
        json(response, 404, { error: { ...error, code: 'unknown_url' } });
      }
    }
  }
}

function embeddings(model: string, texts: readonly string[], format: unknown): object {
  const data = texts.map((text, index) => {
    const vector = vectorOf(text);
    const base64 = Buffer.from(Float32Array.from(vector).buffer).toString('base64');
    return { object: 'embedding', index, embedding: format === 'base64' ? base64 : vector };
  });
  return { object: 'list', data, model, usage: { prompt_tokens: texts.length, total_tokens: texts.length } };
}

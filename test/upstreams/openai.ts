import type { ServerResponse } from 'node:http';
import { json, type Received, StandIn } from './server.ts';

const created = 1_760_000_000;

/** A chat completion as OpenAI's API reference has it. */
export function completion(model: string, texts: readonly string[], fingerprint: string): object {
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created,
    model,
    system_fingerprint: fingerprint,
    choices: [
      { index: 0, message: { role: 'assistant', content: texts.join('') }, logprobs: null, finish_reason: 'stop' },
    ],
    usage: { prompt_tokens: 12, completion_tokens: texts.length, total_tokens: 12 + texts.length },
  };
}

/** The same as a stream of server-sent events. */
export function completionChunks(model: string, texts: readonly string[], fingerprint: string): string[] {
  const data = (delta: object, finish_reason: string | null): string =>
    `data: ${JSON.stringify({
      id: 'chatcmpl-1',
      object: 'chat.completion.chunk',
      created,
      model,
      system_fingerprint: fingerprint,
      choices: [{ index: 0, delta, finish_reason }],
    })}\n\n`;
  return [
    data({ role: 'assistant', content: '' }, null),
    ...texts.map((content) => data({ content }, null)),
    data({}, 'stop'),
    'data: [DONE]\n\n',
  ];
}

/** Stands in for a provider that speaks OpenAI's API, with a token that it wants. */
export class OpenaiStandIn extends StandIn {
  models = ['vendor/llama-3.2-3b'];
  /** The only token it accepts, if any. */
  token: string | undefined;
  texts = ['Hello', ' from', ' the', ' cloud', '.'];

  protected override async handle(request: Received, response: ServerResponse): Promise<void> {
    const { method, path, headers, body } = request;
    if (this.token !== undefined && headers.authorization !== `Bearer ${this.token}`) {
      const error = { message: 'Incorrect API key provided.', type: 'invalid_request_error', param: null };
      json(response, 401, { error: { ...error, code: 'invalid_api_key' } });
      return;
    }
    switch (`${method} ${path}`) {
      case 'GET /v1/models':
        json(response, 200, {
          object: 'list',
          data: this.models.map((id) => ({ id, object: 'model', created, owned_by: 'vendor' })),
        });
        return;
      case 'POST /v1/chat/completions': {
        const model = String(body.model);
        if (body.stream === true) {
          await this.stream(response, 'text/event-stream', completionChunks(model, this.texts, 'fp_vendor'));
        } else {
          await this.whole(response, completion(model, this.texts, 'fp_vendor'));
        }
        return;
      }
      default: {
        const error = { message: `Unknown request URL: ${method} ${path}`, type: 'invalid_request_error', param: null };
        json(response, 404, { error: { ...error, code: 'unknown_url' } });
      }
    }
  }
}

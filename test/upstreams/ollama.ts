import type { ServerResponse } from 'node:http';
import { json, type Received, StandIn } from './server.ts';
import { completion, completionChunks } from './openai.ts';

/** What every model of the stand-in answers, token by token. Holds characters of two, three and four bytes. */
export const tokens = ['Grü', 'ße', ' from', ' the', ' stand-in', ' 你好', ' 👋', '.'];

/**
 * Stands in for Ollama, which no package archive has: its routes, shapes, statuses and errors as its sources have them
 * (server/routes.go, docs/api.md of Ollama 0.33), its text invented.
 */
export class OllamaStandIn extends StandIn {
  readonly version = '0.33.0';
  /** Names with their tags. */
  models = ['llama3.2:latest', 'qwen3:8b'];
  /** Of them those in memory. */
  loaded: string[] = [];

  protected override async handle(request: Received, response: ServerResponse): Promise<void> {
    const { method, path, body } = request;
    switch (`${method} ${path}`) {
      case 'GET /':
        response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end('Ollama is running');
        return;
      case 'GET /api/version':
        json(response, 200, { version: this.version });
        return;
      case 'GET /api/tags':
        json(response, 200, { models: this.models.map(listed) });
        return;
      case 'GET /api/ps':
        json(response, 200, {
          models: this.loaded.map((name) => ({
            ...listed(name),
            expires_at: '2031-01-01T00:00:00Z',
            size_vram: 1_500_000_000,
            context_length: 4096,
          })),
        });
        return;
      case 'POST /api/chat':
      case 'POST /api/generate':
        await this.#answer(path === '/api/chat', body, response);
        return;
      case 'GET /v1/models':
        json(response, 200, {
          object: 'list',
          data: this.models.map((id) => ({ id, object: 'model', created: 1_760_000_000, owned_by: 'library' })),
        });
        return;
      case 'POST /v1/chat/completions': {
        const model = String(body.model);
        if (!this.#has(model)) {
          const error = { message: `model '${model}' not found`, type: 'not_found_error', param: null, code: null };
          json(response, 404, { error });
        } else if (body.stream === true) {
          await this.stream(response, 'text/event-stream', completionChunks(model, answerTo(body), 'fp_ollama'));
        } else {
          await this.whole(response, completion(model, answerTo(body), 'fp_ollama'));
        }
        return;
      }
      default:
        response.writeHead(404, { 'content-type': 'text/plain' }).end('404 page not found');
    }
  }

  #has(model: string): boolean {
    const wanted = model.includes(':') ? model : `${model}:latest`;
    return this.models.some((name) => name.toLowerCase() === wanted.toLowerCase());
  }

  async #answer(chat: boolean, body: Record<string, unknown>, response: ServerResponse): Promise<void> {
    const model = body.model;
    if (typeof model !== 'string' || model === '') {
      json(response, 400, { error: 'model is required' });
      return;
    }
    if (!this.#has(model)) {
      json(response, 404, { error: `model '${model}' not found` });
      return;
    }
    const answer = answerTo(body);
    const place = (text: string) => (chat ? { message: { role: 'assistant', content: text } } : { response: text });
    const head = { model, created_at: '2026-11-22T12:00:00.000000Z' };
    const end = {
      done: true,
      done_reason: 'stop',
      total_duration: 300_000_000,
      load_duration: 20_000_000,
      prompt_eval_count: 12,
      prompt_eval_duration: 80_000_000,
      eval_count: answer.length,
      eval_duration: 200_000_000,
    };
    if (body.stream === false) {
      await this.whole(response, { ...head, ...place(answer.join('')), ...end });
      return;
    }
    await this.stream(response, 'application/x-ndjson', [
      ...answer.map((text) => `${JSON.stringify({ ...head, ...place(text), done: false })}\n`),
      `${JSON.stringify({ ...head, ...place(''), ...end })}\n`,
    ]);
  }
}

/**
 * What is answered to a conversation, token by token. The chat template leaves an assistant's message open that is the
 * last (template/template.go there), and so the model goes on from it; here it does only from its own words.
 */
function answerTo({ messages }: Record<string, unknown>): readonly string[] {
  const last = (Array.isArray(messages) ? messages.at(-1) : undefined) as Record<string, unknown> | undefined;
  const begun = last?.role === 'assistant' ? String(last.content) : '';
  if (!tokens.join('').startsWith(begun)) return tokens;
  let before = 0;
  return tokens.flatMap((token) => {
    const rest = token.slice(Math.max(0, begun.length - before));
    before += token.length;
    return rest === '' ? [] : [rest];
  });
}

function listed(name: string) {
  return {
    name,
    model: name,
    modified_at: '2026-10-01T12:00:00Z',
    size: 2_019_393_189,
    digest: 'a80c4f17acd55265feec403c7aef86be0c25983ab279d83f3bcd3abbcb5b8b72',
    details: {
      parent_model: '',
      format: 'gguf',
      family: 'llama',
      families: ['llama'],
      parameter_size: '3.2B',
      quantization_level: 'Q4_K_M',
    },
  };
}

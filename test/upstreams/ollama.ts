import type { ServerResponse } from 'node:http';
import { json, type Received, StandIn } from './server.ts';
import { chatTurn, completion, completionChunks } from './openaiChat.ts';
import { listed, promptTokens, type Said, saidTo, tokens, trailing, type Turn, vectorOf } from './said.ts';

export { tokens };

type Fields = Readonly<Record<string, unknown>>;

const fingerprint = 'fp_ollama';

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
  /** Whether a model stays in memory that is to go, as it does while it answers somebody. */
  clings = false;
  /** What it lists instead, of all that it has and has in memory. */
  listings: readonly object[] | undefined;

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
        json(response, 200, { models: this.listings ?? this.models.map(entry) });
        return;
      case 'GET /api/ps':
        json(response, 200, {
          models:
            this.listings ??
            this.loaded.map((name) => ({
              ...entry(name),
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
      case 'POST /api/embed':
      case 'POST /api/embeddings':
        await this.#embed(path === '/api/embed', body, response);
        return;
      case 'POST /api/show':
        if (this.#lacks(body.model, response)) return;
        json(response, 200, {
          ...{ license: 'MIT', modelfile: 'FROM qwen3:8b', parameters: 'temperature 0.6', template: '{{ .Prompt }}' },
          ...{ details: entry('').details, model_info: { 'general.architecture': 'llama' } },
          ...{ capabilities: ['completion', 'tools', 'thinking'], modified_at: modified },
        });
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
          const chunks = completionChunks(model, saidTo(chatTurn(body), tokens), fingerprint, false);
          await this.stream(response, 'text/event-stream', chunks);
        } else {
          await this.whole(response, completion(model, saidTo(chatTurn(body), tokens), fingerprint));
        }
        return;
      }
      default:
        response.writeHead(404, { 'content-type': 'text/plain', vary: 'accept-encoding' }).end('404 page not found');
    }
  }

  #has(model: string): boolean {
    const wanted = model.includes(':') ? model : `${model}:latest`;
    return this.models.some((name) => name.toLowerCase() === wanted.toLowerCase());
  }

  /** Says so if there is no such model. */
  #lacks(model: unknown, response: ServerResponse): boolean {
    if (typeof model !== 'string' || model === '') json(response, 400, { error: 'model is required' });
    else if (this.#has(model)) return false;
    else json(response, 404, { error: `model '${model}' not found` });
    return true;
  }

  async #embed(several: boolean, { model, input, prompt }: Fields, response: ServerResponse): Promise<void> {
    if (this.#lacks(model, response)) return;
    const embeddings = [several ? input : prompt].flat().map((text) => vectorOf(String(text)));
    const figures = { total_duration: 40_000_000, load_duration: 20_000_000, prompt_eval_count: embeddings.length };
    await this.whole(response, several ? { model, embeddings, ...figures } : { embedding: embeddings[0] });
  }

  async #answer(chat: boolean, body: Fields, response: ServerResponse): Promise<void> {
    if (this.#lacks(body.model, response)) return;
    const given = String(body.model);
    const name = given.includes(':') ? given : `${given}:latest`;
    const idle = chat ? listed(body.messages).length === 0 : (body.prompt ?? '') === '';
    const goes = idle && body.keep_alive === 0;
    // Whatever it can do: that is looked at later (GenerateHandler, ChatHandler).
    if (!goes) this.loaded = [...new Set([...this.loaded, name])];
    else if (!this.clings) this.loaded = this.loaded.filter((one) => one !== name);
    const said = saidTo(turnOf(chat, body), tokens);
    const place = (text: string, more: object = {}) =>
      chat ? { message: { role: 'assistant', content: text, ...more } } : { response: text, ...more };
    const head = { model: body.model, created_at: '2026-11-22T12:00:00.000000Z' };
    if (idle) {
      json(response, 200, {
        ...head,
        ...place(''),
        done: true,
        done_reason: goes ? 'unload' : 'load',
      });
      return;
    }
    const end = {
      done: true,
      done_reason: 'stop',
      total_duration: 300_000_000,
      load_duration: 20_000_000,
      prompt_eval_count: promptTokens,
      prompt_eval_duration: 80_000_000,
      eval_count: said.tokens,
      eval_duration: 200_000_000,
    };
    const { thoughts, texts } = said;
    const tool_calls = callsOf(said);
    if (body.stream === false) {
      const thinking = thoughts.length > 0 ? { thinking: thoughts.join('') } : {};
      const called = tool_calls.length > 0 ? { tool_calls } : {};
      await this.whole(response, { ...head, ...place(texts.join(''), { ...thinking, ...called }), ...end });
      return;
    }
    const pieces = [
      ...thoughts.map((thinking) => place('', { thinking })),
      ...texts.map((text) => place(text)),
      ...tool_calls.map((call) => place('', { tool_calls: [call] })),
    ];
    await this.stream(response, 'application/x-ndjson', [
      ...pieces.map((piece) => `${JSON.stringify({ ...head, ...piece, done: false })}\n`),
      `${JSON.stringify({ ...head, ...place(''), ...end })}\n`,
    ]);
  }
}

/**
 * What a request asks. The chat template leaves an assistant's message open that is the last (template/template.go there),
 * and so the model goes on from it; here it does only from its own words.
 */
function turnOf(chat: boolean, { messages, prompt, tools, format, think }: Fields): Turn {
  const said = chat ? listed(messages) : [{ role: 'user', content: prompt }];
  const last: Fields | undefined = said.at(-1);
  const results = trailing(said as readonly Fields[], ({ role }) => role === 'tool');
  const calls = said.flatMap((message: Fields) => listed(message.tool_calls));
  const told = listed(tools).map((tool) => tool.function as Fields);
  return {
    tools:
      last?.role === 'user'
        ? told.map(({ name, parameters }) => ({ name: String(name), schema: parameters as object }))
        : [],
    results: results.map(({ tool_name, tool_call_id, content }) => ({
      name: String(tool_name ?? (calls.find(({ id }) => id === tool_call_id)?.function as Fields | undefined)?.name),
      text: String(content),
    })),
    thinks: think !== undefined && think !== false,
    schema: format === 'json' ? {} : (format as object | undefined),
    begun: last?.role === 'assistant' ? String(last.content) : '',
  };
}

function callsOf({ calls }: Said): readonly object[] {
  return calls.map(({ name, pieces }, index) => ({
    id: `call_${index}`,
    function: { index, name, arguments: JSON.parse(pieces.join('')) as object },
  }));
}

const modified = '2026-10-01T12:00:00Z';

function entry(name: string) {
  return {
    name,
    model: name,
    modified_at: modified,
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

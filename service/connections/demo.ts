import { type ChatRequest, textOf } from '../dialects/chat.js';
import type { ReplyEncoder } from '../dialects/codec.js';
import type { ChatEvent } from '../dialects/events.js';
import { type Fields, isObject } from '../dialects/fields.js';
import { loadingReply } from '../dialects/ollama/loading.js';
import { canonicalModelName } from '../dialects/ollama/modelName.js';
import { WholeBody } from './body.js';
import { Unreachable } from './errors.js';
import type { ConnectionKind } from './kind.js';
import type { Body, BodyReader, Client, UpstreamReply, UpstreamRequest } from './upstream.js';

/** Where it is asked; everything else is translated to that. */
const chatPath = '/api/chat';

/** The name of the one model that the demo has. */
export const demoModel = 'demo';

/** Between two words, so that an answer is seen to stream. Milliseconds. */
const pause = 15;

/** The demo's own listing, in the shape of Ollama's /api/tags. It has no file, so no size and no digest of one. */
const listing: Fields = {
  name: demoModel,
  model: demoModel,
  modified_at: '2026-01-01T00:00:00Z',
  size: 0,
  digest: '0'.repeat(64),
  details: {
    parent_model: '',
    format: 'builtin',
    family: 'demo',
    families: ['demo'],
    parameter_size: '0',
    quantization_level: '',
  },
  capabilities: ['completion'],
};

/** Built into the broker, so that a first start answers where there is no model yet. It says plainly what it is. */
export const demo: ConnectionKind = {
  dialect: 'ollama',
  paths: [chatPath],
  takesUp: () => 'prefix',
  server: () => 'ollama',
  client: () => new DemoClient(),
  check: () => Promise.resolve({ version: '', models: [{ name: demoModel, listing }], loaded: [] }),
  sameModel: (one, other) => canonicalModelName(one) === canonicalModelName(other),
  ownName: (model) => model,
};

/** What the demo answers to a chat, as words with the space behind each. */
export function demoAnswer({ messages }: ChatRequest): readonly string[] {
  const asked = textOf(messages.findLast(({ role }) => role === 'user')?.content ?? []).trim();
  const quoted = asked.length > 200 ? `${asked.slice(0, 200)}…` : asked;
  const text = [
    'This is the demo built into CloudToLocalLLM, not a language model: it only shows that your request got through.',
    ...(quoted === '' ? [] : [`You wrote: “${quoted}”.`]),
    'Start Ollama, or add a connection to another server, and ask again with the name of one of its models.',
  ].join(' ');
  return text.split(/(?<= )/);
}

class DemoClient implements Client {
  async send(request: UpstreamRequest, signal: AbortSignal): Promise<UpstreamReply> {
    const body: unknown = JSON.parse(Buffer.isBuffer(request.body) ? request.body.toString('utf8') : '{}');
    if (request.path !== chatPath) throw new Unreachable(`the demo can only chat; it has no ${request.path}`);
    const fields = isObject(body) ? body : {};
    const idle = loadingReply(request.path, fields, new Date());
    if (idle !== undefined) {
      return {
        status: 200,
        headers: { 'content-type': 'application/json; charset=utf-8' },
        body: new WholeBody(Buffer.from(JSON.stringify(idle))),
      };
    }
    const { ollamaChat } = await import('../dialects/ollama/api.js');
    const asked = ollamaChat.decode(fields).request;
    const clock = { now: () => performance.now(), date: () => new Date() };
    const encoder = ollamaChat.encoder({ fields, streamed: asked.stream, id: '', ...clock });
    return {
      status: 200,
      headers: { 'content-type': encoder.contentType },
      body: new DemoBody(asked, encoder, signal),
    };
  }

  close(): void {
    // Nothing is held between two requests.
  }
}

/** Speaks word by word; a whole answer is spoken silently and given at once. */
class DemoBody implements Body {
  readonly #events: Iterator<ChatEvent, undefined>;
  #reader: BodyReader | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly asked: ChatRequest,
    private readonly encoder: ReplyEncoder,
    signal: AbortSignal,
  ) {
    this.#events = eventsOf(asked);
    signal.addEventListener('abort', () => {
      this.cancel();
    });
  }

  read(reader: BodyReader): void {
    this.#reader = reader;
    this.#speak();
  }

  pause(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  resume(): void {
    if (this.#timer === undefined && this.#reader !== undefined) this.#speak();
  }

  begun(): void {
    // It is never silent for long.
  }

  cancel(): void {
    this.pause();
    this.#reader = undefined;
  }

  #speak(): void {
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        const reader = this.#reader;
        if (reader === undefined) return;
        const next = this.#events.next();
        if (next.done === true) {
          this.#reader = undefined;
          reader.end();
          return;
        }
        // Before the chunk is handed on: the reader may pause while it takes it.
        this.#speak();
        const bytes = this.encoder.encode(next.value);
        if (bytes !== '') reader.chunk(Buffer.from(bytes));
      },
      this.asked.stream ? pause : 0,
    );
  }
}

function* eventsOf(asked: ChatRequest): Generator<ChatEvent, undefined> {
  const words = demoAnswer(asked);
  const spoken = words.slice(0, asked.limit);
  yield { type: 'start', model: asked.model };
  for (const text of spoken) yield { type: 'text', text };
  const prompt = asked.messages.flatMap(({ content }) => textOf(content).split(/\s+/).filter(Boolean)).length;
  yield {
    type: 'finish',
    reason: spoken.length < words.length ? 'length' : 'stop',
    usage: { prompt, answer: spoken.length },
  };
}

import { randomUUID } from 'node:crypto';
import type { ChatEvent, ChatRequest, ReplyEncoder } from '../dialects/events.js';
import { type Fields, isObject } from '../dialects/fields.js';
import { decodeChat, decodeGenerate } from '../dialects/ollama/request.js';
import { ollamaReply } from '../dialects/ollama/reply.js';
import { canonicalModelName } from '../dialects/ollama/modelName.js';
import { decodeChatCompletion } from '../dialects/openai/request.js';
import { openaiReply } from '../dialects/openai/reply.js';
import { Unreachable } from './errors.js';
import type { ConnectionKind } from './kind.js';
import type { Body, BodyReader, Client, UpstreamReply, UpstreamRequest } from './upstream.js';

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
  dialects: ['ollama', 'openai'],
  client: () => new DemoClient(),
  check: () => Promise.resolve({ version: '', models: [{ name: demoModel, listing }], loaded: [] }),
  sameModel: (one, other) => canonicalModelName(one) === canonicalModelName(other),
};

/** What the demo answers to a chat, as words with the space behind each. */
export function demoAnswer({ messages }: ChatRequest): readonly string[] {
  const asked = messages.findLast(({ role }) => role === 'user')?.text.trim() ?? '';
  const quoted = asked.length > 200 ? `${asked.slice(0, 200)}…` : asked;
  const text = [
    'This is the demo built into CloudToLocalLLM, not a language model: it only shows that your request got through.',
    ...(quoted === '' ? [] : [`You wrote: “${quoted}”.`]),
    'Start Ollama, or add a connection to another server, and ask again with the name of one of its models.',
  ].join(' ');
  return text.split(/(?<= )/);
}

class DemoClient implements Client {
  send(request: UpstreamRequest, signal: AbortSignal): Promise<UpstreamReply> {
    const body: unknown = JSON.parse(request.body?.toString('utf8') ?? '{}');
    const { asked, encoder } = understood(request.path, isObject(body) ? body : {});
    return Promise.resolve({
      status: 200,
      headers: { 'content-type': encoder.contentType },
      body: new DemoBody(asked, encoder, signal),
    });
  }

  close(): void {
    // Nothing is held between two requests.
  }
}

function understood(path: string, body: Fields): { asked: ChatRequest; encoder: ReplyEncoder } {
  switch (path) {
    case '/api/chat': {
      const asked = decodeChat(body);
      return { asked, encoder: ollamaReply('chat', asked.stream) };
    }
    case '/api/generate': {
      const asked = decodeGenerate(body);
      return { asked, encoder: ollamaReply('generate', asked.stream) };
    }
    case '/v1/chat/completions': {
      const asked = decodeChatCompletion(body);
      const created = Math.floor(Date.now() / 1000);
      return { asked, encoder: openaiReply(`chatcmpl-${randomUUID()}`, created, asked.stream, asked.usageWanted) };
    }
    default:
      throw new Unreachable(`the demo can only chat; it has no ${path}`);
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
  const prompt = asked.messages.reduce((sum, { text }) => sum + text.split(/\s+/).filter(Boolean).length, 0);
  yield {
    type: 'finish',
    reason: spoken.length < words.length ? 'length' : 'stop',
    usage: { prompt, answer: spoken.length },
  };
}

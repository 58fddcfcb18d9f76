import { randomUUID } from 'node:crypto';
import type { Connection } from '../connections/connection.js';
import { BrokenAnswer } from '../connections/errors.js';
import type { ChatApi, Native } from '../dialects/apis.js';
import type { ChatRequest } from '../dialects/chat.js';
import { type Decoded, type EventDecoder, type ReplyEncoder, type ServerApi, Unspeakable } from '../dialects/codec.js';
import { continuedChat, type Delivered, type Uptake } from '../dialects/continuation.js';
import type { ErrorKind } from '../dialects/dialect.js';
import type { ChatEvent } from '../dialects/events.js';
import { entryOf, type Fields, objectFrom } from '../dialects/fields.js';
import { servers } from '../dialects/servers.js';
import { type Before, nativeRendering, type Rendering, Translator, written } from '../dialects/rendering.js';
import type { Call } from './pursuit.js';

/** A request to a chat model as one connection is asked it, and how its answer becomes the client's. */
export interface ChatCall extends Call {
  /** By name what of the request could not be carried. */
  readonly dropped: readonly string[];
  /** What the client is told that the answer is, where it isn't what the server says. */
  readonly contentType: string | undefined;
  /** What a streamed answer becomes. @param before what the client has already, undefined at the beginning */
  rendering(before: Before | undefined): Rendering;
  /** What is written into a stream that breaks off. */
  readonly failure: (kind: ErrorKind, message: string) => string;
}

/** What an application asks. */
export interface Asked {
  readonly api: ChatApi;
  readonly model: string;
  /** The body as it came, and what it says. */
  readonly bytes: Buffer;
  readonly fields: Fields;
  readonly headers: Readonly<Record<string, string>>;
}

/** What is said beside a request of our own words: an answer is looked into on its way; compressed it couldn't be. */
const ours = { 'content-type': 'application/json', 'accept-encoding': 'identity' };

/**
 * Says how each connection is asked one request: in the application's own words where it understands them, else in its
 * own. An answer that goes on where another broke off stays in the words in which it began.
 */
export class Caller {
  #decoded: Decoded | undefined;
  /** Of the answer that has begun: what goes on with it is written by the same. */
  #translator: Translator | undefined;

  constructor(private readonly asked: Asked) {}

  /** @throws {Untranslatable | InvalidRequest} if it can't be asked that */
  for(connection: Connection): ChatCall {
    const { api, model, bytes, fields } = this.asked;
    const name = connection.nameFor(model);
    if (api.native !== undefined && connection.answers(api.path)) {
      const body = name === model ? bytes : Buffer.from(JSON.stringify({ ...fields, model: name }));
      return this.#native(api.native, servers[connection.server(model)], body);
    }
    const { request, dropped } = this.#decode();
    return this.#translated(connection, servers[connection.server(model)], request, dropped);
  }

  /**
   * The call for the rest of an answer.
   *
   * @param alike whether the answer is so far in the client's own dialect, untranslated
   * @throws {Untranslatable | InvalidRequest}
   */
  continuing(
    connection: Connection,
    delivered: Delivered,
    how: Uptake,
    alike: boolean,
  ): { readonly call: ChatCall; readonly anew: boolean } {
    const { api, model, fields } = this.asked;
    if (alike && api.native !== undefined && connection.answers(api.path)) {
      const { fields: rest, anew } = api.native.continued(fields, delivered, how);
      const body = Buffer.from(JSON.stringify({ ...rest, model: connection.nameFor(model) }));
      return { call: this.#native(api.native, servers[connection.server(model)], body), anew };
    }
    const { request, dropped } = this.#decode();
    const { request: rest, anew, fields: further } = continuedChat(request, delivered, how);
    return { call: this.#translated(connection, servers[connection.server(model)], rest, dropped, further), anew };
  }

  #native({ framing, failure }: Native, server: ServerApi, body: Buffer): ChatCall {
    const { api, headers } = this.asked;
    return {
      request: { method: 'POST', path: api.path, headers, body },
      framing,
      dropped: [],
      contentType: undefined,
      rendering: (before) =>
        before !== undefined && framing.continued === undefined
          ? this.#translation(this.#encoder()).rendering(server.decoder(), before)
          : nativeRendering(framing, before),
      whole: (bytes) => bytes,
      failure,
    };
  }

  #translated(
    connection: Connection,
    server: ServerApi,
    request: ChatRequest,
    dropped: readonly string[],
    further: Fields = {},
  ): ChatCall {
    // Each has its own, since it keeps what it is told: the answer before may have failed.
    const encoder = this.#encoder();
    const { url, keepAlive, contextLength, models } = connection.settings;
    const model = connection.nameFor(request.model);
    // By the rule of `:latest` both names mean the same: then the application's is told.
    const asked = entryOf(models, request.model) === undefined && model !== request.model ? request.model : undefined;
    const encoded = server.encode({
      ...request,
      model,
      keepAlive: request.keepAlive ?? keepAlive,
      contextLength: request.contextLength ?? contextLength,
    });
    return {
      request: {
        method: 'POST',
        path: server.path,
        headers: ours,
        body: Buffer.from(JSON.stringify({ ...encoded.fields, ...further })),
      },
      framing: server.framing,
      dropped: [...new Set([...dropped, ...encoded.dropped])],
      contentType: encoder.contentType,
      rendering: (before) => this.#translation(encoder).rendering(naming(server.decoder(), asked), before),
      whole(bytes) {
        const fields = objectFrom(bytes.toString('utf8'));
        if (fields === undefined) throw new BrokenAnswer(`${url} answers with something that is not a JSON object`);
        try {
          return Buffer.from(written(encoder, renamed(server.whole(fields), asked)));
        } catch (error) {
          if (!(error instanceof Unspeakable)) throw error;
          const told = `${url} answers with what can’t be handed on`;
          throw new BrokenAnswer(`${told}: ${error.message}`, told);
        }
      },
      failure: (kind, message) => encoder.encode({ type: 'error', kind, message }),
    };
  }

  #decode(): Decoded {
    return (this.#decoded ??= this.asked.api.decode(this.asked.fields));
  }

  #encoder(): ReplyEncoder {
    const { api, fields } = this.asked;
    return api.encoder({
      fields,
      streamed: api.streamed(fields),
      id: randomUUID().replaceAll('-', ''),
      now: () => performance.now(),
      date: () => new Date(),
    });
  }

  #translation(encoder: ReplyEncoder): Translator {
    return (this.#translator ??= new Translator(encoder));
  }
}

/** Events that tell a model by another name, if there is one. */
function renamed(events: readonly ChatEvent[], model: string | undefined): readonly ChatEvent[] {
  return model === undefined ? events : events.map((event) => (event.type === 'start' ? { ...event, model } : event));
}

function naming(decoder: EventDecoder, model: string | undefined): EventDecoder {
  if (model === undefined) return decoder;
  return { frame: (frame) => renamed(decoder.frame(frame), model), end: () => renamed(decoder.end(), model) };
}

import type { Connection } from '../connections/connection.js';
import { BrokenAnswer } from '../connections/errors.js';
import { type EmbeddingApi, embeddingServers } from '../dialects/embeddings.js';
import { type Fields, objectFrom } from '../dialects/fields.js';
import { Untranslatable } from '../dialects/codec.js';
import { ollamaFraming } from '../dialects/ollama/frames.js';
import type { Call } from './pursuit.js';

/** A request for vectors as one connection is asked it, and how its answer becomes the client's. */
export interface EmbeddingCall extends Call {
  /** By name what of the request could not be carried. */
  readonly dropped: readonly string[];
}

/** What an application asks. */
export interface EmbeddingAsked {
  readonly api: EmbeddingApi;
  readonly model: string;
  /** The body as it came, and what it says. */
  readonly bytes: Buffer;
  readonly fields: Fields;
  readonly headers: Readonly<Record<string, string>>;
}

/** Says how a connection is asked for vectors. @throws {Untranslatable | InvalidRequest} if it can't be asked that */
export function embeddingCall(connection: Connection, asked: EmbeddingAsked): EmbeddingCall {
  const { api, model, bytes, fields, headers } = asked;
  const name = connection.nameFor(model);
  const begun = performance.now();
  // Vectors are never streamed: of the framing only the look at a whole answer is used.
  const framing = (isAnswer: EmbeddingApi['isAnswer']) => ({ ...ollamaFraming, isAnswer });
  if (connection.answers(api.path)) {
    const body = name === model ? bytes : Buffer.from(JSON.stringify({ ...fields, model: name }));
    return {
      request: { method: 'POST', path: api.path, headers, body },
      framing: framing((answer) => api.isAnswer(answer)),
      dropped: [],
      whole: (answer) => answer,
    };
  }
  if (connection.embeddings === undefined) throw new Untranslatable(`${connection.settings.name} has no embeddings`);
  const server = embeddingServers[connection.embeddings];
  const { request, dropped } = api.decode(fields);
  const keepAlive = request.keepAlive ?? connection.settings.keepAlive;
  const body = Buffer.from(JSON.stringify(server.encode({ ...request, model: name, keepAlive })));
  return {
    request: { method: 'POST', path: server.api.path, headers, body },
    framing: framing((answer) => server.api.isAnswer(answer)),
    dropped,
    whole(answer) {
      const read = server.read(objectFrom(answer.toString('utf8')) ?? {});
      if (read.vectors.length !== request.texts.length) {
        const { url } = connection.settings;
        throw new BrokenAnswer(`${url} answers with ${read.vectors.length} vectors to ${request.texts.length} texts`);
      }
      return Buffer.from(JSON.stringify(api.reply(read, fields, performance.now() - begun)));
    },
  };
}

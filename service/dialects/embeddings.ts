import type { Dialect } from './dialect.js';
import { Untranslatable } from './codec.js';
import { InvalidRequest } from './errors.js';
import { type Fields, isObject, modelOf, numberIn, wordIn } from './fields.js';

/** Texts whose vectors are asked for, whatever the dialect. */
export interface EmbeddingRequest {
  readonly model: string;
  readonly texts: readonly string[];
  /** How long the vectors are to be, where the application says. */
  readonly dimensions?: number | undefined;
  /** How long the model stays loaded: Ollama's alone, as in its API. */
  readonly keepAlive?: string | number | undefined;
}

/** The vectors, in the order of the texts. */
export interface EmbeddingAnswer {
  /** As the connection calls it that answers. */
  readonly model: string;
  readonly vectors: readonly (readonly number[])[];
  /** Tokens read, undefined where the server doesn't tell. */
  readonly tokens: number | undefined;
}

/** An endpoint that tells vectors. */
export interface EmbeddingApi {
  readonly dialect: Dialect;
  readonly path: string;
  /** Reads a request. @throws {InvalidRequest | Untranslatable} the latter for what only a server of its own API can read */
  decode(fields: Fields): { readonly request: EmbeddingRequest; readonly dropped: readonly string[] };
  /** Writes an answer. @param asked the request's body @param milliseconds that it took */
  reply(answer: EmbeddingAnswer, asked: Fields, milliseconds: number): Fields;
  /** Whether a JSON object is an answer of such an endpoint. */
  isAnswer(fields: Fields): boolean;
}

/** The ways in which servers are asked for vectors. */
export type EmbeddingServerName = 'ollama' | 'openai';

/** How a server is asked for vectors. */
export interface EmbeddingServer {
  readonly api: EmbeddingApi;
  encode(request: EmbeddingRequest): Fields;
  read(fields: Fields): EmbeddingAnswer;
}

const nanosecondsPerMillisecond = 1_000_000;

/** POST /api/embed of Ollama (docs/api.md there). */
export const ollamaEmbed: EmbeddingApi = {
  dialect: 'ollama',
  path: '/api/embed',
  decode: (fields) => ({
    request: { ...common(fields, fields.input), keepAlive: keepAliveOf(fields) },
    dropped: ['truncate', 'options'].filter((name) => says(fields[name])),
  }),
  reply: ({ model, vectors, tokens }, _asked, milliseconds) => ({
    model,
    embeddings: vectors,
    total_duration: Math.round(milliseconds * nanosecondsPerMillisecond),
    load_duration: 0,
    ...(tokens === undefined ? {} : { prompt_eval_count: tokens }),
  }),
  isAnswer: ({ embeddings }) => Array.isArray(embeddings),
};

/** POST /api/embeddings of Ollama, which came before and takes one text. */
export const ollamaEmbeddings: EmbeddingApi = {
  dialect: 'ollama',
  path: '/api/embeddings',
  decode: (fields) => ({
    request: { ...common(fields, fields.prompt), keepAlive: keepAliveOf(fields) },
    dropped: says(fields.options) ? ['options'] : [],
  }),
  reply: ({ vectors }) => ({ embedding: vectors[0] ?? [] }),
  isAnswer: ({ embedding }) => Array.isArray(embedding),
};

/** POST /v1/embeddings of OpenAI's API (its reference, "Embeddings"). */
export const openaiEmbeddings: EmbeddingApi = {
  dialect: 'openai',
  path: '/v1/embeddings',
  decode: (fields) => ({
    request: common(fields, fields.input),
    dropped: says(fields.user) ? ['user'] : [],
  }),
  reply: ({ model, vectors, tokens = 0 }, { encoding_format }) => ({
    object: 'list',
    model,
    data: vectors.map((vector, index) => ({
      object: 'embedding',
      index,
      embedding: encoding_format === 'base64' ? base64Of(vector) : vector,
    })),
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  }),
  isAnswer: ({ data }) => Array.isArray(data),
};

/** All endpoints at which applications ask for vectors. */
export const embeddingApis: readonly EmbeddingApi[] = [ollamaEmbed, ollamaEmbeddings, openaiEmbeddings];

/** How an Ollama server is asked. */
const ollamaServer: EmbeddingServer = {
  api: ollamaEmbed,
  encode: ({ model, texts, dimensions, keepAlive }) => ({
    model,
    input: texts,
    ...(dimensions === undefined ? {} : { dimensions }),
    ...(keepAlive === undefined ? {} : { keep_alive: keepAlive }),
  }),
  read: ({ model, embeddings, prompt_eval_count }) => ({
    model: wordIn(model),
    vectors: vectorsIn(embeddings),
    tokens: typeof prompt_eval_count === 'number' ? prompt_eval_count : undefined,
  }),
};

/** How a server is asked that speaks OpenAI's API. */
const openaiServer: EmbeddingServer = {
  api: openaiEmbeddings,
  encode: ({ model, texts, dimensions }) => ({
    model,
    input: texts,
    encoding_format: 'float',
    ...(dimensions === undefined ? {} : { dimensions }),
  }),
  read({ model, data, usage }) {
    const entries = (Array.isArray(data) ? data.filter(isObject) : []).toSorted(
      (one, other) => placeIn(one) - placeIn(other),
    );
    const tokens = isObject(usage) ? usage.prompt_tokens : undefined;
    return {
      model: wordIn(model),
      vectors: vectorsIn(entries.map(({ embedding }) => embedding)),
      tokens: typeof tokens === 'number' ? tokens : undefined,
    };
  },
};

/** How servers are asked for vectors. */
export const embeddingServers: Readonly<Record<EmbeddingServerName, EmbeddingServer>> = {
  ollama: ollamaServer,
  openai: openaiServer,
};

function common(fields: Fields, input: unknown): EmbeddingRequest {
  const model = modelOf(fields);
  const { dimensions } = fields;
  if (dimensions !== undefined && dimensions !== null && typeof dimensions !== 'number') {
    throw new InvalidRequest('"dimensions" must be a number');
  }
  return { model, texts: textsOf(input), dimensions: dimensions ?? undefined };
}

/** @throws {Untranslatable} for tokens: they are the model's own numbers, which no other API takes */
function textsOf(input: unknown): readonly string[] {
  if (typeof input === 'string') return [input];
  if (input === undefined || input === null) return [];
  if (Array.isArray(input) && input.every((text) => typeof text === 'string')) return input;
  if (Array.isArray(input) && input.flat().every((token) => typeof token === 'number')) {
    throw new Untranslatable('"input": tokens can’t be carried; send the text');
  }
  throw new InvalidRequest('"input" must be a text or a list of texts');
}

function keepAliveOf({ keep_alive }: Fields): string | number | undefined {
  return typeof keep_alive === 'string' || typeof keep_alive === 'number' ? keep_alive : undefined;
}

function says(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function vectorsIn(value: unknown): readonly (readonly number[])[] {
  return Array.isArray(value) ? value.filter((vector): vector is number[] => Array.isArray(vector)) : [];
}

function placeIn({ index }: Fields): number {
  return numberIn(index ?? 0);
}

/** OpenAI's clients ask for the bytes of 32-bit floats, little-endian, in base64. */
function base64Of(vector: readonly number[]): string {
  const bytes = Buffer.alloc(vector.length * 4);
  vector.forEach((number, index) => bytes.writeFloatLE(number, index * 4));
  return bytes.toString('base64');
}

import type { PageResponse } from 'openai/core/pagination';
import type { ChatCompletion, ChatCompletionChunk } from 'openai/resources/chat/completions';
import type { Completion, CompletionChoice } from 'openai/resources/completions';
import type { CreateEmbeddingResponse, Embedding } from 'openai/resources/embeddings';
import type { Model } from 'openai/resources/models';
import type { Response, ResponseStreamEvent } from 'openai/resources/responses/responses';
import type { ErrorObject } from 'openai/resources/shared';

/**
 * What the broker writes of OpenAI's API, as OpenAI publishes it: in the types of its official client, which are made from
 * its OpenAPI description. `schema.ts` derives JSON Schemas from them.
 */
export interface Published {
  readonly chatCompletion: ChatCompletion;
  readonly chatCompletionChunk: ChatCompletionChunk;
  readonly completion: Completion;
  readonly completionChunk: CompletionChunk;
  readonly response: Response;
  readonly responseEvent: ResponseStreamEvent;
  readonly embeddings: CreateEmbeddingResponse;
  readonly embeddingsInBase64: EmbeddingsInBase64;
  readonly model: Model;
  readonly models: PageResponse<Model>;
  readonly error: { readonly error: ErrorObject };
}

/** OpenAI describes the whole and its pieces alike, and yet streams null until the end (openai-openapi#100). */
interface CompletionChunk extends Omit<Completion, 'choices'> {
  readonly choices: readonly (Omit<CompletionChoice, 'finish_reason'> & {
    readonly finish_reason: CompletionChoice['finish_reason'] | null;
  })[];
}

/** OpenAI describes only the numbers, and `encoding_format`, by which a request asks for their bytes. */
interface EmbeddingsInBase64 extends Omit<CreateEmbeddingResponse, 'data'> {
  readonly data: readonly (Omit<Embedding, 'embedding'> & { readonly embedding: string })[];
}

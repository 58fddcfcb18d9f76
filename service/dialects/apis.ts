import { anthropicMessages } from './anthropic/api.js';
import { continuedAnthropic } from './anthropic/continuation.js';
import { anthropicError } from './anthropic/errors.js';
import { anthropicFraming } from './anthropic/frames.js';
import { anthropicNeeds } from './anthropic/request.js';
import type { ClientApi } from './codec.js';
import type { ContinuingRequest, Delivered, Uptake } from './continuation.js';
import type { ErrorKind } from './dialect.js';
import type { Fields } from './fields.js';
import type { Framing } from './frames.js';
import type { Needs } from './needs.js';
import { ollamaChat, ollamaGenerate } from './ollama/api.js';
import { continuedOllama } from './ollama/continuation.js';
import { ollamaError } from './ollama/errors.js';
import { ollamaFraming } from './ollama/frames.js';
import { loadingReply } from './ollama/loading.js';
import { ollamaNeeds } from './ollama/request.js';
import { openaiChat, openaiCompletions } from './openai/api.js';
import { continuedOpenai } from './openai/continuation.js';
import { openaiError } from './openai/errors.js';
import { openaiFraming } from './openai/frames.js';
import { openaiNeeds } from './openai/request.js';
import { openaiResponses } from './openai/responses/api.js';
import { responsesNeeds } from './openai/responses/request.js';
import { eventText, typedEventText } from './serverSentEvents.js';

/** What it takes to hand answers of a server of the same dialect on as they are, and yet look into them. */
export interface Native {
  /** How they are streamed. */
  readonly framing: Framing;
  /** The request for the rest of an answer. */
  continued(fields: Fields, delivered: Delivered, how: Uptake): ContinuingRequest;
  /** What is written into a stream that breaks off. */
  readonly failure: (kind: ErrorKind, message: string) => string;
}

/** An endpoint at which a model answers. */
export interface ChatApi extends ClientApi {
  needs(fields: Fields): Needs;
  /** Undefined where requests are always translated. */
  readonly native: Native | undefined;
  /** The answer to a request that asks nothing of the model but to be there; undefined if it asks something. */
  idle(fields: Fields, date: Date): Fields | undefined;
}

const never = (): undefined => undefined;

const ofOllama = (api: ClientApi): ChatApi => ({
  ...api,
  needs: ollamaNeeds,
  native: {
    framing: ollamaFraming,
    continued: (fields, delivered, how) => continuedOllama(api.path, fields, delivered, how),
    failure: (_kind, message) => `${JSON.stringify(ollamaError(message))}\n`,
  },
  idle: (fields, date) => loadingReply(api.path, fields, date),
});

const ofOpenai = (api: ClientApi): ChatApi => ({
  ...api,
  needs: openaiNeeds,
  native: {
    framing: openaiFraming,
    continued: continuedOpenai,
    failure: (kind, message) => eventText(openaiError(kind, message)),
  },
  idle: never,
});

/** All of them. */
export const chatApis: readonly ChatApi[] = [
  ofOllama(ollamaChat),
  ofOllama(ollamaGenerate),
  ofOpenai(openaiChat),
  ofOpenai(openaiCompletions),
  // Few servers have it, and hardly one all of it.
  { ...openaiResponses, needs: responsesNeeds, native: undefined, idle: never },
  {
    ...anthropicMessages,
    needs: anthropicNeeds,
    native: {
      framing: anthropicFraming,
      continued: continuedAnthropic,
      failure: (kind, message) => typedEventText({ ...anthropicError(kind, message), type: 'error' }),
    },
    idle: never,
  },
];

import type { ChatRequest } from './chat.js';
import type { Fields } from './fields.js';

/**
 * How a server is made to go on from text: `prefix`, by an assistant's message at the end of the conversation; `vllm`, by
 * the same and two switches; `anew`, by nothing: it must begin again.
 */
export type Uptake = 'prefix' | 'vllm' | 'anew';

/** What has been delivered of an answer. */
export interface Delivered {
  readonly text: string;
  /** Pieces of text: tokens, as far as servers send them one by one. */
  readonly pieces: number;
}

/** A request for the rest of an answer. */
export interface ContinuingRequest {
  readonly fields: Fields;
  /** Whether its answer begins anew. */
  readonly anew: boolean;
}

/** The messages with the text as the assistant's last, or behind what the application itself has put into its mouth. */
export function withPrefix(messages: readonly Fields[], text: string): readonly Fields[] {
  const last = messages.at(-1);
  if (last?.role === 'assistant' && typeof last.content === 'string') {
    return [...messages.slice(0, -1), { ...last, content: last.content + text }];
  }
  return [...messages, { role: 'assistant', content: text }];
}

/** What is left of a limit of tokens. */
export function leftOf(limit: unknown, { pieces }: Delivered): number | undefined {
  return typeof limit === 'number' && limit > 0 ? Math.max(1, limit - pieces) : undefined;
}

/**
 * The request for the rest of an answer that is translated. What must have a format is told anew: its grammar begins at
 * the beginning.
 *
 * @returns also `fields` that the server is to be sent beside the request
 */
export function continuedChat(
  request: ChatRequest,
  delivered: Delivered,
  how: Uptake,
): { readonly request: ChatRequest; readonly anew: boolean; readonly fields: Fields } {
  if (how === 'anew' || request.format !== undefined) return { request, anew: true, fields: {} };
  const { messages, limit } = request;
  const last = messages.at(-1);
  const text = { type: 'text' as const, text: delivered.text };
  return {
    request: {
      ...request,
      limit: leftOf(limit, delivered),
      messages:
        last?.role === 'assistant'
          ? [...messages.slice(0, -1), { ...last, content: [...last.content, text] }]
          : [...messages, { role: 'assistant', content: [text], calls: [] }],
    },
    anew: false,
    fields: how === 'vllm' ? vllmContinues : {},
  };
}

/** By what vLLM is told to go on from the last message (its OpenAI-compatible server, "Extra parameters"). */
export const vllmContinues: Fields = { continue_final_message: true, add_generation_prompt: false };

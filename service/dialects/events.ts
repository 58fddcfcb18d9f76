/**
 * A chat's answer, whatever its wire format: what a dialect's codec turns into bytes and back.
 * In order: `start`, any number of `text`, then `finish`, or `error` at any place.
 */
export type ChatEvent =
  | { readonly type: 'start'; readonly model: string }
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'finish'; readonly reason: FinishReason; readonly usage: Usage }
  | { readonly type: 'error'; readonly message: string };

/** Why an answer ends: it was complete, or its limit of tokens was reached. */
export type FinishReason = 'stop' | 'length';

/** Tokens read and written. */
export interface Usage {
  readonly prompt: number;
  readonly answer: number;
}

/** What is asked of a chat model, as far as every dialect can say it. */
export interface ChatRequest {
  /** The name as the application wrote it. */
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  readonly stream: boolean;
  /** Tokens at most. */
  readonly limit: number | undefined;
  /** Whether a stream of OpenAI's is to end with a chunk of usage. Ollama's always does. */
  readonly usageWanted: boolean;
}

/** One message of a chat; of parts that are not text, the text only. */
export interface ChatMessage {
  readonly role: string;
  readonly text: string;
}

/** Turns an answer's events into bytes. One for each answer. */
export interface ReplyEncoder {
  readonly contentType: string;
  /** The bytes of one event, '' if it has none of its own. */
  encode(event: ChatEvent): string;
}

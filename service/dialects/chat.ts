import type { Fields } from './fields.js';

/**
 * What is asked of a chat model, whatever the dialect: what a dialect's codec reads a request into, and writes one from.
 * What a dialect can say and this can't is named in `Decoded.dropped`.
 */
export interface ChatRequest {
  /** The name as the application wrote it. */
  readonly model: string;
  readonly messages: readonly Message[];
  readonly stream: boolean;
  /** Tokens at most. */
  readonly limit?: number | undefined;
  readonly sampling: Sampling;
  readonly tools: readonly Tool[];
  readonly toolChoice?: ToolChoice | undefined;
  /** Whether several tools may be called at once, where the application says. */
  readonly parallelTools?: boolean | undefined;
  /** Undefined for plain text. */
  readonly format?: Format | undefined;
  /** Undefined where the application leaves it to the model. */
  readonly thinking?: Thinking | undefined;
  /** How many of the likeliest tokens are to be told beside each chosen one; undefined for no probabilities at all. */
  readonly logprobs?: number | undefined;
  /** How long the model stays loaded, and the length of its context: Ollama's alone. As in its API. */
  readonly keepAlive?: string | number | undefined;
  readonly contextLength?: number | undefined;
  /** Who asks, by a name that the application gave them. */
  readonly user?: string | undefined;
}

/** How tokens are drawn. What isn't said is left to the server. */
export interface Sampling {
  readonly temperature?: number | undefined;
  readonly topP?: number | undefined;
  readonly topK?: number | undefined;
  readonly minP?: number | undefined;
  readonly seed?: number | undefined;
  readonly frequencyPenalty?: number | undefined;
  readonly presencePenalty?: number | undefined;
  readonly repeatPenalty?: number | undefined;
  /** Texts that end the answer and are not part of it. */
  readonly stop?: readonly string[] | undefined;
}

/** One message of a chat. */
export type Message =
  | { readonly role: 'system'; readonly content: readonly Part[] }
  | { readonly role: 'user'; readonly content: readonly Part[] }
  | {
      readonly role: 'assistant';
      readonly content: readonly Part[];
      /** What it thought before, undefined if nothing is told of it. */
      readonly thinking?: Thought | undefined;
      readonly calls: readonly ToolCall[];
    }
  | {
      readonly role: 'tool';
      /** Of the call that this is the result of; '' where a dialect has no ids. */
      readonly callId: string;
      /** Of the tool; '' if it isn't known. */
      readonly name: string;
      readonly content: readonly Part[];
      /** The tool failed, and the content says how. */
      readonly failed: boolean;
    };

/** A piece of a message. */
export type Part =
  | { readonly type: 'text'; readonly text: string }
  /** `data` is base64; `mediaType` for instance `image/png`, '' if it isn't known. */
  | { readonly type: 'image'; readonly mediaType: string; readonly data: string }
  /** A picture somewhere else, which only some servers fetch. */
  | { readonly type: 'imageUrl'; readonly url: string }
  /** `format` is `wav` or `mp3`; `data` is base64. */
  | { readonly type: 'audio'; readonly format: string; readonly data: string };

/** What a model thought. */
export interface Thought {
  readonly text: string;
  /** Anthropic's proof that the thought is its own, without which it doesn't take it back; undefined elsewhere. */
  readonly signature?: string | undefined;
}

/** A tool that the model may call. */
export interface Tool {
  readonly name: string;
  readonly description?: string | undefined;
  /** JSON Schema of its arguments. */
  readonly parameters: Fields;
  /** Whether the arguments must follow the schema to the letter. */
  readonly strict?: boolean | undefined;
}

/** Which tools the model is to call: as it likes, none, any, or this one. */
export type ToolChoice = 'auto' | 'none' | 'required' | { readonly name: string };

/** A call of a tool by the model. */
export interface ToolCall {
  /** '' where a dialect has no ids. */
  readonly id: string;
  readonly name: string;
  /** A JSON object. */
  readonly arguments: Fields;
}

/** The form that an answer must have: any JSON, or JSON of a schema. */
export type Format =
  | { readonly type: 'json' }
  | {
      readonly type: 'schema';
      readonly schema: Fields;
      /** Undefined where a dialect has no names for schemas. */
      readonly name?: string | undefined;
      readonly strict?: boolean | undefined;
    };

/** How hard a model is to think, from not at all on. */
export type Effort = 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'max';

/** Whether a model is to think, and how hard: an effort, or at most so many tokens, where the application says. */
export interface Thinking {
  readonly wanted: boolean;
  readonly effort?: Effort | undefined;
  readonly budget?: number | undefined;
}

/** The text of a message's parts, those that aren't text left out. */
export function textOf(content: readonly Part[]): string {
  return content.map((part) => (part.type === 'text' ? part.text : '')).join('');
}

/** The parts that a text is: none if it is empty. */
export function textParts(text: string): readonly Part[] {
  return text === '' ? [] : [{ type: 'text', text }];
}

/**
 * Several thoughts as one, undefined for none. A signature vouches for its own thought alone.
 *
 * @param drop is called if signatures are lost
 */
export function oneThought(thoughts: readonly Thought[], drop: () => void): Thought | undefined {
  if (thoughts.length < 2) return thoughts[0];
  if (thoughts.some(({ signature }) => signature !== undefined)) drop();
  return { text: thoughts.map(({ text }) => text).join('\n\n') };
}

import type { ChatRequest } from './chat.js';
import type { Dialect } from './dialect.js';
import type { ChatEvent } from './events.js';
import type { Fields } from './fields.js';
import type { Frame, Framing } from './frames.js';

/** What was asked, and by name what of it can't be carried. */
export interface Decoded {
  readonly request: ChatRequest;
  /** Fields of the request, as its dialect writes them. */
  readonly dropped: readonly string[];
}

/** What an answer's encoder needs beside the events. */
export interface ReplyOptions {
  /** The request's body. */
  readonly fields: Fields;
  readonly streamed: boolean;
  /** Of this answer; letters and digits, to be put behind a dialect's own prefix. */
  readonly id: string;
  /** Milliseconds, of a clock that doesn't jump; for durations. */
  readonly now: () => number;
  /** The time of day. */
  readonly date: () => Date;
}

/** Turns an answer's events into bytes. One for each answer. */
export interface ReplyEncoder {
  readonly contentType: string;
  /**
   * What is written for one event, '' if it has nothing of its own (yet).
   * @throws {Unspeakable}
   */
  encode(event: ChatEvent): string;
  /**
   * The client has the beginning of the answer from a server of this dialect, and what is written from now on goes on from
   * there; for dialects in which a frame depends on those before it. Comes behind the events that the beginning amounts to.
   *
   * @param first and `last` of its frames that said something
   */
  resumes?(first: Fields, last: Fields): void;
}

/** One way in which applications ask a chat model: an endpoint of a dialect. */
export interface ClientApi {
  readonly dialect: Dialect;
  /** As applications know it, for instance /v1/messages. */
  readonly path: string;
  /** Whether an answer is to be streamed. */
  streamed(fields: Fields): boolean;
  /**
   * Reads a request's body.
   * @throws {InvalidRequest} if it isn't one
   * @throws {Untranslatable} if it asks for something that no other dialect has, and that can't be left out
   */
  decode(fields: Fields): Decoded;
  encoder(options: ReplyOptions): ReplyEncoder;
}

/** A request as it goes to a server, and by name what of it could not be carried. */
export interface Encoded {
  readonly fields: Fields;
  /** Parts of ChatRequest in the words of OpenAI's API where it has one (`seed`, `tool_choice`). */
  readonly dropped: readonly string[];
}

/** Reads the frames of one streamed answer as events. */
export interface EventDecoder {
  /** The events of a frame, none if it says nothing new. Never called with an error or a malformed frame. */
  frame(frame: Frame): readonly ChatEvent[];
  /** Nothing more comes, and the answer is whole: what was waited for, such as `finish` with its usage. */
  end(): readonly ChatEvent[];
}

/**
 * The ways in which servers are asked (`servers.ts`). OpenAI's own takes less than most that speak its API, llama.cpp and
 * vLLM take more.
 */
export type ServerName = 'ollama' | 'openai' | 'openaiItself' | 'openaiWithExtras' | 'anthropic';

/** The way in which a server is asked that speaks a dialect. */
export interface ServerApi {
  readonly dialect: Dialect;
  readonly path: string;
  readonly framing: Framing;
  /**
   * Writes a request.
   *
   * @param request whose model is already as the server calls it
   * @throws {Untranslatable} if the server can't be asked that
   */
  encode(request: ChatRequest): Encoded;
  decoder(): EventDecoder;
  /** The events of an answer that came whole. */
  whole(fields: Fields): readonly ChatEvent[];
}

/**
 * Something in an answer that can't be told in the client's dialect, or that makes it none. The message is for the client.
 */
export class Unspeakable extends Error {
  override readonly name = 'Unspeakable';
}

/** Something that can't be carried from one dialect to another and can't be left out. The message names it. */
export class Untranslatable extends Error {
  override readonly name = 'Untranslatable';
}

import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import type { Timeouts } from '../config/configuration.js';
import type { UpstreamError } from './errors.js';

/** What may be asked for. */
export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** A request as it goes to an upstream. */
export interface UpstreamRequest {
  readonly method: Method;
  /** Path as in the dialect's own API, for instance /api/chat or /v1/chat/completions. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | Readable;
  /** Where they aren't those that the connection's settings say. Seconds, 0 for no limit. */
  readonly timeouts?: Partial<Pick<Timeouts, 'firstByte' | 'idle' | 'total'>>;
}

/** Of what takes as long as it takes: uploads, downloads, a model that is made. */
export const unhurried = { firstByte: 0, idle: 0, total: 0 } as const;

/** Who reads the body of an answer. Exactly one of `end` and `failed` is called, last. */
export interface BodyReader {
  /** A piece of the body, as it came. */
  chunk(data: Buffer): void;
  /** The body is whole. */
  end(): void;
  /** It will not be. */
  failed(error: UpstreamError): void;
}

/** The body of an answer, which flows once it is read and stops while it is paused: back-pressure without buffering. */
export interface Body {
  /** Starts the flow. At most once. */
  read(reader: BodyReader): void;
  pause(): void;
  resume(): void;
  /**
   * What came is the beginning of the answer: from here on it is silent only after the time between two chunks, and no
   * signal ends the request any more, but `cancel` does.
   */
  begun(): void;
  /** Ends the upstream request; the reader hears nothing more. Harmless after the end. */
  cancel(): void;
}

/** An answer that has begun. */
export interface UpstreamReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Body;
}

/** What sends requests to one upstream. */
export interface Client {
  /**
   * @param signal ends the request until its answer has begun
   * @returns the answer, as soon as its head is here
   * @throws {UpstreamError} if no answer began
   */
  send(request: UpstreamRequest, signal: AbortSignal): Promise<UpstreamReply>;
  /** Lets running requests finish and closes what is idle. */
  close(): void;
}

/** The request was given up by who sent it; nobody is to blame. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';
}

import type { IncomingHttpHeaders } from 'node:http';
import { collected, isWebPage } from '../connections/body.js';
import type { Connection } from '../connections/connection.js';
import { decompressed } from '../connections/decoding.js';
import { BrokenAnswer, Declined, TimedOut, UpstreamError } from '../connections/errors.js';
import { classify, retryAfterOf } from '../connections/failure.js';
import { type BodyReader, Cancelled, type UpstreamReply, type UpstreamRequest } from '../connections/upstream.js';
import { objectFrom } from '../dialects/fields.js';
import type { Frame, Framing } from '../dialects/frames.js';
import { declinedInside, Delivery, type Outcome } from './delivery.js';

/** The longest answer that is taken whole, and the longest error. Bytes. */
const wholeLimit = 64 * 1024 * 1024;
const errorLimit = 1024 * 1024;

/** How often a local server that says nothing is asked whether it is still there. Milliseconds. */
const probeInterval = 10_000;

/** How long the end of the transfer is waited for once the answer is whole, so that its socket can be used again. */
const endPatience = 1000;

/** How long the end mark is waited for once the answer has said why it ends: the figures may come between. Milliseconds. */
const markPatience = 2000;

/** Who takes an answer that has begun. `whole` and `failed` come once, last. */
export interface FrameReceiver {
  frames(frames: readonly Frame[]): void;
  whole(marked: boolean): void;
  failed(error: UpstreamError): void;
}

/** What an attempt needs to know beside the request. */
export interface AttemptOptions {
  readonly framing: Framing;
  /** What an answer becomes that came whole. @throws {BrokenAnswer} if it can't be used */
  readonly whole: (bytes: Buffer) => Buffer;
  /** Whether a connection that works could take over: then less silence is borne. */
  readonly others: () => boolean;
  readonly signal: AbortSignal;
}

interface Opening {
  /** Ends the request. */
  readonly signal: AbortSignal;
  resolve(): void;
  reject(error: UpstreamError): void;
}

/** One try of one request on one connection, whose answer has begun: it is there whole, or there is something to stream. */
export class Attempt implements BodyReader {
  /** The whole answer, as the client gets it, where it isn't streamed. */
  readonly bytes: Buffer | undefined;
  /** Who waits for its beginning. */
  #opening: Opening | undefined;
  #receiver: FrameReceiver | undefined;
  /** What came before anybody took it. */
  #outcome: Outcome | undefined;
  #endTimer: NodeJS.Timeout | undefined;
  #markTimer: NodeJS.Timeout | undefined;
  #ended = false;
  #whenEnded: (() => void) | undefined;
  #paused = false;

  private constructor(
    readonly connection: Connection,
    private readonly reply: UpstreamReply,
    private readonly delivery: Delivery,
    private readonly leave: () => void,
    bytes: Buffer | undefined,
  ) {
    this.bytes = bytes;
  }

  get status(): number {
    return this.reply.status;
  }

  get headers(): IncomingHttpHeaders {
    return this.reply.headers;
  }

  /**
   * Sends a request, and waits until its answer has begun with something that a client can use.
   *
   * @throws {UpstreamError} if it won't
   * @throws {Cancelled} if the signal ends it
   */
  static async begin(connection: Connection, request: UpstreamRequest, options: AttemptOptions): Promise<Attempt> {
    const leave = await connection.enter(options.signal);
    const watch = new Watch(connection, options);
    try {
      const attempt = await Promise.race([
        connection
          .send(request, watch.signal)
          .then((reply) => Attempt.#opened(connection, reply, options, watch.signal, leave)),
        watch.gone,
      ]);
      connection.began();
      if (attempt.bytes !== undefined) connection.completed();
      return attempt;
    } catch (error) {
      leave();
      const failure = watch.silence ?? error;
      throw failure instanceof UpstreamError ? connection.redacted(failure) : failure;
    } finally {
      watch.stop();
    }
  }

  static async #opened(
    connection: Connection,
    sent: UpstreamReply,
    { framing, whole, signal }: AttemptOptions,
    untilBegun: AbortSignal,
    leave: () => void,
  ): Promise<Attempt> {
    const { url } = connection.settings;
    const reply = await decompressed(sent, url);
    if (reply.status >= 300) throw await declined(url, reply, untilBegun);
    if (isWebPage(reply)) {
      reply.body.cancel();
      throw new BrokenAnswer(`${url} answers with a web page; is the address right?`);
    }
    const delivery = new Delivery(framing, url);
    if (/^application\/json\b/i.test(reply.headers['content-type'] ?? '')) {
      const bytes = whole(await wholeAnswer(url, reply, framing, untilBegun));
      leave();
      return new Attempt(connection, reply, delivery, leave, bytes);
    }
    const attempt = new Attempt(connection, reply, delivery, leave, undefined);
    await attempt.#commit(signal);
    return attempt;
  }

  /** Lets the answer flow. At most once. */
  flow(receiver: FrameReceiver): void {
    this.#receiver = receiver;
    const outcome = this.#outcome;
    this.#outcome = undefined;
    if (outcome !== undefined) this.#hand(outcome);
    if (outcome?.failure === undefined && !this.#paused) this.reply.body.resume();
  }

  pause(): void {
    this.#paused = true;
    this.reply.body.pause();
  }

  resume(): void {
    this.#paused = false;
    this.reply.body.resume();
  }

  /** Ends it; the receiver hears nothing more. */
  cancel(): void {
    clearTimeout(this.#endTimer);
    clearTimeout(this.#markTimer);
    this.#receiver = undefined;
    this.reply.body.cancel();
    this.leave();
  }

  chunk(data: Buffer): void {
    this.#take(this.delivery.feed(data));
    this.#awaitMark();
  }

  end(): void {
    this.#transferEnded();
    this.#take(this.delivery.ended());
  }

  failed(error: UpstreamError): void {
    this.#transferEnded();
    this.#take(this.delivery.ended(error));
  }

  /** Settles when there is something to hand on. The flow then stands still until `flow`. */
  #commit(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#opening = { signal, resolve, reject };
      this.reply.body.read(this);
    });
  }

  #take(outcome: Outcome): void {
    if (this.#receiver !== undefined) {
      this.#hand(outcome);
      return;
    }
    const { body } = this.reply;
    const before: Outcome = this.#outcome ?? { frames: [] };
    const now = { ...outcome, frames: [...before.frames, ...outcome.frames] };
    if (now.frames.length > 0) {
      this.#outcome = now;
      body.pause();
      this.#begins();
    } else if (now.failure !== undefined) {
      body.cancel();
      this.#opening?.reject(now.failure);
    }
  }

  #begins(): void {
    const opening = this.#opening;
    if (opening === undefined) return;
    this.#opening = undefined;
    this.reply.body.begun();
    opening.signal.addEventListener('abort', () => {
      this.cancel();
    });
    opening.resolve();
  }

  /** A server may forget the mark and keep its connection; the application isn't kept waiting for that. */
  #awaitMark(): void {
    clearTimeout(this.#markTimer);
    if (!this.delivery.awaitsMark) return;
    this.#markTimer = setTimeout(() => {
      if (this.#paused) {
        this.#awaitMark();
        return;
      }
      this.reply.body.cancel();
      this.#transferEnded();
      this.#take(this.delivery.ended());
    }, markPatience);
  }

  #hand({ frames, failure, whole }: Outcome): void {
    const receiver = this.#receiver;
    if (receiver === undefined) return;
    if (frames.length > 0) receiver.frames(frames);
    if (failure !== undefined) {
      this.cancel();
      this.connection.failed(failure);
      receiver.failed(this.connection.redacted(failure));
    } else if (whole !== undefined) {
      this.connection.completed();
      this.#finish(() => {
        this.leave();
        receiver.whole(whole.marked);
      });
    }
  }

  /** The socket serves the next request only if this one's transfer ends by itself. */
  #finish(done: () => void): void {
    if (this.#ended) {
      done();
      return;
    }
    this.#whenEnded = done;
    this.reply.body.resume();
    this.#endTimer = setTimeout(() => {
      this.reply.body.cancel();
      this.#transferEnded();
    }, endPatience);
  }

  #transferEnded(): void {
    this.#ended = true;
    clearTimeout(this.#endTimer);
    clearTimeout(this.#markTimer);
    this.#whenEnded?.();
    this.#whenEnded = undefined;
  }
}

/** Asks a local server that says nothing whether it is still there; if it isn't, it won't say anything either. */
class Watch {
  readonly #abort = new AbortController();
  readonly #cancel = (): void => {
    this.#abort.abort();
  };
  readonly #timer: NodeJS.Timeout | undefined;
  #silence: TimedOut | undefined;
  /** Fails when it is over before there is an answer. */
  readonly gone: Promise<never>;

  constructor(
    private readonly connection: Connection,
    private readonly options: AttemptOptions,
  ) {
    this.gone = new Promise((_resolve, reject) => {
      this.#abort.signal.addEventListener('abort', () => {
        reject(new Cancelled());
      });
    });
    // Nobody may be waiting by then.
    this.gone.catch(() => undefined);
    options.signal.addEventListener('abort', this.#cancel);
    if (options.signal.aborted) this.#cancel();
    if (connection.settings.place === 'local') {
      this.#timer = setInterval(() => void this.#probe(), probeInterval);
    }
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Set if it gave the server up. */
  get silence(): TimedOut | undefined {
    return this.#silence;
  }

  /** From now on the answer itself tells, and who reads it ends it. */
  stop(): void {
    clearInterval(this.#timer);
    this.options.signal.removeEventListener('abort', this.#cancel);
  }

  async #probe(): Promise<void> {
    // A model that loads, or a long prompt, is no failure: while nobody could do better it is waited for.
    if (!this.options.others()) return;
    await this.connection.check();
    if (this.connection.state !== 'unreachable' || this.#abort.signal.aborted || !this.options.others()) return;
    this.#silence = new TimedOut(`${this.connection.settings.url} does not answer any more`, 'firstByte');
    this.#abort.abort();
  }
}

async function declined(url: string, reply: UpstreamReply, signal: AbortSignal): Promise<UpstreamError> {
  const { status, headers, body } = reply;
  if (isWebPage(reply) && status < 500 && status !== 429) {
    body.cancel();
    return new BrokenAnswer(`${url} answers with a web page (status ${status}); is the address right?`);
  }
  body.begun();
  const text = await collected(body, errorLimit, signal).then(
    (bytes) => bytes.toString('utf8'),
    // The status says enough.
    () => '',
  );
  const { failure, reason } = classify(status, objectFrom(text));
  const retryAfter = retryAfterOf(headers['retry-after'], Date.now());
  return new Declined(`${url} answered with status ${status}`, failure, status, reason, retryAfter);
}

async function wholeAnswer(url: string, reply: UpstreamReply, framing: Framing, signal: AbortSignal): Promise<Buffer> {
  reply.body.begun();
  const bytes = await collected(reply.body, wholeLimit, signal);
  const fields = objectFrom(bytes.toString('utf8'));
  if (fields === undefined) throw new BrokenAnswer(`${url} answers with something that is not a JSON object`);
  if (fields.error !== undefined && fields.error !== null) {
    throw declinedInside(url, fields);
  }
  if (!framing.isAnswer(fields)) throw new BrokenAnswer(`${url} answers with JSON that is no answer to a chat`);
  return bytes;
}
